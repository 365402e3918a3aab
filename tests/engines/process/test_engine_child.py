"""An engine's process: how it begins, what it is given, and how it ends with the application."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engines.errors import ComputationFailed, EngineDied, ModelUnreadable, OpeningCrashed
from engines.protocol import Message, Sampling
from tests.engines.process.conftest import OpenProcess, Sabotage
from tests.engines.process.test_engine_process import IMPATIENT

pytestmark = pytest.mark.engine
CRASHES = {
    "abort": "import os\nfrom engines.llama import engine\nengine.read_gguf = lambda path: os.abort()",
    "killed": "import os\nfrom engines.llama import engine\nengine.read_gguf = lambda path: os.kill(os.getpid(), 9)",
    "hangs": "import time\nfrom engines.llama import engine\nengine.read_gguf = lambda path: time.sleep(60)",
    "stopped": "import os, time\nfrom engines.llama import engine\n"
    "engine.read_gguf = lambda path: (os.kill(os.getpid(), 19), time.sleep(60))",
    "no code": "raise SystemExit",
}


@pytest.mark.logs("process ended with")
@pytest.mark.parametrize("crash", CRASHES.values(), ids=CRASHES)
def test_crash_while_opening_is_told_with_the_models_name(
    open_process: OpenProcess, sabotage: Sabotage, tiny_model: Path, crash: str
) -> None:
    sabotage(crash)
    begun = time.monotonic()
    with pytest.raises(OpeningCrashed) as refused:
        open_process(limits=IMPATIENT)
    assert time.monotonic() - begun < 5.0
    assert tiny_model.name in refused.value.title
    assert "choose another model" in refused.value.hint


@pytest.mark.logs("process ended with")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits memory as Linux does")
@pytest.mark.parametrize("phase", ["read_gguf", "check_grammar"])
def test_lack_of_memory_ends_in_a_message(
    open_process: OpenProcess, sabotage: Sabotage, tiny_model: Path, phase: str
) -> None:
    sabotage(
        "import resource\nfrom engines.llama import engine\n"
        "def exhaust(*_):\n"
        "    size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
        "    held = bytearray(1 << 30)\n"
        f"engine.{phase} = exhaust"
    )
    with pytest.raises((ModelUnreadable, EngineDied, ComputationFailed)) as refused:
        engine = open_process(limits=IMPATIENT)
        list(engine.reply([Message("user", "Is there room?")], Sampling(max_tokens=8)))
    assert refused.value.hint


def test_loading_tells_how_far_it_is(open_process: OpenProcess) -> None:
    shares: list[float] = []
    open_process(on_progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads what Linux tells of a process")
def test_process_inherits_no_secret_and_no_file(
    open_process: OpenProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("OPENAI_API_KEY", "HF_TOKEN", "NVIDIA_API_KEY", "HOMEBREW_GITHUB_API_TOKEN", "LLAMA_API_KEY"):
        monkeypatch.setenv(name, "secret")
    with (tmp_path / "private.txt").open("w") as private:
        os.set_inheritable(private.fileno(), True)
        own = Path("/proc", str(open_process().pid))
        assert b"secret" not in (own / "environ").read_bytes()
        opened = [str(file.readlink()) for file in (own / "fd").iterdir()]
        assert not any("private.txt" in name or "socket" in name for name in opened)
        assert (own / "oom_score_adj").read_text().strip() == "500"


def test_closing_leaves_no_process(open_process: OpenProcess) -> None:
    engine = open_process()
    process = psutil.Process(engine.pid)
    engine.close()
    assert not process.is_running()
    assert engine.memory() is not None
    engine.forget([Message("user", "gone")])


ORPHAN = """
import json, sys
from pathlib import Path
from engines import EngineSettings, LlamaSettings, Message, Sampling, open_engine
settings = EngineSettings(llama=LlamaSettings(threads=1, snapshot_folder=Path(sys.argv[2])))
engine = open_engine(Path(sys.argv[1]), settings)
list(engine.reply([Message("user", "Before the end, is this kept?" * 20)], Sampling(temperature=0, max_tokens=4)))
pieces = iter(engine.reply([Message("user", "Endless?")], Sampling(max_tokens=1_000_000)))
next(pieces)
loaded = sorted(set(sys.modules) & {"llama_cpp", "jinja2", "numpy", "engines.llama.engine", "engines.llama.worker"})
print(json.dumps({"pid": engine.pid, "loaded": loaded}), flush=True)
list(pieces) and list(engine.reply([Message("user", "More?")], Sampling(max_tokens=1_000_000)))
sys.stdin.read()
"""


def test_process_ends_with_a_killed_application_and_saves_its_chats(
    tiny_model: Path, tmp_path: Path, open_process: OpenProcess
) -> None:
    program = [sys.executable, "-c", ORPHAN, str(tiny_model), str(tmp_path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as application:
        assert application.stdout
        told = json.loads(application.stdout.readline())
        assert told["loaded"] == []  # nor does any native library of an engine run in the application
        orphan = psutil.Process(told["pid"])
        application.send_signal(signal.SIGKILL)
    begun = time.monotonic()
    while orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - begun < 2.0
        time.sleep(0.01)
    engine = open_process(snapshot_folder=tmp_path)
    question = [Message("user", "Before the end, is this kept?" * 20)]
    reply = engine.reply(question, Sampling(temperature=0, max_tokens=4))
    list(reply)
    assert reply.usage.computed_tokens == 1
