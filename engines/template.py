"""Renders a conversation as the model was trained to read it: the Jinja chat template that travels in its file."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from engines.failures import TemplateRefused
from engines.protocol import Message

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_PROBE = (Message("system", "carrel-probe"), Message("user", "?"))


class ChatTemplate:
    """A chat template, compiled. It comes from a downloaded file, so it runs in Jinja's immutable sandbox.

    A template without a system role is given the system text at the beginning of the first user message.
    `control`: texts of the vocabulary's control tokens; where a message contains one, it is broken up so that no
    document can speak with the template's voice. Raises TemplateRefused when `source` is not a template.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "", control: Sequence[str] = ()) -> None:
        self.source = source
        self._template = _compile(source)
        self._bos, self._eos = bos, eos
        longest_first = sorted(filter(None, control), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._has_system = self._takes_system()

    def render(self, messages: Sequence[Message]) -> str:
        """The whole prompt, up to where the assistant's next message begins."""
        return self._apply(messages if self._has_system else folded(messages))

    def _takes_system(self) -> bool:
        try:
            return _PROBE[0].text in self._apply(_PROBE)
        except TemplateRefused:
            return False

    def _apply(self, messages: Sequence[Message]) -> str:
        from jinja2 import TemplateError

        conversation = [{"role": message.role, "content": self._harmless(message.text)} for message in messages]
        try:
            rendered: str = self._template.render(
                messages=conversation,
                add_generation_prompt=True,
                bos_token=self._bos,
                eos_token=self._eos,
                tools=None,
                documents=None,
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateRefused(str(error)) from error
        return rendered

    def _harmless(self, text: str) -> str:
        if self._control is None:
            return text
        return self._control.sub(lambda found: found[0][0] + "\u200b" + found[0][1:], text)


def folded(messages: Sequence[Message]) -> list[Message]:
    """The same conversation with the system texts put before the first user message."""
    system = "\n\n".join(message.text for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    for at, message in enumerate(rest):
        if system and message.role == "user":
            rest[at] = Message("user", f"{system}\n\n{message.text}")
            break
    return rest


def _compile(source: str) -> Any:
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"], keep_trailing_newline=False
    )
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = _now
    try:
        return environment.from_string(source)
    except TemplateError as error:
        raise TemplateRefused(str(error)) from error


def _refuse(reason: str) -> NoReturn:
    raise TemplateRefused(str(reason))


def _now(pattern: str) -> str:
    return datetime.now().strftime(pattern)
