"""A window is open: `carrel serve` and `carrel batch` are done by it, with what it has loaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from openai import OpenAI

from assistant.home import Home
from assistant.workspace import Workspace
from serving.access import ApiKey, ApiKeys
from tests.faults.owner.test_owner import ENVIRONMENT, ROOT, carrel

pytestmark = [pytest.mark.timeout(180), pytest.mark.logs("is not installed")]


@pytest.fixture
def home(tmp_path: Path, notes: Path) -> Path:
    opened = Workspace(Home(tmp_path / "home"))
    opened.library.add_folder(notes)
    opened.library.sync()
    opened.close()
    return opened.home.path


@contextmanager
def process(home: Path, *verb: str) -> Iterator[subprocess.Popen[str]]:
    """Carrel in a process of its own, ended afterwards."""
    command = [sys.executable, "-m", "desktop", "--home", str(home), *verb]
    running = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait(10)
        assert running.stderr is not None
        running.stderr.close()


@pytest.fixture
def window(home: Path) -> Iterator[subprocess.Popen[str]]:
    """An open window, once it owns the home."""
    with process(home) as running:
        until = time.monotonic() + 90
        while not (home / "owner.json").exists():
            assert running.poll() is None and time.monotonic() < until
            time.sleep(0.1)
        yield running


def told(running: subprocess.Popen[str], words: str) -> str:
    """What stands in the first line of standard error that has these words."""
    assert running.stderr is not None
    return next(found[1] for line in running.stderr if (found := re.search(words, line)))


def answer(address: str, key: str) -> str:
    client: Any = OpenAI(base_url=address, api_key=key, max_retries=3, timeout=30)
    asked = [{"role": "user", "content": "What is the desk made of?"}]
    text: str = client.chat.completions.create(model="carrel/001-reader", messages=asked).choices[0].message.content
    return text


def listens(running: subprocess.Popen[str], address: str) -> bool:
    port = int(address.split(":")[2].split("/")[0])
    return any(
        one.laddr.port == port for one in psutil.Process(running.pid).net_connections() if one.status == "LISTEN"
    )


def test_the_window_serves_and_another_process_goes_on_when_it_ends(home: Path, window: subprocess.Popen[str]) -> None:
    key = ApiKeys(Home(home).api_keys).add(ApiKey(name="test", digest=""))
    with process(home, "serve", "--port", "0", "--model", "none") as serving:
        address = told(serving, r"(http://\S+/v1)")
        assert "oak" in answer(address, key)
        assert listens(window, address) and not listens(serving, address)
        window.kill()
        told(serving, "(this one goes on)")
        address = told(serving, r"(http://\S+/v1)")
        assert "oak" in answer(address, key) and listens(serving, address)


def test_a_serve_that_is_ended_leaves_the_window_open_and_its_port_free(
    home: Path, window: subprocess.Popen[str]
) -> None:
    with process(home, "serve", "--port", "0", "--model", "none") as serving:
        address = told(serving, r"(http://\S+/v1)")
        serving.terminate()
        assert serving.wait(20) == 0
    until = time.monotonic() + 10
    while listens(window, address):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert window.poll() is None and "oak" in carrel(home, "ask", "What is the desk made of?", "--model", "none").stdout


def test_the_window_answers_a_batch(home: Path, window: subprocess.Popen[str], tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(f"What is desk {n} made of?") for n in range(5)))
    done = carrel(home, "batch", file, "--model", "none")
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in (tmp_path / "questions.answers.jsonl").read_text().splitlines()]
    assert len(answers) == 5 and "oak" in answers[0]["answer"]
    assert "5 of 5 answered" in done.stdout
