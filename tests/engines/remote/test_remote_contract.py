"""A server over a real llama.cpp engine keeps the contract, reached through a socket."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings, RemoteSettings
from engines.llama.engine import LlamaEngine
from engines.protocol import Engine
from engines.remote.engine import RemoteEngine
from network.connections import Connections
from tests.engines.contract import EngineContract
from tests.engines.factory import Abilities
from tests.models.byte_bpe import CHATML
from tests.models.tiny_gguf import write_tiny_gguf
from tests.openai_server import OpenAIServer, serving

pytestmark = pytest.mark.engine
WINDOW = 4_096


class Servers:
    """Servers on this machine, each over a tiny model of its own."""

    abilities = Abilities(
        forgets=False,
        exact_counts=False,
        reuse_block_tokens=None,  # a server's own affair; what it tells is tested with the engine
        reads_ahead=False,
        grammar=False,
        continues=False,
        owners=frozenset(),
    )
    long_text = "x1 " * 1_200

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._servers: dict[object, OpenAIServer] = {}
        self._own: OpenAIServer | None = None

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> RemoteEngine:
        key = (says if isinstance(says, str | None) else tuple(says), template)
        if key not in self._servers:
            self._servers[key] = self._serve(says, template)
        return self._engine(self._servers[key].url)

    def open_own(self) -> RemoteEngine:
        self._own = self._serve()
        return self._engine(self._own.url)

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        urls = [f"{self._serve().url}/nothing/here", "http://127.0.0.1:9", "ftp://server", "server"]
        return [partial(self._engine, url) for url in urls]

    def open_without_memory(self) -> None:
        return None

    def kill(self, engine: Engine) -> bool:
        assert self._own
        self._own.die()
        return True

    def close(self) -> None:
        self._stack.close()

    def _serve(self, says: str | Sequence[bytes] | None = None, template: str = "") -> OpenAIServer:
        path = self._folder / f"{len(list(self._folder.iterdir()))}.gguf"
        write_tiny_gguf(path, context=WINDOW, says=says, template=template or CHATML)
        engine = LlamaEngine(path, LlamaSettings(threads=1, context_tokens=WINDOW))
        self._stack.callback(engine.close)
        return self._stack.enter_context(serving(OpenAIServer(engine)))

    def _engine(self, url: str) -> RemoteEngine:
        return RemoteEngine(RemoteSettings(url=url), Connections(self._folder / "log" / "connections.jsonl"))


class TestRemoteEngine(EngineContract):
    @pytest.fixture
    def factory(self, tmp_path: Path) -> Iterator[Servers]:
        servers = Servers(tmp_path)
        yield servers
        servers.close()
