"""Server-sent events: the lines of a stream, cut anywhere, become the data of its events."""

from collections.abc import Iterator

from engines.failures import ServerRefused

_MAX_EVENT_BYTES = 1 << 20  # a chunk of an answer takes some hundred


class EventStream:
    """Collects bytes and gives the data of the events that are complete (WHATWG, HTML, 9.2)."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, received: bytes) -> Iterator[str]:
        """The data of each event that `received` completes. Raises ServerRefused for one without an end."""
        *lines, self._rest = (self._rest + received).split(b"\n")
        if len(self._rest) > _MAX_EVENT_BYTES:
            raise ServerRefused("The server sends something that is no answer", "Is it a server for language models?")
        for line in lines:
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            if text.startswith("data:"):
                self._data.append(text.removeprefix("data:").removeprefix(" "))
            elif not text and self._data:
                yield "\n".join(self._data)
                self._data.clear()
