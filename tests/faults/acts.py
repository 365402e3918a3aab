"""What processes do while a fault strikes, and what the next start does after it. Each tells what it has promised."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import lancedb
import lancedb.index
import lancedb.query
import numpy as np
import pyarrow as pa
from filelock import FileLock

import knowledge.parse.process.parser_process
import knowledge.sync.sync
from assistant.answers.writer import QuotesWriter
from assistant.conversations.conversations import Conversations
from assistant.home import Home
from assistant.reading.retrieval import LibraryReader
from assistant.settings import ModelSettings, Settings
from assistant.settings_file import SettingsFile, load_settings
from assistant.turn import Question, RunningTurn
from assistant.values import Answered, Turn
from engines.llama.kv.snapshots import delete_snapshots
from engines.protocol import Usage
from errors import AppError
from knowledge.library import FolderRefused, Library
from tests.embedders import RankedWordsEmbedder
from tests.faults.disk_shim import Disk
from tests.faults.library_under_test import assert_true, open_library

# Imported here so that forked processes need not: an act that imports them anew takes seconds.
PRELOADED = (
    lancedb,
    lancedb.index,
    lancedb.query,
    np,
    pa,
    knowledge.parse.process.parser_process,
    knowledge.sync.sync,
    sqlite3,
)

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
        SettingsFile(Home(home).settings).save(Settings(model=ModelSettings(context_tokens=1000 + number)))
        tell(1000 + number)


def change_embedder(tell: Tell, home: Path, folders: Sequence[Path]) -> None:
    """Build another embedder's index in the shadow, and swap it in."""
    tell("begun")
    library = open_library(Home(home).library)
    library.embedders.change(RankedWordsEmbedder("others"))
    library.close()


def answer_while_indexing(tell: Tell, home: Path, folders: Sequence[Path], times: int = 6) -> None:
    """Answer questions from the library while it is indexed, and tell of each answered turn."""
    tell("begun")
    library, talks = open_library(Home(home).library), Conversations(Home(home).conversations)
    indexing = threading.Thread(target=library.sync)
    indexing.start()
    workers = ThreadPoolExecutor(1)
    for number in range(times):
        asked = Question(text=f"Which kettle is number {number}?", persona_id="001", conversation_id=f"talk-{number}")
        for event in RunningTurn(asked, LibraryReader(workers, library.searcher.search), QuotesWriter(), talks.save):
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
    library.searcher.search("Which kettle?")
    ready_s = time.monotonic() - begun
    for folder in folders:
        library.add_folder(folder)
    library.sync()
    passages = [(str(p.path), p.text) for p in library.searcher.search("kettle").passages]
    library.close()
    return {
        "turns": turns,
        "context_tokens": settings.model.context_tokens,
        "ready_s": ready_s,
        "passages": passages,
    }


def index_and_vanish(tell: Tell, home: Path, folders: Sequence[Path], turns: int) -> None:
    """Index, save turns up to this many and one setting, then end without closing anything: the logs stay behind."""
    library, talks = open_library(Home(home).library), Conversations(Home(home).conversations)
    for folder in folders:
        library.add_folder(folder)
    library.sync()
    kept = len(talks.list())
    for number in range(kept, turns):
        talks.save(a_turn(number))
    SettingsFile(Home(home).settings).save(Settings(model=ModelSettings(context_tokens=turns)))
    os.kill(os.getpid(), signal.SIGKILL)


