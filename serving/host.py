"""What every route works with: the workspace, the keys, the queue, and the chats that clients hold."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.requests import HTTPConnection

from assistant.workspace import Workspace
from engines import Engine
from personas import PersonaHeader
from serving.access import ApiKey, ApiKeys, RequestRate
from serving.http_failures import NotFound, RateExceeded, Unauthorized
from serving.metrics.exposition import ExposedMetrics
from serving.recent_chats import RecentChats
from serving.turnstile import Turnstile

T = TypeVar("T")
PERSONA_PREFIX = "carrel/"
EMBEDDER = "carrel/embedder"
_SHORT_WORK = 4  # threads for searches and lists, beside those that answer


class Host:
    """Answers for other programs out of one workspace. Its methods are for the event loop, but where they say so."""

    def __init__(self, workspace: Workspace, keys: ApiKeys, parallel: int) -> None:
        """`parallel`: how many answers are written at once; more wait."""
        self.workspace, self.keys, self.parallel = workspace, keys, parallel
        self.rate, self.turnstile, self.chats = RequestRate(), Turnstile(parallel), RecentChats()
        self.answering = ThreadPoolExecutor(parallel, thread_name_prefix="carrel-answer")
        self.metrics = ExposedMetrics(workspace, self.turnstile)
        self._short = ThreadPoolExecutor(_SHORT_WORK, thread_name_prefix="carrel-serve")
        self._preparing = threading.Lock()
        self._prepared: set[str] = set()

    def key_of(self, connection: HTTPConnection) -> ApiKey:
        """The key of a request, which is counted. Raises Unauthorized, RateExceeded."""
        kind, _, secret = connection.headers.get("authorization", "").partition(" ")
        key = self.keys.find(secret.strip()) if kind.lower() == "bearer" and secret else None
        if key is None:
            told = "This key is not known" if secret else "A key is missing"
            raise Unauthorized(told, "Send `Authorization: Bearer KEY`; `carrel serve keys add NAME` makes one.")
        if wait_s := self.rate.take(key):
            raise RateExceeded(wait_s)
        return key

    async def run(self, work: Callable[[], T]) -> T:
        """The result of short, blocking work, done on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._short, work)

    def personas(self, key: ApiKey) -> list[PersonaHeader]:
        """The personas that a key may ask. Blocks for milliseconds."""
        return [one for one in self.workspace.catalogue.headers() if not key.personas or one.id in key.personas]

    def persona_id(self, key: ApiKey, wanted: str) -> str:
        """The id of a persona, whose knowledge is indexed first. Blocks. Raises PersonaNotFound, AccessRefused."""
        found = self.workspace.catalogue.find(wanted or self.workspace.settings.answers.persona).id
        key.check_persona(found)
        with self._preparing:
            if found not in self._prepared:
                self.workspace.prepare_persona(found)
                self._prepared.add(found)
        return found

    @property
    def model_id(self) -> str:
        """The name by which programs call the model that answers, that of its file; "" where none does."""
        chosen = next((held for held in self.workspace.models.held() if held.is_chosen), None)
        return chosen.path.name.removesuffix(".gguf") if chosen else ""

    def engine(self, name: str) -> Engine:
        """The model that answers, by the name of its file or its own. Raises NotFound. Blocks while it loads."""
        self.workspace.models.wake()
        chosen, id = self.workspace.models.chosen, self.model_id
        if chosen is not None and name in (id, chosen.model):
            return chosen
        there = [id] if id else []
        hint = f"There are {', '.join([*there, PERSONA_PREFIX + '001-reader'])} and more: GET /v1/models."
        raise NotFound(f"There is no model {name}", hint)

    def close(self) -> None:
        """End the threads; what runs is stopped by whoever closes the workspace."""
        self.answering.shutdown(wait=False, cancel_futures=True)
        self._short.shutdown(wait=False, cancel_futures=True)
        self.metrics.close()
