"""Models on other machines: parsing their references, opening them with masking, and describing them for routing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.home import Home
from assistant.models.masked_engine import MaskedEngine
from assistant.models.routing import RoutableModel
from assistant.settings import ServerSettings
from assistant.settings_file import load_settings
from assistant.values import Turn
from engines import REMOTE_PREFIX, Engine, RemoteSettings, open_remote, parse_address, parse_model_reference
from errors import AppError
from network import Connections, is_this_machine

_SCHEME = re.compile(r"^(https?):/+")


def asked_server(model: Path, server: ServerSettings) -> RemoteSettings | None:
    """The server that `remote:URL#model` names, or the settings' for `remote:` alone; None: the model is a file.

    Raises AppError for `remote:` where the settings name no server.
    """
    text = model.as_posix()
    if not text.startswith(REMOTE_PREFIX):
        return None
    url, name = parse_model_reference(text)
    if not url and not server.url:
        hint = "Set url under [remote] in the settings, or choose remote:URL#model."
        raise AppError("No model server is set up", hint)
    chosen = RemoteSettings(
        url=server.url, model=server.model, context_tokens=server.context_tokens, plain_http=server.plain_http
    )
    # A path has one slash where a URL has two.
    return replace(chosen, url=_SCHEME.sub(r"\1://", url), model=name) if url else chosen


def open_server(asked: RemoteSettings, server: ServerSettings, connections: Connections) -> Engine:
    """An engine on a server; masked unless the server is on this machine. Raises as `open_remote` does."""
    engine = open_remote(asked, connections)
    if is_this_machine(parse_address(asked.url).host):
        return engine
    return MaskedEngine(engine, refuse=server.personal_data == "refuse")


def describe(engine: Engine, *, chosen: bool) -> RoutableModel:
    """An open model, as routing sees it."""
    remote = isinstance(engine, MaskedEngine)
    return RoutableModel(
        model=engine.model, remote=remote, weight_bytes=engine.memory().get("weights") or None, chosen=chosen
    )


def history_texts(history: Sequence[Turn]) -> Iterator[str]:
    """The texts of earlier turns that a model reads."""
    for turn in history:
        yield turn.question
        yield from (passage.text for passage in turn.passages)
        yield turn.answer


def open_connections(home: Home) -> Connections:
    """The connections of a home, without a workspace."""
    settings = load_settings(home.settings)
    return Connections(home.connection_log, lambda: settings.network.offline)
