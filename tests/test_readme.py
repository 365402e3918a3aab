"""The commands that the documentation tells a person to type: those of the README run, the others exist."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant import cli
from tests.models.tiny_gguf import write_tiny_gguf

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TOO_LONG = ("carrel", "bench", "engine")  # half an hour
Command = tuple[str, ...]


def lines(page: Path) -> Iterator[list[Command]]:
    """The commands of each line of the page's `sh` blocks, without what they set in the environment."""
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            words = shlex.shlex(line, posix=True, punctuation_chars=";")
            words.whitespace_split, words.commenters = True, "#"
            commands: list[list[str]] = [[]]
            for word in words:
                if word == ";":
                    commands.append([])
                elif commands[-1] or not re.match(r"[A-Z_]+=", word):
                    commands[-1].append(word)
            if commands != [[]]:
                yield [tuple(command) for command in commands]


LINES = [line for line in lines(README) if line[0][0] == "carrel"]
COMMANDS = {" ".join(command): command for page in PAGES for line in lines(page) for command in line}
MENTIONED = {
    found for page in PAGES for found in re.findall(r"`(carrel|make) ([a-z][a-z0-9-]*)", page.read_text("utf-8"))
}


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Has the folders that the README speaks of, and types its lines one after the other."""
    folder = tmp_path_factory.mktemp("person")
    for name in ("notes", "accounts", "models"):
        (folder / name).mkdir(parents=True)
    (folder / "notes" / "boiler.md").write_text("# Boiler\n\nWe decided to replace the boiler by a heat pump in May.\n")
    (folder / "accounts" / "invoices.csv").write_text("invoice,state\nA1,overdue\nA2,paid\nA3,overdue\n")
    write_tiny_gguf(folder / "models" / "some-model.gguf", says="Heat pumps move heat [1].")
    with pytest.MonkeyPatch.context() as environment:
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            environment.delenv(name, raising=False)
        environment.setenv("HOME", str(folder))
        environment.setenv("CARREL_HOME", str(folder / "carrel"))
        yield


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.logs("is not installed")  # where the embedder is not, keywords alone answer
@pytest.mark.parametrize("line", LINES, ids=lambda line: "; ".join(map(" ".join, line)))
def test_each_line_of_the_readme_runs(line: list[Command], person: None, capsys: pytest.CaptureFixture[str]) -> None:
    for command in line:
        given = [str(Path(word).expanduser()) if word.startswith("~") else word for word in command[1:]]
        if command[:3] == TOO_LONG:
            assert cli.parse(given).verb == "bench"
            continue
        code = cli.main(given)
        said = capsys.readouterr()
        assert code == 0, said.err
        assert said.out or said.err


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_each_command_in_the_documentation_exists(command: Command) -> None:
    match command:
        case ("carrel", *given):
            assert cli.parse(given).verb in cli.VERBS
        case ("make", target):
            assert_is_target(target)
        case ("pytest", *given):
            assert all((ROOT / word).exists() for word in given if word.startswith("tests"))
        case ("python", "-m", module, *_):
            assert find_spec(module)
        case _:
            assert command == (".", ".venv/bin/activate")


@pytest.mark.parametrize(("program", "name"), sorted(MENTIONED))
def test_each_verb_and_target_that_a_page_mentions_exists(program: str, name: str) -> None:
    if program == "carrel":
        assert name in cli.VERBS
    else:
        assert_is_target(name)


def assert_is_target(name: str) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    tried = subprocess.run([make, "-n", name], cwd=ROOT, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr


def test_table_of_formats_in_the_guide_is_that_of_the_parsers() -> None:
    printed = subprocess.run(
        [sys.executable, ROOT / "docs" / "formats.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout in (ROOT / "docs" / "guide.md").read_text("utf-8")


@pytest.mark.parametrize("verb", cli.VERBS)
def test_each_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([verb, "--help"]) == cli.DONE
    assert capsys.readouterr().out.startswith(f"usage: carrel {verb}")
