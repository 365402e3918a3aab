"""A vLLM engine reads nothing twice, listens to nobody, and is started again once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import psutil
import pytest

from engines.engine_settings import VllmSettings
from engines.errors import EngineDied, SamplingInvalid
from engines.protocol import Message, Sampling
from engines.vllm.engine import VllmEngine
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_vllm import core_process, vllm_installed

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(240), vllm_installed]
SETTINGS = VllmSettings(context_tokens=4096, kv_cache_bytes=64 << 20, dtype="bfloat16")  # is packed on a CPU
GREEDY = Sampling(temperature=0, max_tokens=16)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmEngine]:
    engine = VllmEngine(write_tiny_folder(tmp_path_factory.mktemp("models") / "tiny", context=4096), SETTINGS)
    yield engine
    engine.close()


def test_second_turn_takes_nine_tenths_of_its_prompt_from_the_cache(engine: VllmEngine) -> None:
    first = [Message("user", "What was all this for? " * 60)]
    reply = engine.reply(first, GREEDY)
    text = "".join(piece.text for piece in reply)
    second = engine.reply([*first, Message("assistant", text), Message("user", "And this?")], GREEDY)
    list(second)
    assert second.usage.reused_tokens >= 0.9 * second.usage.prompt_tokens


def test_answer_keeps_its_generated_tokens(engine: VllmEngine) -> None:
    first = [Message("user", "Say anything.")]
    reply = engine.reply(first, Sampling(temperature=1.5, seed=1, max_tokens=100))
    text = "".join(piece.text for piece in reply)
    follow_up = [*first, Message("assistant", text), Message("user", "Go on.")]
    rest = engine._folder.tokenize("<|im_end|>\n<|im_start|>user\nGo on.<|im_end|>\n<|im_start|>assistant\n")
    assert engine.count_prompt_tokens(follow_up) == reply.usage.prompt_tokens + 100 + len(rest)


def test_speaks_with_nobody_outside_of_this_machine(engine: VllmEngine) -> None:
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    connections = [found for process in processes for found in process.net_connections("inet")]
    addresses = {end.ip for found in connections for end in (found.laddr, found.raddr) if end}
    assert all(ip_address(address).is_loopback for address in addresses)
    assert not processes[0].net_connections("inet")


def test_libraries_are_silent_and_downloads_left_alone(engine: VllmEngine) -> None:
    silence = ("VLLM_NO_USAGE_STATS", "DO_NOT_TRACK", "HF_HUB_DISABLE_TELEMETRY")
    assert [os.environ[name] for name in silence] == ["1"] * 3
    assert "HF_HUB_OFFLINE" not in os.environ


def test_weights_that_are_packed_count_too(engine: VllmEngine) -> None:
    weights = sum(file.stat().st_size for file in engine._folder.card.files)
    assert engine.memory()["weights"] > 0.4 * weights


def test_impossible_sampling_is_refused_with_its_reason(engine: VllmEngine) -> None:
    with pytest.raises(SamplingInvalid) as refused:
        engine.reply([Message("user", "How?")], Sampling(temperature=-1))
    assert "temperature" in refused.value.hint


def test_is_started_again_once_and_not_for_ever(tmp_path: Path) -> None:
    engine = VllmEngine(write_tiny_folder(tmp_path / "tiny"), SETTINGS)
    question = [Message("user", "Still there?")]
    hints = []
    for _ in range(2):
        with pytest.raises(EngineDied) as died:
            for at, _ in enumerate(engine.reply(question, Sampling(max_tokens=1_000_000))):
                if at == 0:
                    os.kill(core_process(engine), signal.SIGKILL)
        hints.append(died.value.hint)
    assert "restarting" in hints[0]
    assert "Choose the model again" in hints[1]
    with pytest.raises(EngineDied):
        list(engine.reply(question, GREEDY))
    engine.close()


def test_closing_ends_the_process_that_computes(tmp_path: Path) -> None:
    engine = VllmEngine(write_tiny_folder(tmp_path / "tiny"), SETTINGS)
    process = psutil.Process(core_process(engine))
    engine.close()
    process.wait(10)


def test_nothing_is_left_of_a_program_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from engines.vllm.engine import VllmEngine; "
        "from tests.engines.vllm.test_vllm_engine import SETTINGS; from tests.models.tiny_vllm import core_process\n"
        "if __name__ == '__main__':\n"
        "    engine = VllmEngine(Path(sys.argv[1]), SETTINGS)\n"
        "    print(core_process(engine), engine._core._scratch.path, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    (tmp_path / "program.py").write_text(code, "utf-8")
    model = write_tiny_folder(tmp_path / "tiny")
    command = [sys.executable, str(tmp_path / "program.py"), str(model)]
    program = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert program.returncode == -signal.SIGKILL, program.stderr
    core, scratch = program.stdout.split()
    wait_for(lambda: not psutil.pid_exists(int(core)))
    assert not Path(scratch).exists()


def test_hanging_start_can_be_closed(tmp_path: Path) -> None:
    folder = write_tiny_folder(tmp_path / "tiny")
    before = set(psutil.Process().children(recursive=True))
    started: list[psutil.Process] = []

    def hang() -> None:
        wait_for(lambda: any("spawn_main" in " ".join(child.cmdline()) for child in new_children(before)))
        started.extend(new_children(before))
        for child in started:
            child.suspend()
        os.kill(os.getpid(), signal.SIGUSR1)

    usual = signal.signal(signal.SIGUSR1, give_up)
    thread = Thread(target=hang)
    thread.start()
    try:
        with pytest.raises(InterruptedError):
            VllmEngine(folder, SETTINGS)
    finally:
        signal.signal(signal.SIGUSR1, usual)
        thread.join()
    assert started
    assert not any(child.is_running() for child in started)


def give_up(*_: object) -> None:
    raise InterruptedError


def new_children(before: set[psutil.Process]) -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if child not in before]


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds, for a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
