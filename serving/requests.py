"""Bodies of requests: JSON of a bounded size, and fields of the right kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from serving.http_failures import RequestInvalid, TooLarge

MAX_BODY_BYTES = 4_000_000  # a million tokens, which no model here reads
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestFields:
    """The fields of a JSON object. `where`: its place in the request, for messages."""

    values: Mapping[str, Any]
    where: str = ""

    def get(self, name: str, kind: type[T], default: T) -> T:
        """The value of a field, or the default where it is missing or null. Raises RequestInvalid for another kind."""
        value = self.values.get(name)
        if value is None:
            return default
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RequestInvalid(
                f"`{self.where}{name}` must be {_KINDS.get(kind, kind.__name__)}", f"It is {value!r:.80}."
            )
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number within limits. Raises RequestInvalid."""
        value = self.get(name, float, default)
        if not low <= value <= high:
            raise RequestInvalid(f"`{self.where}{name}` must be from {low:g} to {high:g}", f"It is {value:g}.")
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within limits. Raises RequestInvalid."""
        value = self.get(name, int, default)
        if not low <= value <= high:
            raise RequestInvalid(f"`{self.where}{name}` must be from {low} to {high}", f"It is {value}.")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A text; with no default, one that is needed. Raises RequestInvalid."""
        if default is None and not self.get(name, str, ""):
            raise RequestInvalid(f"`{self.where}{name}` is missing", "It must be a text.")
        return self.get(name, str, default or "")

    def texts(self, name: str) -> list[str]:
        """A list of texts, or one text; empty where it is missing. Raises RequestInvalid."""
        value = self.values.get(name)
        found = [value] if isinstance(value, str) else value if value is not None else []
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise RequestInvalid(f"`{self.where}{name}` must be a text or a list of texts", f"It is {value!r:.80}.")
        return found

    def objects(self, name: str) -> list[RequestFields]:
        """A list of objects; empty where it is missing. Raises RequestInvalid."""
        found = self.get(name, list, [])
        if not all(isinstance(one, dict) for one in found):
            raise RequestInvalid(f"`{self.where}{name}` must be a list of objects", "")
        return [RequestFields(one, f"{self.where}{name}[{n}].") for n, one in enumerate(found)]


_KINDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


async def body_of(request: Request) -> RequestFields:
    """The JSON object in a request. Raises RequestInvalid, and TooLarge before all of it is read."""
    data = bytearray()
    try:
        async for part in request.stream():
            data += part
            if len(data) > MAX_BODY_BYTES:
                raise TooLarge("The request is too long", f"It may have {MAX_BODY_BYTES:,} bytes.")
    except ClientDisconnect as gone:
        raise RequestInvalid("The client closed the connection", "") from gone
    try:
        found = json.loads(bytes(data))
    except (ValueError, RecursionError) as error:
        raise RequestInvalid("The request is not JSON", str(error)) from error
    if not isinstance(found, dict):
        raise RequestInvalid("The request is not a JSON object", 'Send one, such as {"question": "…"}.')
    return RequestFields(found)
