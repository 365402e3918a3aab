"""Tools of a client: offered to a model in words, and its calls read from what it writes.

Models are told in the form that Hermes, Qwen and their kin were trained on: `<tool_call>{"name", "arguments"}`.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serving.http_failures import RequestInvalid
from serving.requests import RequestFields

_CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*(?:</tool_call>|\Z)", re.DOTALL)
_OPENING = "<tool_call>"
_REQUEST = """You may call these functions:
<tools>
{tools}
</tools>
To call one, write this and nothing else, once for each call:
<tool_call>
{{"name": "the function", "arguments": {{…}}}}
</tool_call>"""
_MUST = "\nCall {which} now, and write nothing else."


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """The functions that a model may call. `request`: in words; `forced`: the schema of a call that it must make."""

    names: tuple[str, ...]
    request: str
    forced: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ClientToolCall:
    """A call that a model has written. `arguments`: JSON."""

    id: str
    name: str
    arguments: str

    @property
    def view(self) -> dict[str, Any]:
        """The call in OpenAI's form."""
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": self.arguments}}


def tool_offer(fields: RequestFields) -> ToolOffer | None:
    """The tools of a request; None where it has none, or none is to be called. Raises RequestInvalid."""
    choice = fields.values.get("tool_choice")
    tools = [one for one in fields.objects("tools") if one.text("type", "function") == "function"]
    if not tools or choice == "none":
        return None
    functions = [RequestFields(one.get("function", dict, {}), f"{one.where}function.") for one in tools]
    known = {one.text("name"): one.get("parameters", dict, {}) for one in functions}
    request = _REQUEST.format(tools="\n".join(json.dumps(dict(one.values), ensure_ascii=False) for one in functions))
    if choice in (None, "auto"):
        return ToolOffer(tuple(known), request)
    wanted = [*known] if choice == "required" else [_named(choice)]
    if missing := next((name for name in wanted if name not in known), None):
        raise RequestInvalid(
            f"`tool_choice` names {missing}, which is none of the tools", f"There are {', '.join(known)}."
        )
    which = " or ".join(wanted)
    return ToolOffer(tuple(known), request + _MUST.format(which=which), _call_schema({n: known[n] for n in wanted}))


def tool_text(calls: Sequence[RequestFields]) -> str:
    """Earlier calls as the model wrote them."""
    functions = [RequestFields(call.get("function", dict, {}), f"{call.where}function.") for call in calls]
    return "\n".join(f"{_OPENING}\n{_said(one)}\n</tool_call>" for one in functions)


def _said(function: RequestFields) -> str:
    return f'{{"name": {json.dumps(function.text("name"))}, "arguments": {function.text("arguments", "{}")}}}'


def read_calls(answer: str, offer: ToolOffer) -> tuple[str, tuple[ClientToolCall, ...]]:
    """An answer without its calls, and these; what calls no function of the offer stays text."""
    found = _CALL.findall(answer) or ([answer.strip()] if offer.forced else [])
    calls = tuple(call for text in found if (call := _call(text, offer)))
    return (_CALL.sub("", answer).strip() if not offer.forced else "", calls) if calls else (answer, ())


def _call(text: str, offer: ToolOffer) -> ClientToolCall | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("name") not in offer.names:
        return None
    arguments = said.get("arguments", {})
    given = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return ClientToolCall(f"call_{uuid.uuid4().hex[:24]}", said["name"], given)


class CallSplitter:
    """Tells text from calls while they are written: what may be the beginning of a call is held back."""

    def __init__(self) -> None:
        self.rest = ""

    def spoken(self, piece: str) -> str:
        """The text that is certainly before any call, of this piece and those before."""
        self.rest += piece
        at = self.rest.find("<")
        while at >= 0 and not _OPENING.startswith(self.rest[at : at + len(_OPENING)]):
            at = self.rest.find("<", at + 1)
        free = len(self.rest) if at < 0 else at
        told, self.rest = self.rest[:free], self.rest[free:]
        return told


def _named(choice: object) -> str:
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str):
        raise RequestInvalid("`tool_choice` is not understood", "It is none, auto, required, or names a function.")
    return name


def _call_schema(functions: Mapping[str, Any]) -> dict[str, Any]:
    calls = [
        {
            "type": "object",
            "properties": {"name": {"const": name}, "arguments": parameters or {"type": "object"}},
            "required": ["name", "arguments"],
        }
        for name, parameters in functions.items()
    ]
    return calls[0] if len(calls) == 1 else {"anyOf": calls}
