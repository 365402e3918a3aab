"""A home with words in it, to be protected by a passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.home import Home
from assistant.passphrase import conversion
from assistant.passphrase.protection import Protection
from assistant.values import Answered
from assistant.workspace import Workspace

WORD, FIRST, SECOND = "zyzzyvafil", "a first passphrase", "another — passphrase"
ALL = sorted([f"What does the {WORD} beetle do?", "Which beetle sleeps?"])


def filled_home(place: Path) -> Home:
    """A home with an indexed folder, two turns and a copy of them."""
    (place / "notes").mkdir()
    for number in range(6):
        (place / "notes" / f"{number}.md").write_text(f"# Beetle {number}\n\nThe {WORD} beetle {number} sleeps.\n")
    home = Home(place / "home").create()
    space = Workspace(home)
    space.library.add_folder(place / "notes")
    space.library.sync()
    for question in (f"What does the {WORD} beetle do?", "Which beetle sleeps?"):
        *_, last = space.asking.ask(question, persona="001-reader")
        assert isinstance(last, Answered)
    space.keep_copy()
    space.close()
    return home


def opened(home: Home, passphrase: str = "") -> Workspace:
    protection = Protection(home)
    if passphrase:
        protection.unlock(passphrase)
    return Workspace(home, protection)


def questions(home: Home, passphrase: str = "") -> list[str]:
    """Every saved question; whatever needed a repair fails the test."""
    space = opened(home, passphrase)
    try:
        found = [turn.question for talk in space.conversations.list() for turn in space.conversations.turns(talk.id)]
        assert space.library.searcher.search("sleeping beetle").passages
        assert space.repairs == ()
        return sorted(found)
    finally:
        space.close()


def readable(home: Home) -> set[str]:
    """The files that hold the word, or are a database that anyone can open."""
    found = set()
    for path in home.path.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            codes = ("utf-8", "utf-16-le", "utf-16-be")
            if any(WORD.encode(code) in content for code in codes) or content.startswith(b"sqlite format 3"):
                found.add(path.name)
    return found


class Killed(BaseException):
    """Nothing of ours runs after it, but for what closes files."""


def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the process die before the given change of a file."""
    left = step

    def counting(act: Any) -> Any:
        def counted(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return act(*arguments, **named)

        return counted

    for name in ("_erase", "write_header", "delete_header", "copied_database", "flush"):
        monkeypatch.setattr(conversion, name, counting(getattr(conversion, name)))
    for name in ("rename", "replace"):
        monkeypatch.setattr(Path, name, counting(getattr(Path, name)))
