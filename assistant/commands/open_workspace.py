"""The workspace of a command, and the steps with which several commands begin."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.home import find_home
from assistant.owner.asking_owner import run_by_owner
from assistant.passphrase.protection import Ask, HomeLocked, Protection
from assistant.saving.switches import left_out
from assistant.terminal import Terminal
from assistant.workspace import Workspace
from knowledge import LibraryBusy

_ATTEMPTS = 3

if TYPE_CHECKING:
    from knowledge import SyncProgress, SyncReport


Verb = Callable[[Workspace, argparse.Namespace, Terminal], int]
"""Runs a verb in a workspace that is open, and returns its exit code."""


def run_anywhere(arguments: argparse.Namespace, terminal: Terminal, verb: Verb) -> int:
    """Run a verb where the home's models are: in the process that owns it, or else in a workspace of our own."""
    home = find_home(arguments.home)
    protection = Protection(home, asking_in_terminal(terminal))
    code = run_by_owner(arguments, terminal, protection)
    if code is not None:
        return code
    with opened_workspace(arguments, protection) as workspace:
        return verb(workspace, arguments, terminal)


@contextmanager
def opened_workspace(arguments: argparse.Namespace, protection: Protection | None = None) -> Iterator[Workspace]:
    """The workspace of `--home`, closed afterwards. What was repaired meanwhile is told on standard error.

    `protection`: of the home, where it may be open already.
    """
    home, terminal = find_home(arguments.home), Terminal(arguments.json)
    guarded = protection or Protection(home, asking_in_terminal(terminal))
    workspace = Workspace(home, guarded, left_out(arguments))
    try:
        yield workspace
    finally:
        workspace.close()
        for repair in workspace.repairs:
            terminal.note(f"{repair.title}. {repair.hint}")


def typed_passphrase(prompt: str) -> str:
    """What a person types, unseen. Raises HomeLocked at the end of the input."""
    try:
        return getpass(prompt)
    except EOFError as end:
        raise HomeLocked from end


def asking_in_terminal(terminal: Terminal) -> Ask | None:
    """Return a callback that asks for the passphrase, three times at most; None where nobody can be asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    left = _ATTEMPTS

    def ask(problem: str) -> str:
        nonlocal left
        terminal.clear_progress()
        if problem:
            terminal.note(f"{problem}.")
        if not left:
            raise HomeLocked
        left -= 1
        return typed_passphrase("Passphrase: ")

    return ask


def shown(terminal: Terminal) -> Callable[[SyncProgress], None]:
    """Return a callback that shows the progress of a sync."""

    def show(at: SyncProgress) -> None:
        name = at.pause_reason or (at.current.name if at.current else "")
        files, passages = f"{at.done_files}/{at.total_files} files", f"{min(at.ready, at.chunks)}/{at.chunks} passages"
        terminal.progress(" · ".join(filter(None, (f"Indexing {files}", passages, name))))

    return show


def index_folders(workspace: Workspace, given: Sequence[Path], terminal: Terminal) -> SyncReport:
    """Watch the folders that are not watched yet, and sync all of them."""
    before = {folder.path for folder in workspace.library.folders()}
    folders = [workspace.library.add_folder(path) for path in given]
    for folder in folders:
        if folder.path not in before:
            terminal.note(f"Now watching {folder.path}.")
    report = workspace.library.sync([folder.path for folder in folders], on_progress=shown(terminal))
    terminal.clear_progress()
    return report


def refresh_folders(workspace: Workspace, terminal: Terminal) -> None:
    """Bring the person's own folders up to date, unless another Carrel is already syncing."""
    own = [folder.path for folder in workspace.library.folders() if folder.persona_id is None]
    try:
        workspace.library.sync(own, on_progress=shown(terminal), wait=False)
    except LibraryBusy as busy:
        terminal.note(f"{busy.title} The answer may miss the latest changes.")
    terminal.clear_progress()


def prepared_persona(workspace: Workspace, wanted: str | None, terminal: Terminal) -> str:
    """Index the knowledge of a persona, by default the one in the settings, and return its id."""
    persona_id = workspace.catalogue.find(wanted or workspace.settings.answers.persona).id
    workspace.prepare_persona(persona_id, shown(terminal))
    terminal.clear_progress()
    return persona_id
