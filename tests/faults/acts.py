"""What processes do while a fault strikes, and what the next start does after it. Each tells what it has promised."""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import lancedb
import lancedb.index
import lancedb.query
import numpy as np
import pyarrow as pa
from disk_shim import Disk
from library_under_test import open_library

import knowledge.parser_process
import knowledge.sync
from assistant.conversations import Conversations
from assistant.home import Home
from assistant.settings import ModelSettings, Settings, load_settings, save_settings
from assistant.sources import LibrarySources
from assistant.turn import Question, RunningTurn
from assistant.values import Answered, Turn
from assistant.writer import QuotesWriter
from engines.protocol import Usage

# Imported here so that forked processes need not: an act that imports them anew takes seconds.
PRELOADED = (lancedb, lancedb.index, lancedb.query, np, pa, knowledge.parser_process, knowledge.sync, sqlite3)

Tell = Callable[[Any], None]


def index(tell: Tell, home: Path, folders: Sequence[Path]) -> None:
    """Make the index equal the folders."""
    tell("begun")
    library = open_library(Home(home).library)
    for folder in folders:
        library.add_folder(folder)
    library.sync()
    library.close()


def index_often(tell: Tell, home: Path, folders: Sequence[Path], times: int = 24) -> None:
    """Edit and index one file after another, until small pieces of the index are merged."""
    tell("begun")
    library = open_library(Home(home).library)
    for number in range(times):
        (folders[0] / f"often-{number % 5}.md").write_text(f"# Often\n\nkettle number {number}\n")
        library.sync()
    library.close()


def save_turns(tell: Tell, home: Path, folders: Sequence[Path], times: int = 20) -> None:
    """Save one turn after another, and tell of each that was saved."""
    tell("begun")
    talks = Conversations(Home(home).conversations)
    for number in range(times):
        turn = a_turn(number)
        talks.save(turn)
        tell(turn.id)
    talks.close()


def save_settings_often(tell: Tell, home: Path, folders: Sequence[Path], times: int = 20) -> None:
    """Save one choice after another, and tell of each."""
    tell("begun")
    for number in range(times):
        save_settings(Home(home).settings, Settings(model=ModelSettings(context_tokens=1000 + number)))
        tell(1000 + number)


def answer_while_indexing(tell: Tell, home: Path, folders: Sequence[Path], times: int = 6) -> None:
    """Answer questions from the library while it is indexed, and tell of each answered turn."""
    tell("begun")
    library, talks = open_library(Home(home).library), Conversations(Home(home).conversations)
    indexing = threading.Thread(target=library.sync)
    indexing.start()
    workers = ThreadPoolExecutor(1)
    for number in range(times):
        asked = Question(text=f"Which kettle is number {number}?", persona_id="001", conversation_id=f"talk-{number}")
        for event in RunningTurn(asked, LibrarySources(workers, library.search), QuotesWriter(()), talks.save):
            if isinstance(event, Answered):
                tell(event.turn.id)
    indexing.join()
    workers.shutdown()
    library.close()
    talks.close()


def start(tell: Tell, home: Path, folders: Sequence[Path]) -> dict[str, Any]:
    """The next start: open everything, answer, index. What was found, and how long until it could answer."""
    begun = time.monotonic()
    place = Home(home).create()
    talks = Conversations(place.conversations)
    turns = [turn.id for talk in talks.list() for turn in talks.turns(talk.id)]
    talks.save(a_turn(len(turns), prefix="after"))
    talks.close()
    settings = load_settings(place.settings)
    library = open_library(place.library)
    library.search("Which kettle?")
    ready_s = time.monotonic() - begun
    for folder in folders:
        library.add_folder(folder)
    library.sync()
    passages = [(str(p.path), p.text) for p in library.search("kettle").passages]
    library.close()
    return {
        "turns": turns,
        "context_tokens": settings.model.context_tokens,
        "ready_s": ready_s,
        "passages": passages,
    }


def a_turn(number: int, prefix: str = "turn") -> Turn:
    """A turn that begins a conversation of its own."""
    return Turn(
        id=f"{prefix}-{number}",
        conversation_id=f"{prefix}-talk-{number}",
        parent_id=None,
        persona_id="001",
        question=f"Question {number}?",
        answer=f"Answer {number}. " * 50,
        passages=(),
        citations=(),
        engine="quotes",
        model="",
        finish="quotes",
        usage=Usage(),
        created_at=1_000.0 + number,
    )


def note_promises(tell: Tell, act: str, home: Path, folders: Sequence[Path]) -> None:
    """An act whose promises stand in the disk's log too, each after what it rests on."""
    disk = Disk()

    def promise(value: Any) -> None:
        if value != "begun":
            disk.note(str(value))
        tell(value)

    ACTS[act](promise, home, folders)


ACTS: dict[str, Callable[..., Any]] = {
    act.__name__: act for act in (index, index_often, save_turns, save_settings_often, answer_while_indexing)
}
