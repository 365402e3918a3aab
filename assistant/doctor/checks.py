"""Checks of the installation: each says if something works and, if not, what to do."""

import hashlib
import json
import platform
import shutil
import sqlite3
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import psutil

from assistant.conversations.conversations import Conversations
from assistant.doctor.check_result import Check
from assistant.doctor.display import display_problem
from assistant.doctor.gpu_check import check_gpu_engines
from assistant.doctor.llama_check import check_llama
from assistant.doctor.servers_check import check_servers
from assistant.home import Home
from assistant.models.encoders import chosen_reranker, model_folders
from assistant.models.model_library import find_chat_models
from assistant.models.servers import asked_servers
from assistant.passphrase.protection import Protection
from assistant.settings import Settings
from assistant.settings_file import SettingsFile
from engines import ModelUnreadable, read_card
from errors import AppError
from knowledge import (
    PROVENANCE_FILE,
    WEIGHTS_FILE,
    checked_precision,
    find_encoder,
    find_installed_encoder,
    packaged_checksum,
    parser_sandbox,
)
from network import OFFLINE_VARIABLE, forbidden_by_environment


def check_embedder(home: Home, settings: Settings) -> Check:
    """Check the embedder in the settings."""
    name = settings.search.embedder
    folder = _folder(name, home, settings)
    if folder is None:
        hint = f"Search uses the default embedder, or keywords alone. `carrel models pull {name}` installs it."
        return Check(name="embedder", ok=False, detail=f"{name} is not installed", hint=hint)
    return _verified("embedder", folder)


def check_reranker(home: Home, settings: Settings) -> Check:
    """Check the reranker in the settings; having none is fine too."""
    name = chosen_reranker(home, settings)
    if name is None:
        detail = (
            "off" if settings.search.reranker == "off" else "none: `carrel models pull bge-reranker-base` installs one"
        )
        return Check(name="reranker", ok=True, detail=detail)
    folder = _folder(name, home, settings)
    if folder is None:
        hint = f"Passages stay in the order of the search. `carrel models pull {name}` installs it."
        return Check(name="reranker", ok=False, detail=f"{name} is not installed", hint=hint)
    return _verified("reranker", folder)


def _folder(name: str, home: Home, settings: Settings) -> Path | None:
    return find_installed_encoder(name, model_folders(home, settings))


def _verified(kind: str, folder: Path) -> Check:
    expected = _checksum(folder)
    if expected is None:
        return Check(name=kind, ok=True, detail=f"{folder}, {checked_precision(folder)}, converted from the hub's file")
    with (folder / WEIGHTS_FILE).open("rb") as file:
        ok = hashlib.file_digest(file, "sha256").hexdigest() == expected
    hint = (
        "" if ok else f"The file is not the official one. Delete {folder}, then run `carrel models pull {folder.name}`."
    )
    return Check(name=kind, ok=ok, detail=f"{folder}, checksum {'right' if ok else 'wrong'}", hint=hint)


def _checksum(folder: Path) -> str | None:
    """The official sha256 of the weights; None where they were converted from a file of another format."""
    if packaged := packaged_checksum(folder):
        return packaged
    model = find_encoder(folder.name)
    if model.weights != WEIGHTS_FILE or model.sha256:
        return model.sha256 if model.weights == WEIGHTS_FILE else None
    try:
        return str(json.loads((folder / PROVENANCE_FILE).read_text("utf-8"))["checksums"][WEIGHTS_FILE])
    except (OSError, ValueError, KeyError, TypeError):
        return None


_SCAN_SECONDS = 3.0  # for chat models
_MIN_FREE_BYTES = 1 << 30  # an index of 100,000 passages takes about half of it
_MIN_MEMORY_BYTES = 2 << 30


# SQLite's notes on 3.51.3: older ones can damage a database that two connections write and checkpoint at once.
_SQLITE_REPAIRED = (3, 51, 3)


def check_sqlite() -> Check:
    """Report the SQLite that Python was built with, and its known fault where it has it."""
    detail = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _SQLITE_REPAIRED:
        detail += ", before 3.51.3: two programs writing one database at the same moment can, very rarely, damage it"
    return Check(name="sqlite", ok=True, detail=detail, required=True)


def check_models(home: Home, settings: Settings) -> Check:
    """Check the chat models on this machine; not ok where the chosen one cannot be used."""
    found = find_chat_models(home, settings, _SCAN_SECONDS).models
    usable = sum(model.card is not None for model in found)
    detail = f"{usable} usable chat model{'' if usable == 1 else 's'} on this machine, {len(found) - usable} unusable"
    if settings.model.path is None or not settings.model.path.exists():
        hint = "" if usable else "; `carrel models list` shows what you can download"
        return Check(name="models", ok=True, detail=detail + hint)
    try:
        card = read_card(settings.model.path)
    except ModelUnreadable as refused:
        return Check(name="models", ok=False, detail=refused.title, hint=refused.hint)
    return Check(name="models", ok=True, detail=f"{detail}; chosen: {card.name}, {card.quantization}")


def check_network(home: Home, settings: Settings) -> Check:
    """Report the offline switch, what set it, and the log of connections."""
    if settings.network.offline:
        detail = "offline: the settings refuse every connection to another machine"
    elif forbidden_by_environment():
        detail = f"offline: {OFFLINE_VARIABLE} refuses every connection to another machine"
    else:
        detail = f"allowed when needed; every connection is logged in {home.connection_log}"
    return Check(name="network", ok=True, detail=detail)


