"""A vLLM engine reads nothing twice, listens to nobody, and is started again once."""

import os
import signal
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest

from engines.failures import EngineDied, SamplingRefused
from engines.protocol import Message, Sampling
from engines.settings import VllmSettings
from engines.vllm.engine import VllmEngine
from tests.tiny_llama import write_tiny_folder
from tests.tiny_vllm import core_process, vllm_installed

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


def test_answer_keeps_the_tokens_it_was_written_in(engine: VllmEngine) -> None:
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
    with pytest.raises(SamplingRefused) as refused:
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
    assert "started again" in hints[0]
    assert "Open the model anew" in hints[1]
    with pytest.raises(EngineDied):
        list(engine.reply(question, GREEDY))
    engine.close()


def test_closing_ends_the_process_that_computes(tmp_path: Path) -> None:
    engine = VllmEngine(write_tiny_folder(tmp_path / "tiny"), SETTINGS)
    process = psutil.Process(core_process(engine))
    engine.close()
    process.wait(10)
