"""A vLLM server keeps the contract, reached through a socket."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from engines.engine_settings import RemoteSettings
from engines.protocol import Engine
from engines.remote.engine import RemoteEngine
from network.connections import Connections
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.models.byte_bpe import CHATML
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_vllm import vllm_installed
from tests.vllm_server import VllmServer

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(300), vllm_installed]  # a server takes 20 s and more to start
WINDOW = 4_096


class VllmServers:
    """Servers on this machine, each over a tiny model of its own, started once and shared."""

    abilities = Abilities(
        forgets=False,
        exact_counts=False,
        reuse_block_tokens=None,
        reads_ahead=False,
        grammar=False,
        restarts=False,  # a server is its owner's to start
        continues=False,
        owners=frozenset(),
    )
    long_text = "x1 " * 1_200

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[object, VllmServer] = {}

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> RemoteEngine:
        key = (says if isinstance(says, str | None) else tuple(says), template)
        if key not in self._servers:
            path = self._folder / f"{len(self._servers)}"
            layers = 8 if says is None else 2
            write_tiny_folder(path, context=WINDOW, layers=layers, says=says, template=template or CHATML)
            self._servers[key] = VllmServer(path, WINDOW)
        return self._engine(self._servers[key].url)

    def open_own(self) -> RemoteEngine:
        """A client of its own; the server is the shared one, as closing a client leaves it alone."""
        return self.open()

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        self.open()
        url = self._servers[None, ""].url
        urls = [f"{url}/nothing/here", "http://127.0.0.1:9", "ftp://server", "server"]
        return [partial(self._engine, each) for each in urls]

    def open_without_memory(self) -> None:
        return None

    def kill(self, engine: Engine) -> bool:
        """The next that needs it starts another."""
        server = self._servers.pop((None, ""))
        server.kill()
        server.close()
        return True

    def close(self) -> None:
        for server in self._servers.values():
            server.close()

    def _engine(self, url: str) -> RemoteEngine:
        return RemoteEngine(RemoteSettings(url=url), Connections(self._folder / "log" / "connections.jsonl"))


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServers]:
    servers = VllmServers(tmp_path_factory.mktemp("models"))
    yield servers
    servers.close()


class TestRemoteEngineOnVllm(EngineContract):
    pass
