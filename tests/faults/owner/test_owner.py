"""One process owns the home, real ones ask it: what they show, what is loaded, and what happens when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from assistant.home import Home
from assistant.owner.address import OwnerAddress
from assistant.owner.channel import Channel, ChannelClosed, OwnerLost
from assistant.owner.owner import Owner, begin_owning, can_answer
from assistant.passphrase import conversion
from assistant.passphrase.protection import Protection
from assistant.workspace import Workspace
from tests.models.tiny_gguf import write_tiny_gguf
from tests.protected_home import FIRST, filled_home

pytestmark = [pytest.mark.timeout(90), pytest.mark.logs("is not installed")]
ROOT = Path(__file__).parents[3]
QUESTION = "What is the desk made of?"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}


# So that no process measures how fast it is before it answers.
NOTHING_TO_MEASURE = '[model]\nthreads = 1\nbatch_tokens = 64\nflash_attention = false\nkv_type = "f16"\n'
LONG = " ".join(str(n * n) for n in range(40, 400))  # an answer that takes a while


def carrel(home: Path, *argv: object, text: str = "") -> subprocess.CompletedProcess[str]:
    """A command line in a process of its own."""
    command = [sys.executable, "-m", "desktop", "--home", str(home), *map(str, argv)]
    return subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, input=text, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def home(tmp_path: Path, notes: Path) -> Path:
    opened = Workspace(Home(tmp_path / "home"))
    opened.library.add_folder(notes)
    opened.library.sync()
    opened.close()
    return opened.home.path


@pytest.fixture
def model(home: Path, tmp_path: Path) -> Path:
    """A model that always writes the same long answer."""
    (home / "settings.toml").write_text(NOTHING_TO_MEASURE, "utf-8")
    return write_tiny_gguf(tmp_path / "tiny.gguf", context=8192, says=LONG)


@contextmanager
def serving(home: Path, *options: object) -> Iterator[subprocess.Popen[str]]:
    """`carrel serve`, once it owns the home; killed afterwards."""
    command = [sys.executable, "-m", "desktop", "--home", str(home), "serve", "--port", "0", *map(str, options)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while not (home / "owner.json").exists() and time.monotonic() < until:
            assert process.poll() is None
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def owner(home: Path) -> Iterator[subprocess.Popen[str]]:
    """`carrel serve` without a model."""
    with serving(home) as process:
        yield process


@contextmanager
def asking(home: Path, *argv: object) -> Iterator[subprocess.Popen[bytes]]:
    """A command line that goes on while the block runs."""
    command = [sys.executable, "-m", "desktop", "--home", str(home), *map(str, argv)]
    with subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process


def engines(pid: int) -> int:
    """The engines that a process and its children run."""
    try:
        children = psutil.Process(pid).children(True)
        return sum("engine_host" in " ".join(child.cmdline()) for child in children)
    except psutil.Error:
        return 0


def without_times(told: str) -> Any:
    """A report without what differs between any two runs: times, ids, and the last digits of scores."""
    report = json.loads(told or "{}", parse_float=lambda digits: round(float(digits), 3))
    for name in ("timings_ms", "conversation_id", "turn_id", "answered_at", "usage", "cached"):
        report.pop(name, None)
    return report


def test_a_verb_shows_the_same_whether_an_owner_runs_or_not(home: Path) -> None:
    verbs = [
        ("ask", "-", "--json"),
        ("search", QUESTION, "--inspect", "--no-vectors", "--json"),
        ("search", QUESTION, "--where", "year >"),
    ]
    alone = [carrel(home, *verb, text=f"{QUESTION}\n") for verb in verbs]
    with closing(Workspace(Home(home))) as space:
        begin_owning(space)
        asked = [carrel(home, *verb, text=f"{QUESTION}\n") for verb in verbs]
    for mine, far in zip(alone, asked, strict=True):
        assert far.returncode == mine.returncode
        assert without_times(far.stdout) == without_times(mine.stdout)
    assert asked[-1].stderr == alone[-1].stderr != ""


def test_an_owner_answers_for_others(home: Path, owner: subprocess.Popen[str]) -> None:
    found = [json.loads(carrel(home, "search", QUESTION, "--json").stdout) for _ in range(2)]
    assert found[1]["cached"]  # only the process that searched before can know
    said = carrel(home, "chat", text=f"{QUESTION}\n/sources\n/quit\nnever asked\n").stdout
    assert said.count("desk.md") >= 1 and "never asked" not in said
    assert (home / "owner.sock").stat().st_mode & 0o777 == (home / "owner.json").stat().st_mode & 0o777 == 0o600


def test_a_killed_owner_is_noticed_and_its_socket_removed(home: Path, owner: subprocess.Popen[str]) -> None:
    owner.send_signal(signal.SIGKILL)
    owner.wait(10)
    assert (home / "owner.sock").exists()
    done = carrel(home, "ask", QUESTION, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["citations"]
    assert not (home / "owner.sock").exists() and not (home / "owner.json").exists()


def test_a_stopped_owner_is_not_waited_for(home: Path, owner: subprocess.Popen[str]) -> None:
    owner.send_signal(signal.SIGSTOP)
    try:
        assert carrel(home, "search", QUESTION).returncode == 0
    finally:
        owner.send_signal(signal.SIGCONT)


def test_an_owner_that_ends_leaves_nothing_behind(home: Path, owner: subprocess.Popen[str]) -> None:
    owner.send_signal(signal.SIGTERM)
    owner.wait(10)
    assert not [path.name for path in home.iterdir() if path.name in ("owner.sock", "owner.json")]


@pytest.mark.engine
def test_a_model_is_loaded_once_and_answers_several_at_once(home: Path, model: Path) -> None:
    ask = ("ask", QUESTION, "--model", model, "--json")
    with serving(home, "--model", model) as process, asking(home, *ask) as one, asking(home, *ask) as other:
        most = 0
        while one.poll() is None or other.poll() is None:
            most = max(most, engines(one.pid) + engines(other.pid))
            time.sleep(0.3)
        answers = [json.loads(asked.communicate()[0]) for asked in (one, other)]
        assert (most, engines(process.pid)) == (0, 1)
        assert {answer["engine"] for answer in answers} == {"llama.cpp"}
        quoted = json.loads(carrel(home, "ask", QUESTION, "--model", "none", "--json").stdout)
        assert quoted["engine"] == "quotes"


@pytest.mark.engine
def test_an_owner_that_dies_while_it_answers_is_an_error(home: Path, model: Path) -> None:
    ask = ("ask", "Tell a long story.", "--model", model)
    with serving(home, "--model", model) as process, asking(home, *ask) as asked:
        assert asked.stdout is not None and asked.stdout.read(1)
        process.kill()
        said = asked.communicate(timeout=20)[1]
    assert asked.returncode == 1 and b"The Carrel that was answering has ended" in said


@pytest.mark.engine
def test_an_interrupt_stops_the_answer_of_the_owner(home: Path, model: Path) -> None:
    with serving(home, "--model", model), asking(home, "ask", "Tell a long story.", "--model", model) as asked:
        assert asked.stdout is not None and asked.stdout.read(1)
        asked.send_signal(signal.SIGINT)
        asked.communicate(timeout=20)
    with closing(Workspace(Home(home))) as space:
        [chat] = space.conversations.list()
        assert (asked.returncode, space.conversations.turns(chat.id)[0].finish) == (0, "stopped")


def test_no_stranger_is_answered(home: Path) -> None:
    space = Workspace(Home(home))
    begun = Owner(space)
    with closing(space), closing(begun):
        assert begun.begin() and not Owner(space).begin()
        address = OwnerAddress(space.home, space.protection)
        for secret in (b"", b"\0" * 32):
            stranger = address.connect()
            assert stranger is not None
            with closing(stranger), pytest.raises(ChannelClosed):
                stranger.prove(secret, "client", "owner")
        mirror = address.connect()
        assert mirror is not None
        with closing(mirror), pytest.raises(ChannelClosed):
            reflect(mirror)
        assert carrel(home, "search", QUESTION).returncode == 0


def reflect(channel: Channel) -> None:
    """Send back whatever comes: no proof of a secret that one does not know."""
    while True:
        channel.send(*channel.receive(within_s=5))


def test_an_encrypted_home_is_answered_from_only_with_its_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = filled_home(tmp_path)
    conversion.set_passphrase(home, FIRST)
    guarded = Protection(home)
    guarded.unlock(FIRST)
    space = Workspace(home, guarded)
    begun = Owner(space)
    with closing(space), closing(begun):
        assert begun.begin()
        assert "secret" not in json.loads((home.path / "owner.json").read_text())
        refused = carrel(home.path, "search", "beetle")
        assert refused.returncode == 1 and "protected by a passphrase" in refused.stderr
        monkeypatch.setitem(ENVIRONMENT, "CARREL_PASSPHRASE", FIRST)
        found = [json.loads(carrel(home.path, "search", "beetle", "--json").stdout) for _ in range(2)]
        assert found[1]["cached"]  # the owner has answered


def test_which_model_is_asked_for_decides_who_answers(home: Path) -> None:
    with closing(Workspace(Home(home))) as space:
        assert can_answer(space, Namespace(model=None, route=[]))
        assert can_answer(space, Namespace(model="none", route=[]))
        assert can_answer(space, Namespace(question=["x"]))
        assert not can_answer(space, Namespace(model="/models/other.gguf", route=[]))
        assert not can_answer(space, Namespace(model=None, route=["/models/other.gguf"]))
        assert not can_answer(space, Namespace(model=None, route=[], no_kv=True))


def test_a_home_with_a_long_name_is_owned_too(tmp_path: Path) -> None:
    home = Home(tmp_path / ("long" * 30))
    with closing(Workspace(home)) as space:
        begun = Owner(space)
        assert begun.begin()
        place = Path(json.loads((home.path / "owner.json").read_text())["address"])
        assert place.exists() and place.parent.stat().st_mode & 0o777 == 0o700
        begun.close()
        assert not place.parent.exists()


def test_the_loss_of_an_owner_says_what_to_do() -> None:
    assert "Ask again" in OwnerLost().hint
