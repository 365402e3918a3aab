"""Renders a conversation with the chat template of a model: the Jinja source that travels in its file."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from os.path import commonprefix
from threading import Lock
from typing import Literal

from engines.errors import TemplateRefused, TemplateUnbounded
from engines.markers import break_markers, template_literals
from engines.protocol import Message
from engines.thinking_switch import ThinkingSwitch, find_switch
from engines.thought_markers import may_think
from engines.thoughts import ThoughtSplitter

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_PROBE = (Message("system", "carrel-probe"), Message("user", "?"))
_ANSWERED = (Message("user", "A"), Message("assistant", "B.", "carrel-thoughts"), Message("user", "C"))
_THOUGHT_NAMES = ("reasoning_content", "reasoning", "thinking")  # by which templates ask for the thoughts of a message
_ANY_QUESTIONS = (Message("user", "A"), Message("user", "B"))  # a prefix of both is a prefix of all
_NEVER = r"(?!)"  # matches nothing
_LAST_WORD = re.compile(r"\s+\S*\s*$")


class ChatTemplate:
    """A chat template, compiled. It comes from a downloaded file, so it runs in Jinja's immutable sandbox.

    A template without a system role gets the system text at the beginning of the first user message. `control`: texts
    of the vocabulary's control tokens; where a message contains one, it is broken up, so that no document can speak
    with the template's voice. So are, in what a user says, the template's own literals and the markers of other models:
    not every vocabulary has tokens for them. `dated`: a prompt contained the date, which the next may not. `may_think`:
    its model may write thoughts. `keeps_thoughts`: those of earlier answers are rendered. Raises TemplateRefused when
    `source` is not a template, and its subclass TemplateUnbounded, as `render` does.
    """

    def __init__(self, source: str, *, bos: str = "", eos: str = "", control: Sequence[str] = ()) -> None:
        self.source, self.dated = source, False
        from engines.template_sandbox import CompiledTemplate  # loads Jinja

        self._template = CompiledTemplate(source, self._strftime_now)
        self._bos, self._eos = bos, eos
        longest_first = sorted(filter(None, control), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first)) or _NEVER)
        self._literals = re.compile("|".join(map(re.escape, template_literals(source))) or _NEVER)
        self.may_think, self.keeps_thoughts = may_think(source), False
        self._off = self._on = ThinkingSwitch()
        self._no_tools = self._find_no_tools()
        try:
            self._has_system = _PROBE[0].text in self._apply(_PROBE, self._off)
        except TemplateRefused:
            self._has_system = False
        if self.may_think:
            self._off, self._on = find_switch(source, lambda switch: self._render(_PROBE, switch))
            self.keeps_thoughts = self._find_kept()

    @property
    def switches(self) -> bool:
        """True if the template tells the model whether to think."""
        return self._off != self._on

    def render(self, messages: Sequence[Message], *, thinks: bool = False) -> str:
        """The whole prompt, up to where the assistant's next message begins. `thinks`: the model may think first.

        An answer that the messages end with is not closed: what the model writes continues it, without a thought.
        """
        if messages and messages[-1].role == "assistant":
            begun = self.render(messages[:-1])
            return begun + ThoughtSplitter(begun).closing + self._control.sub(_broken, messages[-1].text)
        return self._render(messages, self._on if thinks else self._off)

    def stable_prefix(self, messages: Sequence[Message], *, thinks: bool = False) -> str:
        """The beginning of every prompt that continues `messages`, the last of which is an answer.

        It ends where a tokenizer would split it from the rest too: before a control token, or before a word.
        """
        prefix = common_prefix(*(self.render([*messages, question], thinks=thinks) for question in _ANY_QUESTIONS))
        control = list(self._control.finditer(prefix))
        before_control = prefix[: control[-1].start()] if control else ""
        return max(before_control, _LAST_WORD.sub("", prefix), key=len)

    @property
    def answer_end(self) -> str:
        """What ends an answer: the first control token behind it, with what stands before that; else the end token."""
        asked, answer = _ANSWERED[0], Message("assistant", "carrel-probe")
        _, _, rest = common_prefix(*(self.render([asked, answer, question]) for question in _ANY_QUESTIONS)).partition(
            answer.text
        )
        control = self._control.search(rest)
        return rest[: control.end()] if control else self._eos

    def _find_kept(self) -> bool:
        """True if an earlier answer is rendered with its thoughts."""
        self.keeps_thoughts = True
        try:
            return _ANSWERED[1].thoughts in self.render(_ANSWERED, thinks=True)
        except TemplateUnbounded:
            raise
        except TemplateRefused:
            return False

    def _find_no_tools(self) -> list[str] | None:
        """The value that stands for no tools: None by convention, unless the template loops over it."""
        for self._no_tools in (None, []):
            try:
                self._apply(_PROBE[1:], self._off)
            except TemplateUnbounded:
                raise
            except TemplateRefused:
                continue
            return self._no_tools
        return None

    def _render(self, messages: Sequence[Message], switch: ThinkingSwitch) -> str:
        said = _with_words(messages, switch.words) if switch.words else messages
        return self._apply(said if self._has_system else fold_system_messages(said), switch)

    def _apply(self, messages: Sequence[Message], switch: ThinkingSwitch) -> str:
        conversation = []
        for message in messages:
            content = self._control.sub(_broken, message.text)
            if message.role == "user":
                content = break_markers(self._literals.sub(_broken, content))
            thoughts = self._control.sub(_broken, message.thoughts) if self.keeps_thoughts else ""
            kept = dict.fromkeys(_THOUGHT_NAMES, thoughts) if thoughts else {}
            conversation.append({"role": message.role, "content": content, **kept})
        return self._template.render(
            conversation,
            add_generation_prompt=True,
            bos_token=self._bos,
            eos_token=self._eos,
            tools=self._no_tools,
            documents=None,
            **switch.values,
        )

    def _strftime_now(self, pattern: str) -> str:
        self.dated = True
        return datetime.now().strftime(pattern)


def _with_words(messages: Sequence[Message], words: str) -> list[Message]:
    """The messages with these words at the end of the first system message, or as one."""
    if messages and messages[0].role == "system":
        return [Message("system", f"{messages[0].text}\n{words}"), *messages[1:]]
    return [Message("system", words), *messages]


def _broken(marker: re.Match[str]) -> str:
    return f"{marker[0][0]}\u200b{marker[0][1:]}"


def common_prefix(first: str, second: str) -> str:
    """The longest text that both begin with."""
    return commonprefix([first, second])  # noqa: RUF071 - characters are meant


def fold_system_messages(messages: Sequence[Message]) -> list[Message]:
    """The same conversation with the system texts put before the first user message."""
    system = "\n\n".join(message.text for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    for at, message in enumerate(rest):
        if system and message.role == "user":
            rest[at] = Message("user", f"{system}\n\n{message.text}")
            break
    return rest


_REMEMBERED = 64  # chats whose last answer is kept; 4 MB at 8,000 tokens each


class PromptTokens:
    """Tokenizes prompts. The next turn of a remembered chat begins with exactly the ids that the last one ended with.

    A tokenizer need not choose the tokens that a model generated, and a single different token would invalidate the
    cache of everything after it. Thread-safe.
    """

    def __init__(self, tokenize: Callable[[str], list[int]], is_control: Callable[[int], bool]) -> None:
        """`is_control`: true if text before this token cannot change how it, and what follows, is tokenized."""
        self._tokenize, self._is_control = tokenize, is_control
        self._chats = OrderedDict[str, tuple[int, ...]]()
        self._lock = Lock()

    def encode(self, text: str) -> list[int]:
        """The ids of a rendered prompt."""
        with self._lock:
            known = max((chat for chat in self._chats if text.startswith(chat)), key=len, default="")
            if known:
                self._chats.move_to_end(known)
            ids = self._chats.get(known, ())
        rest = self._tokenize(text[len(known) :])
        if not known or not rest or self._is_control(rest[0]):
            return [*ids, *rest]
        return self._tokenize(text)

    def remember(self, text: str, ids: Sequence[int]) -> None:
        """Store the ids of `text`, a prompt and its answer."""
        with self._lock:
            self._chats[text] = tuple(ids)
            self._chats.move_to_end(text)
            if len(self._chats) > _REMEMBERED:
                self._chats.popitem(last=False)


Rewritten = Literal["nothing", "answer", "history"]
_SYSTEM = Message("system", "Carrel-Persona")
_THOUGHTS = "carrel-thoughts"
_TURNS = tuple((f"Carrel-Question-{number}", f"Carrel-Answer-{number}.") for number in (1, 2, 3))
_DEGREES: tuple[Rewritten, ...] = ("nothing", "answer", "history")
_WORDS = {
    "nothing": "leaves earlier messages as they are",
    "answer": "rewrites the last answer when another question follows",
    "history": "rewrites earlier messages when another question follows",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStability:
    """The parts of a prompt that a template rewrites for the next question, and that must be computed again.

    `plain`: after answers of plain text. `thinking`: after answers that the model began with thoughts. `dated`:
    everything, once the date changes.
    """

    plain: Rewritten
    thinking: Rewritten
    dated: bool

    def __str__(self) -> str:
        """A sentence for people."""
        dated = ", and contains the date" if self.dated else ""
        if self.plain == self.thinking:
            return f"The chat template {_WORDS[self.plain]}{dated}."
        return f"The chat template {_WORDS[self.plain]}; if the answer has thoughts, it {_WORDS[self.thinking]}{dated}."


def template_stability(template: ChatTemplate) -> TemplateStability:
    """Test a template by rendering a conversation of three turns. Raises TemplateRefused where the template does."""
    plain = _rewritten(template, thinks=False)
    thinking = _rewritten(template, thinks=True) if template.may_think else plain
    return TemplateStability(plain=plain, thinking=thinking, dated=template.dated)


def describe_stability(template: ChatTemplate) -> str:
    """The stability as a sentence for people, also where the template refuses the conversation."""
    try:
        return str(template_stability(template))
    except TemplateRefused as refused:
        return f"{refused.title}: {refused.hint}"


def _rewritten(template: ChatTemplate, *, thinks: bool) -> Rewritten:
    messages, before, answered_at, worst = [_SYSTEM], "", 0, 0
    for question, answer in _TURNS:
        messages.append(Message("user", question))
        prompt = template.render(messages, thinks=thinks)
        if not prompt.startswith(before):
            worst = max(worst, 1 if len(common_prefix(prompt, before)) >= answered_at else 2)
        answered_at = prompt.rfind(question) + len(question)
        messages.append(Message("assistant", answer, _THOUGHTS if thinks else ""))
        if not thinks:
            before = prompt + answer
        elif closing := ThoughtSplitter(prompt).closing:  # the template has opened the thought
            before = f"{prompt}{_THOUGHTS}{closing.rstrip()}{answer}"
        else:
            before = f"{prompt}<think>{_THOUGHTS}</think>{answer}"
    return _DEGREES[worst]
