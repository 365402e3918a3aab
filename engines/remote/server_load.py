"""How busy a server is, as its own figures for Prometheus say, and which server has read the beginning of a prompt."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence

from engines.protocol import Message

_MOST_PROMPTS = 8192  # whose server is remembered; 100 bytes each
# Requests that run and that wait, by the names of vLLM, SGLang and llama.cpp.
_FIGURES = re.compile(
    r"^(?:vllm:num_requests_(?:running|waiting)|sglang:num_(?:running|queue)_reqs"
    r"|llamacpp:requests_(?:processing|deferred))(?:\{[^}\n]*\})?[ \t]+([0-9.eE+]+)[ \t]*(?:\d+)?$",
    re.MULTILINE,
)


def requests_told(text: str) -> int | None:
    """The requests that a server runs and that wait for it, over all its models; None where the text tells none."""
    try:
        found = [float(one) for one in _FIGURES.findall(text)]
    except ValueError:
        return None
    return round(sum(found)) if found else None


class PromptPlaces:
    """Remembers where prompts were read, so that a chat goes on where its beginning is cached. For any thread."""

    def __init__(self) -> None:
        self._places: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, messages: Sequence[Message], place: int) -> None:
        """Remember that a server has read these messages."""
        with self._lock:
            for digest in _digests(messages):
                self._places[digest] = place
                self._places.move_to_end(digest)
            while len(self._places) > _MOST_PROMPTS:
                self._places.popitem(last=False)

    def find(self, messages: Sequence[Message]) -> int | None:
        """The server that has read the longest beginning of these messages, of two at least; None where none has.

        One message alone is a persona's prompt, which every server has soon read.
        """
        with self._lock:
            for digest in reversed(_digests(messages)):
                if digest in self._places:
                    return self._places[digest]
        return None


def _digests(messages: Sequence[Message]) -> list[str]:
    """A digest of each beginning of the messages, the shortest first."""
    running, found = hashlib.sha256(), list[str]()
    for count, message in enumerate(messages, 1):
        running.update(f"{message.role}\0{len(message.text)}\0{message.text}".encode("utf-8", "replace"))
        if count > 1 or len(messages) == 1:
            found.append(running.hexdigest())
    return found
