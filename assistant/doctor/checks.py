"""What is installed, what works, and what to do where it does not."""

import hashlib
import json
import platform
import shutil
import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from assistant.conversations.conversations import Conversations
from assistant.doctor.display import display_problem
from assistant.home import Home
from assistant.models.encoders import chosen_reranker, model_folders
from assistant.models.model_library import find_chat_models
from assistant.models.servers import asked_server
from assistant.settings import SettingProblem, Settings
from assistant.settings_file import SettingsFile
from engines.errors import EngineMissing, ModelUnreadable
from engines.llama.bindings import llama_library
from engines.models.scan import read_card
from errors import AppError
from knowledge.encoders.encoder_catalogue import find_encoder
from knowledge.encoders.encoder_folder import PROVENANCE, WEIGHTS
from knowledge.encoders.open_encoders import checked_precision, find_installed_encoder
from network.connections import OFFLINE_VARIABLE, forbidden_by_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`hint`: what to do when not ok. `required`: without it Carrel cannot answer at all."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    required: bool = False


def check_embedder(home: Home, settings: Settings) -> Check:
    """The embedder in the settings."""
    name = settings.search.embedder
    folder = _folder(name, home, settings)
    if folder is None:
        bring = "`make` brings the embedder's files" if name == "all-MiniLM-L6-v2" else f"`carrel models pull {name}`"
        hint = f"Search works by keyword alone, or with the default embedder. {bring}."
        return Check(name="embedder", ok=False, detail=f"{name} is not installed", hint=hint)
    return _verified("embedder", folder)


def check_reranker(home: Home, settings: Settings) -> Check:
    """The reranker in the settings; none at all is well too."""
    name = chosen_reranker(home, settings)
    if name is None:
        detail = (
            "off" if settings.search.reranker == "off" else "none: `carrel models pull bge-reranker-base` brings one"
        )
        return Check(name="reranker", ok=True, detail=detail)
    folder = _folder(name, home, settings)
    if folder is None:
        hint = f"The order of passages stands as found. `carrel models pull {name}` brings it."
        return Check(name="reranker", ok=False, detail=f"{name} is not installed", hint=hint)
    return _verified("reranker", folder)


def _folder(name: str, home: Home, settings: Settings) -> Path | None:
    return find_installed_encoder(name, model_folders(home, settings))


def _verified(kind: str, folder: Path) -> Check:
    expected = _checksum(folder)
    if expected is None:
        return Check(name=kind, ok=True, detail=f"{folder}, {checked_precision(folder)}, made from the hub's file")
    with (folder / WEIGHTS).open("rb") as file:
        ok = hashlib.file_digest(file, "sha256").hexdigest() == expected
    hint = "" if ok else f"The file is not the official one. Delete {folder} and bring it again."
    return Check(name=kind, ok=ok, detail=f"{folder}, checksum {'right' if ok else 'wrong'}", hint=hint)


def _checksum(folder: Path) -> str | None:
    """The official sha256 of the weights; None where they were made from a file of another format."""
    model = find_encoder(folder.name)
    if model.weights != WEIGHTS or model.sha256:
        return model.sha256 if model.weights == WEIGHTS else None
    try:
        return str(json.loads((folder / PROVENANCE).read_text("utf-8"))["checksums"][WEIGHTS])
    except (OSError, ValueError, KeyError, TypeError):
        return None


_LOOK_SECONDS = 3.0  # for chat models
_LEAST_FREE_BYTES = 1 << 30  # an index of 100,000 passages takes about half of it
_LEAST_MEMORY_BYTES = 2 << 30


def check_models(home: Home, settings: Settings) -> Check:
    """How many chat models are here; not ok where the chosen one cannot be used."""
    found = find_chat_models(home, settings, _LOOK_SECONDS).models
    usable = sum(model.card is not None for model in found)
    detail = (
        f"{usable} chat model{'' if usable == 1 else 's'} on this machine, {len(found) - usable} that cannot be used"
    )
    if settings.model.path is None or not settings.model.path.exists():
        hint = "" if usable else " `carrel models list` shows what can be pulled."
        return Check(name="models", ok=True, detail=detail + hint)
    try:
        card = read_card(settings.model.path)
    except ModelUnreadable as refused:
        return Check(name="models", ok=False, detail=refused.title, hint=refused.hint)
    return Check(name="models", ok=True, detail=f"{detail}; chosen: {card.name}, {card.quantization}")


