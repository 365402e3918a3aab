"""Which of the servers that share a model can be asked now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from assistant.doctor.check_result import Check
from assistant.home import Home
from assistant.models.servers import asked_servers
from assistant.settings import Settings
from engines import REMOTE_PREFIX, RemoteSettings, open_remote, parse_address
from errors import AppError
from network import Connections


def check_servers(home: Home, settings: Settings) -> list[Check]:
    """Ask each server of `[model] servers` for its model, side by side; nothing where the settings name none."""
    if not settings.model.servers:
        return []
    servers = asked_servers(Path(REMOTE_PREFIX), settings)
    connections = Connections(home.connection_log, lambda: settings.network.offline)
    with ThreadPoolExecutor(len(servers)) as pool:
        told = list(pool.map(partial(_reached, connections=connections), servers))
    failed = [problem for _, problem in told if problem]
    detail = f"{len(told) - len(failed)} of {len(told)} servers answer: {'; '.join(says for says, _ in told)}"
    return [Check(name="servers", ok=not failed, detail=detail, hint=failed[0] if failed else "")]


def _reached(server: RemoteSettings, connections: Connections) -> tuple[str, str]:
    """What is said of a server, and what to do where it cannot be asked."""
    address = parse_address(server.url)
    name = f"{address.host}:{address.port}{address.root}"
    try:
        engine = open_remote([server], connections)
    except AppError as error:
        return f"{name}: {error.title}", error.hint
    engine.close()
    return f"{name} has {engine.model.removesuffix(f' at {address.host}')}, {engine.context_tokens:,} tokens", ""
