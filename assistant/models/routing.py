"""Routing: the open model that answers a question, and the reason for people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant import guards
from assistant.models.masking import find_personal
from errors import AppError
from personas import Persona

# Words that ask for reasons, comparison or a plan, in the languages that search knows best.
_DEMANDING = re.compile(
    r"\b(?:why|compare|explain|trade-?offs?|derive|prove|design|analy[sz]e|evaluate|step by step|pros and cons"
    r"|optimi[sz]e|warum|vergleich\w*|erklär\w*|begründe\w*|bewerte\w*|pourquoi|compar\w+|expliqu\w+|por qué)\b"
    r"|为什么|比较|分析|解释|推导|证明|評価|比較|説明",
    re.IGNORECASE,
)
_DEMANDING_WORDS = 8  # of a question with one of those words: "Explain that." alone is about an answer already given
_LONG_WORDS = 60
_SIMPLE_WORDS = 12  # three quarters of the English questions of XQuAD, each of one fact, have no more
_WORD = re.compile(r"[^\W\d_]+|\d+")
_WIDE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")  # scripts in which two letters are about a word


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutableModel:
    """An open model. `weight_bytes`: its size; None: unknown, as for a server's, and taken for the biggest.

    `remote`: its prompts leave this machine. `chosen`: the person selected it.
    """

    model: str
    remote: bool = False
    weight_bytes: int | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRules:
    """`stronger_for_complex`: a complex question may go to the biggest open model. `by_difficulty`: so may it, and a
    simple one to the smallest. `policy`: what of the personal data in a question may leave this machine."""

    stronger_for_complex: bool = False
    by_difficulty: bool = False
    policy: guards.Policy = field(default_factory=guards.Policy)


@dataclass(frozen=True, slots=True)
class Route:
    """The model that answers; None: none may, and the answer is quotations. `reason`: for people."""

    model: RoutableModel | None
    reason: str


def route(question: str, passages: Sequence[str], available: Sequence[RoutableModel], rules: RoutingRules) -> Route:
    """Route a question. `passages`: every other text that the model would read."""
    allowed, why_not = _allowed([question, *passages], available, rules)
    if not allowed:
        return Route(None, why_not or "no model is open")
    chosen = next((one for one in allowed if one.chosen), None)
    if (rules.stronger_for_complex or rules.by_difficulty) and is_complex(question):
        strongest = max(allowed, key=_size)
        if strongest != chosen:
            return Route(strongest, f"{strongest.model}: the biggest open model, for a complex question")
    elif rules.by_difficulty and is_simple(question):
        smallest = min(allowed, key=_size)
        if smallest != chosen:
            return Route(smallest, f"{smallest.model}: the smallest open model, for a simple question")
    if chosen is None:
        strongest = max(allowed, key=_size)
        return Route(strongest, f"{strongest.model}: {why_not or 'the selected model is not open'}")
    personal = rules.policy.masked(_personal([question, *passages])) if chosen.remote else ""
    return Route(chosen, f"{chosen.model}: the selected model{f'; {personal} masked' if personal else ''}")


def route_helper(texts: Sequence[str], available: Sequence[RoutableModel], rules: RoutingRules) -> Route:
    """Route a title or a query rewriting: to the smallest open model, on this machine if there is one."""
    allowed, why_not = _allowed(texts, available, rules)
    if not allowed:
        return Route(None, why_not or "no model is open")
    smallest = min(allowed, key=_size)
    return Route(smallest, f"{smallest.model}: the smallest open model")


def is_simple(question: str) -> bool:
    """True for a short question that asks for a look-up."""
    return _words(question) <= _SIMPLE_WORDS and not _DEMANDING.search(question)


def is_complex(question: str) -> bool:
    """True for a question that is long, or asks for more than a look-up: reasons, a comparison."""
    words = _words(question)
    return words >= _LONG_WORDS or (words >= _DEMANDING_WORDS and bool(_DEMANDING.search(question)))


def _words(text: str) -> int:
    return len(_WORD.findall(_WIDE.sub(" ", text))) + len(_WIDE.findall(text)) // 2


def _allowed(
    texts: Sequence[str], available: Sequence[RoutableModel], rules: RoutingRules
) -> tuple[list[RoutableModel], str]:
    """The models that may read the texts, and the reason that others may not; "" where all may."""
    if not any(one.remote for one in available):
        return list(available), ""
    blocked = rules.policy.blocked(_personal(texts))
    if not blocked:
        return list(available), ""
    reason = f"{guards.summary(one.kind for one in blocked)} must not leave this machine"
    return [one for one in available if not one.remote], reason


def _personal(texts: Sequence[str]) -> list[guards.PersonalData]:
    return [one for text in texts for one in find_personal(text)]


def _size(one: RoutableModel) -> float:
    return float("inf") if one.weight_bytes is None else one.weight_bytes


class NoModelToWrite(AppError):
    """A persona that needs a model is asked, and none may answer. `reason`: that none may; "": none is chosen."""

    def __init__(self, persona: Persona, reason: str) -> None:
        hint = "Choose a model (Ctrl+M, or --model), or ask Reader, who quotes your files."
        super().__init__(f"{persona.name} writes with a model, and {reason or 'none is chosen'}", hint)