def check_network(home: Home, settings: Settings) -> Check:
    """Whether the offline switch is on, who set it, and where connections are written down."""
    if settings.network.offline:
        detail = "offline: the settings refuse every connection to another machine"
    elif forbidden_by_environment():
        detail = f"offline: {OFFLINE_VARIABLE} refuses every connection to another machine"
    else:
        detail = f"allowed when needed; each connection is written to {home.connection_log}"
    return Check(name="network", ok=True, detail=detail)


def run_checks(home: Home) -> list[Check]:
    """Every check, in the order in which to mend things."""
    file = SettingsFile(home.settings)
    settings = file.settings
    return [
        _python(),
        _home(home),
        _disk(home),
        *(_setting(problem) for problem in file.problems),
        _chosen_model(settings),
        _conversations(home),
        _sqlite(),
        _memory(),
        _package("lancedb", "LanceDB, the index", required=True),
        check_embedder(home, settings),
        check_reranker(home, settings),
        _llama(),
        check_models(home, settings),
        check_network(home, settings),
        _window(),
    ]


def _python() -> Check:
    ok = sys.version_info >= (3, 11)
    detail = f"{platform.python_version()} on {platform.platform()}"
    return Check(name="python", ok=ok, detail=detail, hint="" if ok else "Carrel needs 3.11 or newer.", required=True)


def _home(home: Home) -> Check:
    try:
        home.create()
        with tempfile.TemporaryFile(dir=home.path):
            return Check(name="home", ok=True, detail=str(home.path), required=True)
    except (AppError, OSError) as error:
        hint = "Choose another folder with --home or CARREL_HOME."
        return Check(name="home", ok=False, detail=str(error), hint=hint, required=True)


def _disk(home: Home) -> Check:
    place = next((folder for folder in (home.path, *home.path.parents) if folder.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    ok = free >= _LEAST_FREE_BYTES
    return Check(name="disk", ok=ok, detail=f"{free / 2**30:.1f} GiB free", hint="" if ok else "Make room.")


def _setting(problem: SettingProblem) -> Check:
    return Check(name="settings", ok=False, detail=problem.title, hint=problem.hint)


def _chosen_model(settings: Settings) -> Check:
    model = settings.model.path
    try:
        found = model is None or model.is_file() or asked_server(model, settings.remote) is not None
    except AppError as error:
        return Check(name="settings", ok=False, detail=error.title, hint=error.hint, required=True)
    if not found:
        hint = "Choose another in the window, or correct settings.toml."
        return Check(name="settings", ok=False, detail=f"the model {model} is not there", hint=hint)
    return Check(name="settings", ok=True, detail=f"model: {model or 'none, answers are quotes'}", required=True)


def _conversations(home: Home) -> Check:
    try:
        if not home.conversations.exists():
            return Check(name="conversations", ok=True, detail="none yet", required=True)
        talks = Conversations(home.conversations)
        count = len(talks.list())
        talks.close()
    except AppError as error:
        return Check(name="conversations", ok=False, detail=error.title, hint=error.hint, required=True)
    return Check(name="conversations", ok=True, detail=f"{count} kept", required=True)


def _sqlite() -> Check:
    return Check(name="sqlite", ok=True, detail=sqlite3.sqlite_version, required=True)


def _memory() -> Check:
    import psutil

    memory = psutil.virtual_memory()
    ok = memory.available >= _LEAST_MEMORY_BYTES
    detail = f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free"
    return Check(name="memory", ok=ok, detail=detail, hint="" if ok else "Close other programs before loading a model.")


def _package(name: str, what: str, *, required: bool) -> Check:
    try:
        return Check(name=name, ok=find_spec(name) is not None, detail=f"{what}: {version(name)}", required=required)
    except PackageNotFoundError:
        return Check(name=name, ok=False, detail=f"{what}: not installed", hint="Run `make` again.", required=required)


def _llama() -> Check:
    try:
        llama_library()
    except EngineMissing as error:
        return Check(name="llama.cpp", ok=False, detail=error.title, hint=error.hint)
    return Check(name="llama.cpp", ok=True, detail=f"llama-cpp-python {version('llama_cpp_python')}")


def _window() -> Check:
    if find_spec("PySide6") is None:
        return Check(name="window", ok=False, detail="PySide6 is not installed", hint="Run `make` again.")
    if problem := display_problem():
        return Check(name="window", ok=False, detail=problem, hint="`carrel chat` works in the terminal.")
    return Check(name="window", ok=True, detail=f"PySide6 {version('PySide6_Essentials')}")