def run_checks(home: Home) -> list[Check]:
    """Run every check, in the order in which to fix things."""
    file = SettingsFile(home.settings)
    settings = file.settings
    return [
        check_python(),
        check_home(home),
        check_disk(home),
        *(Check(name="settings", ok=False, detail=one.title, hint=one.hint) for one in file.problems),
        check_chosen_model(settings),
        check_conversations(home),
        check_sqlite(),
        check_memory(),
        check_lancedb(),
        check_parser(),
        check_embedder(home, settings),
        check_reranker(home, settings),
        check_llama(settings.model.llama_library),
        check_gpu_engines(settings),
        check_models(home, settings),
        check_network(home, settings),
        *check_servers(home, settings),
        check_window(),
    ]


def check_python() -> Check:
    """Check the version of Python."""
    ok = sys.version_info >= (3, 11)
    detail = f"{platform.python_version()} on {platform.platform()}"
    return Check(
        name="python", ok=ok, detail=detail, hint="" if ok else "Carrel needs Python 3.11 or newer.", required=True
    )


def check_home(home: Home) -> Check:
    """Check that the home folder is writable."""
    try:
        home.create()
        with tempfile.TemporaryFile(dir=home.path):
            detail = f"{home.path}, which stays when Carrel is uninstalled"
            return Check(name="home", ok=True, detail=detail, required=True)
    except (AppError, OSError) as error:
        hint = error.hint if isinstance(error, AppError) else "Choose another folder with --home or CARREL_HOME."
        return Check(name="home", ok=False, detail=str(error), hint=hint, required=True)


def check_disk(home: Home) -> Check:
    """Check the free space on the disk."""
    place = next((folder for folder in (home.path, *home.path.parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    ok = free >= _MIN_FREE_BYTES
    return Check(name="disk", ok=ok, detail=f"{free / 2**30:.1f} GiB free", hint="" if ok else "Free up space.")


def check_chosen_model(settings: Settings) -> Check:
    """Check that the model in the settings exists."""
    model = settings.model.path
    try:
        found = model is None or model.is_file() or bool(asked_servers(model, settings))
    except AppError as error:
        return Check(name="settings", ok=False, detail=error.title, hint=error.hint, required=True)
    if not found:
        hint = "Choose another model in the window, or correct settings.toml."
        return Check(name="settings", ok=False, detail=f"the model {model} does not exist", hint=hint)
    return Check(name="settings", ok=True, detail=f"model: {model or 'none, answers are quotes'}", required=True)


def check_conversations(home: Home) -> Check:
    """Check that the conversations can be read."""
    try:
        if not home.conversations.exists():
            return Check(name="conversations", ok=True, detail="none yet", required=True)
        protection = Protection(home)
        if not protection.is_open:
            detail = "encrypted, and not looked into: the passphrase is not remembered"
            return Check(name="conversations", ok=True, detail=detail, required=True)
        conversations = Conversations(home.conversations, protection.database_key)
        count, repair = len(conversations.list()), conversations.repair
        conversations.close()
    except AppError as error:
        return Check(name="conversations", ok=False, detail=error.title, hint=error.hint, required=True)
    if repair:
        return Check(name="conversations", ok=False, detail=repair.title, hint=repair.hint)
    return Check(name="conversations", ok=True, detail=f"{count} saved", required=True)


def check_memory() -> Check:
    """Check the free memory."""
    memory = psutil.virtual_memory()
    ok = memory.available >= _MIN_MEMORY_BYTES
    detail = f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free"
    return Check(name="memory", ok=ok, detail=detail, hint="" if ok else "Close other programs before loading a model.")


def check_lancedb() -> Check:
    """Check that LanceDB is installed."""
    try:
        ok, detail = find_spec("lancedb") is not None, f"LanceDB, the index: {version('lancedb')}"
    except PackageNotFoundError:
        ok, detail = False, "LanceDB, the index: not installed"
    return Check(name="lancedb", ok=ok, detail=detail, hint="" if ok else "Install Carrel again.", required=True)


def check_parser() -> Check:
    """Check that files are read in a process that can do nothing else."""
    try:
        confined = parser_sandbox()
    except AppError as error:
        return Check(name="parser", ok=False, detail=error.title, hint=error.hint, required=True)
    if {"Landlock", "seccomp"} <= {*confined}:
        return Check(name="parser", ok=True, detail="sandboxed by Landlock and seccomp", required=True)
    limits = "files are read in a process of their own, with limits on time and memory"
    detail = f"{limits}, and {confined[0]}" if confined else f"{limits}, but no sandbox"
    return Check(name="parser", ok=True, detail=f"{detail}: this system lacks Landlock or seccomp", required=True)


def check_window() -> Check:
    """Check that a window can be opened."""
    if find_spec("PySide6") is None:
        return Check(name="window", ok=False, detail="PySide6 is not installed", hint="Install Carrel again.")
    if problem := display_problem():
        return Check(name="window", ok=False, detail=problem, hint="`carrel chat` works in the terminal.")
    return Check(name="window", ok=True, detail=f"PySide6 {version('PySide6_Essentials')}")
