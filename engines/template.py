"""Renders a conversation as the model was trained to read it: the Jinja chat template that travels in its file."""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from os.path import commonprefix
from threading import Lock
from typing import Any, NoReturn

from engines.failures import TemplateRefused
from engines.protocol import Message

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_PROBE = (Message("system", "carrel-probe"), Message("user", "?"))
_ANY_QUESTIONS = (Message("user", "A"), Message("user", "B"))  # what is alike before both is alike before all
_LAST_WORD = re.compile(r"\s+\S*\s*$")


class ChatTemplate:
    """A chat template, compiled. It comes from a downloaded file, so it runs in Jinja's immutable sandbox.

    A template without a system role is given the system text at the beginning of the first user message.
    `control`: texts of the vocabulary's control tokens; where a message contains one, it is broken up so that no
    document can speak with the template's voice. `dated`: a prompt was told the date, which the next may not be. Raises
    TemplateRefused when `source` is not a template.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "", control: Sequence[str] = ()) -> None:
        self.source, self.dated = source, False
        self._template = _compile(source, self._now)
        self._bos, self._eos = bos, eos
        longest_first = sorted(filter(None, control), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._no_tools = self._spelling_of_no_tools()
        self._has_system = self._takes_system()

    def render(self, messages: Sequence[Message]) -> str:
        """The whole prompt, up to where the assistant's next message begins."""
        return self._apply(messages if self._has_system else folded(messages))

    def beginning(self, messages: Sequence[Message]) -> str:
        """What the prompt begins with whatever is asked after `messages`, the last of which is an answer.

        It ends where a tokenizer would part it from the rest too: before a control token, or before a word.
        """
        begun = shared_beginning(*(self.render([*messages, question]) for question in _ANY_QUESTIONS))
        control = list(self._control.finditer(begun)) if self._control else []
        before_control = begun[: control[-1].start()] if control else ""
        return max(before_control, _LAST_WORD.sub("", begun), key=len)

    def _spelling_of_no_tools(self) -> list[str] | None:
        """None, as the convention is, unless the template loops over it."""
        for self._no_tools in (None, []):
            try:
                self._apply(_PROBE[1:])
            except TemplateRefused:
                continue
            return self._no_tools
        return None

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
                tools=self._no_tools,
                documents=None,
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateRefused(str(error)) from error
        return rendered

    def _harmless(self, text: str) -> str:
        if self._control is None:
            return text
        return self._control.sub(lambda found: found[0][0] + "\u200b" + found[0][1:], text)

    def _now(self, pattern: str) -> str:
        self.dated = True
        return datetime.now().strftime(pattern)


def shared_beginning(first: str, second: str) -> str:
    """What both texts begin with."""
    return commonprefix([first, second])  # noqa: RUF071 - characters are meant


def folded(messages: Sequence[Message]) -> list[Message]:
    """The same conversation with the system texts put before the first user message."""
    system = "\n\n".join(message.text for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    for at, message in enumerate(rest):
        if system and message.role == "user":
            rest[at] = Message("user", f"{system}\n\n{message.text}")
            break
    return rest


def _compile(source: str, now: Callable[[str], str]) -> Any:
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"], keep_trailing_newline=False
    )
    environment.add_extension(_generation_blocks())
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = now
    try:
        return environment.from_string(source)
    except TemplateError as error:
        raise TemplateRefused(str(error)) from error


def _refuse(reason: str) -> NoReturn:
    raise TemplateRefused(str(reason))


def _generation_blocks() -> Any:
    """Reads `{% generation %}…{% endgeneration %}`, with which templates mark answers for training, as its contents."""
    from jinja2.ext import Extension

    class GenerationBlocks(Extension):
        tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

        def parse(self, parser: Any) -> Any:
            next(parser.stream)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    return GenerationBlocks


_REMEMBERED = 64  # chats whose last answer is kept; 4 MB at 8,000 tokens each


class PromptTokens:
    """Tokenizes prompts. The next turn of a remembered chat begins with exactly the ids that the last one ended with.

    A tokenizer need not choose the tokens in which a model wrote a text, and one other token would make everything
    after it be read again. Thread-safe.
    """

    def __init__(self, tokenize: Callable[[str], list[int]], is_control: Callable[[int], bool]) -> None:
        """`is_control`: whether text before this token cannot change how it, and what follows, is tokenized."""
        self._tokenize, self._is_control = tokenize, is_control
        self._written = OrderedDict[str, tuple[int, ...]]()
        self._lock = Lock()

    def of(self, text: str) -> list[int]:
        """The ids of a rendered prompt."""
        known, ids = self._longest(text)
        rest = self._tokenize(text[len(known) :])
        if not known or not rest or self._is_control(rest[0]):
            return [*ids, *rest]
        return self._tokenize(text)

    def remember(self, text: str, ids: Sequence[int]) -> None:
        """`text`, a prompt and its answer, was read and written as `ids`."""
        with self._lock:
            self._written[text] = tuple(ids)
            self._written.move_to_end(text)
            if len(self._written) > _REMEMBERED:
                self._written.popitem(last=False)

    def _longest(self, text: str) -> tuple[str, tuple[int, ...]]:
        """The longest remembered text that `text` begins with, and its ids."""
        with self._lock:
            found = max((written for written in self._written if text.startswith(written)), key=len, default="")
            if found:
                self._written.move_to_end(found)
            return found, self._written.get(found, ())
