"""Whether the next prompt of a conversation, as a model's template writes it, begins with the last one and its answer.

Where it does, a model reads only what is new. Where it does not, `ChatTemplate.beginning` says what can be read ahead
while the person reads the answer.
"""

from dataclasses import dataclass
from typing import Literal

from engines.failures import TemplateRefused
from engines.protocol import Message
from engines.template import ChatTemplate, shared_beginning

Rewritten = Literal["nothing", "answer", "history"]
_SYSTEM = Message("system", "Carrel-Persona")
_TURNS = tuple((f"Carrel-Question-{number}", f"Carrel-Answer-{number}.") for number in (1, 2, 3))
_DEGREES: tuple[Rewritten, ...] = ("nothing", "answer", "history")
_WORDS = {
    "nothing": "leaves what was read as it is",
    "answer": "writes the last answer differently once another question follows",
    "history": "writes earlier messages differently once another question follows",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStability:
    """What a template rewrites when the next question comes: from which place on a model has to read again.

    `plain`: after answers of plain text. `thinking`: after answers that think in <think>…</think> first. `dated`:
    everything, once the date changes.
    """

    plain: Rewritten
    thinking: Rewritten
    dated: bool

    def __str__(self) -> str:
        """A sentence for people."""
        dated = ", and tells the date" if self.dated else ""
        if self.plain == self.thinking:
            return f"The chat template {_WORDS[self.plain]}{dated}."
        return (
            f"The chat template {_WORDS[self.plain]}; where the model thinks aloud, it {_WORDS[self.thinking]}{dated}."
        )


def template_stability(template: ChatTemplate) -> TemplateStability:
    """Found out by rendering a conversation of three turns. Raises TemplateRefused where the template does that."""
    plain, thinking = _rewritten(template, thinks=False), _rewritten(template, thinks=True)
    return TemplateStability(plain=plain, thinking=thinking, dated=template.dated)


def described_stability(template: ChatTemplate) -> str:
    """The same as a sentence for people, also where the template refuses the conversation."""
    try:
        return str(template_stability(template))
    except TemplateRefused as refused:
        return f"{refused.title}: {refused.hint}"


def _rewritten(template: ChatTemplate, *, thinks: bool) -> Rewritten:
    messages, read, answered_at, worst = [_SYSTEM], "", 0, 0
    for question, answer in _TURNS:
        messages.append(Message("user", question))
        prompt = template.render(messages)
        if not prompt.startswith(read):
            worst = max(worst, 1 if len(shared_beginning(prompt, read)) >= answered_at else 2)
        answered_at = prompt.rfind(question) + len(question)
        answer = _thinking(prompt) + answer if thinks else answer
        messages.append(Message("assistant", answer))
        read = prompt + answer
    return _DEGREES[worst]


def _thinking(prompt: str) -> str:
    """Thoughts, begun unless the prompt does that."""
    begun = prompt.rstrip().endswith("<think>")
    return "thoughts\n</think>\n\n" if begun else "<think>\nthoughts\n</think>\n\n"