def live(tell: Tell, home: Path, folders: Sequence[Path], turns: range, copy: bool) -> None:
    """Watch the folders, save these turns, make the day's copy half-way if wanted, and end without closing anything."""
    place = Home(home).create()
    library, talks = open_library(place.library), Conversations(place.conversations)
    for folder in folders:
        library.add_folder(folder)
    library.sync()
    for number in turns:
        if copy and number == turns[len(turns) // 2]:
            talks.keep_copy()
        talks.save(a_marked_turn(number))
    SettingsFile(place.settings).save(Settings(model=ModelSettings(context_tokens=1000 + len(turns))))
    place.snapshots.mkdir(exist_ok=True)
    (place.snapshots / "chat.kv").write_bytes(b"a snapshot " * 1000)
    os.kill(os.getpid(), signal.SIGKILL)


def come_back(tell: Tell, home: Path, folders: Sequence[Path]) -> dict[str, Any]:
    """The next start on a home that was lived in; under `refused` what a person is told where it fails."""
    try:
        place = Home(home).create()
        settings = SettingsFile(place.settings)
        talks, library = Conversations(place.conversations), open_library(place.library)
        talks.purge_old(0)
        turns = {turn.id: turn.answer for talk in talks.list() for turn in talks.every_turn(talk.id)}
        talks.search("marked")
        watched = {folder.path for folder in library.folders()}
        library.sync()
        passages = library.searcher.search("kettle").passages
        delete_snapshots(place.snapshots, [])
        talks.save(a_turn(len(turns), prefix="after"))
        talks.keep_copy()
        library.close()
        talks.close()
    except AppError as error:
        return {"refused": (error.title, error.hint)}
    return {
        "turns": turns,
        "watched": watched,
        "found": bool(passages),
        "offline": settings.settings.network.offline,
        "repairs": [repair for repair in (talks.repair, library.repair) if repair],
    }


def start_or_explain(tell: Tell, home: Path, folders: Sequence[Path]) -> dict[str, Any]:
    """The next start, or under `refused` what a person is told instead: title and hint."""
    try:
        return start(tell, home, folders)
    except AppError as error:
        return {"refused": (error.title, error.hint)}


def keep_library(tell: Tell, home: Path, orders: Connection) -> None:
    """Keep a library open and do as ordered: ("add", folder), ("sync", files until it is cancelled or None), None."""
    library = open_library(home)
    while order := orders.recv():
        verb, value = order
        if verb == "add":
            library.add_folder(value)
        else:
            _sync_until(library, value)
        tell(f"{verb}ed" if verb != "sync" else "synced")
    library.close()


def _sync_until(library: Library, files: int | None) -> None:
    cancelled = threading.Event()
    with suppress(FolderRefused):
        library.sync(
            cancelled=cancelled,
            on_progress=lambda at: cancelled.set() if files is not None and at.done_files >= files else None,
        )


def fill_the_disk(tell: Tell, home: Path, folders: Sequence[Path], room_bytes: int) -> dict[str, Any]:
    """Index and save turns with this much space left, search meanwhile, and go on once there is space again."""
    disk, place = Disk(), Home(home)
    library, talks = open_library(place.library), Conversations(place.conversations)
    library.searcher.search("Which kettle?")
    before = talks.list()
    disk.set_room(room_bytes)
    told = [_explained(library.sync), _explained(lambda: talks.save(a_turn(0, prefix="full")))]
    refused = disk.refused()
    passages, listed = library.searcher.search("kettle").passages, talks.list()
    disk.set_room(None)
    library.sync()
    talks.save(a_turn(1, prefix="full"))
    library.close()
    talks.close()
    return {"told": told, "refused": refused, "reads": bool(passages) and len(listed) >= len(before)}


def _explained(work: Callable[[], Any]) -> tuple[str, str] | None:
    try:
        work()
    except AppError as error:
        return error.title, error.hint
    return None


def race(tell: Tell, home: Path, folders: Sequence[Path], number: int) -> dict[str, Any]:
    """What a second Carrel does beside the first: add its folder, index, search, save turns and settings."""
    place = Home(home).create()
    library, talks = open_library(place.library), Conversations(place.conversations)
    library.add_folder(folders[number])
    writing: list[tuple[float, float]] = []
    began = time.time()
    library.sync(on_progress=lambda at: writing.append((time.time(), at.done_files)))
    for turn in range(3):
        talks.save(a_turn(turn, prefix=f"racer-{number}"))
    SettingsFile(place.settings).save(Settings(model=ModelSettings(context_tokens=2000 + number)))
    library.sync()
    found = [str(p.path) for p in library.searcher.search("kettle", k=20).passages]
    library.close()
    talks.close()
    return {"began": began, "writing": [at for at, _ in writing], "found": found}


def hold_the_lock(tell: Tell, home: Path) -> None:
    """Die with the writer's lock in hand."""
    place = Home(home).library
    place.mkdir(parents=True)
    FileLock(place / "index.lock").acquire()
    os.kill(os.getpid(), signal.SIGKILL)


def check(tell: Tell, home: Path, folders: Sequence[Path]) -> None:
    """Fail unless walk, ledger and index are the same, and as in a library that reads the folders anew."""
    assert_true(home, folders)


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


def a_marked_turn(number: int) -> Turn:
    """A turn whose every page of a database has `#number#` in it; every third goes on over several pages."""
    return replace(a_turn(number), answer=f"#{number}# marked " * (900 if number % 3 == 0 else 20))


def note_promises(tell: Tell, act: str, home: Path, folders: Sequence[Path]) -> None:
    """An act whose promises stand in the disk's log too, each after what it rests on."""
    disk = Disk()

    def promise(value: Any) -> None:
        if value != "begun":
            disk.note(str(value))
        tell(value)

    ACTS[act](promise, home, folders)


ACTS: dict[str, Callable[..., Any]] = {
    act.__name__: act
    for act in (index, index_often, change_embedder, save_turns, save_settings_often, answer_while_indexing)
}
