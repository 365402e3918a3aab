"""Numbers and forms of questions, which the readers of all tools share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NUMBER = (
    r"(?<![\w.,])(\d{1,3}(?:[,\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"\s?(k|m|thousand|million|천|만|千|万)?(?![a-z0-9])"
)
_TIMES = {
    "k": 1e3,
    "thousand": 1e3,
    "천": 1e3,
    "千": 1e3,
    "만": 1e4,
    "万": 1e4,
    "m": 1e6,
    "million": 1e6,
}
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
COUNT = rf"(\d+|{'|'.join(_WORDS)})"

# A question for reasons, advice or meanings, which no figure answers. English, Korean, Chinese.
_NO_FIGURE = re.compile(
    r"""\b(?:why|who|did|according|reports?|documents?|meeting|study|wiki|runbook|files?|last\s(?:week|month|quarter|year|run|time)
    |what\s(?:limits|causes|determines|drives|affects|happens|changes|helps|dominates)|steps|guide|config\w*|commands?|should(?!\s(?:i|we|it|this)\s(?:expect|test|ask|survey|plan|reach|get|take|need)\b)
    |explain\w*|tell\s(?:me|us)\s(?:about|more)|best|better|differ\w*|compare\w*|versus|vs|meaning|means?(?!\sin\b)|debug|install
    |recommend\w*|justif\w*|worth|good|bad(?!\sminutes)|dangerous|wrong|interpret|
    how\s(?:does|can|could|to|should|is|are|was|were|did)\b|how\sdo\b(?!\si\s(?:write|say|express)\b))
    |왜|설명|어떻게|무엇인가|뭐야|为什么|什么是|如何|怎么|解释""",
    re.IGNORECASE | re.VERBOSE,
)
# What follows a question for a figure, and wants the reasons too.
_MORE = re.compile(
    r"""(?:[,.;?!]\s*(?:and\s|but\s)?|\s(?:and|but)\s)(?:why\b|explain\b
    |how\s(?:can|could|do|does|would|should)\b|what\s(?:can|should|could)\b|tell\sme\b|which\s(?:is|would)\b|should\b).*$|\s*(?:그리고\s)?왜.*$|[，,。？]\s*为什么.*$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_ASKS = re.compile(
    r"""(?:^|[,:.;]\s)(?:does|do|will|can|is|are|would)\b
    |\b(?:how\s(?:many|much|large|big|long|fast|small)|what(?:'s|\s(?:is|are|will|would|does|was))?|which|when|calculate
    |compute|estimate|show|give|tell|work\sout|next|i\sneed|i\swant|how\sdo\si)\b
    |얼마|몇|계산|인가요|언제|크기|多少|多大|几|计算|是什么|什么时候""",
    re.IGNORECASE | re.VERBOSE,
)
_TOLD = re.compile(r"\b(?:i|we|my|our|is|are|was|were|has|have|had|did|said|failed)\b", re.IGNORECASE)
_TERSE_WORDS = 24
_SCRIPTS = re.compile(  # Korean particles and Chinese follow numbers and Latin words without a space
    r"(?<=[A-Za-z0-9%])(?=[\u3400-\u9fff\uac00-\ud7a3])|(?<=[\u3400-\u9fff\uac00-\ud7a3])(?=[A-Za-z0-9])"
)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool and its arguments, read from a question.

    `explains`: the question wants reasons beside the figures. `wanted`: the name of the figure that it asks for.
    """

    tool: str
    arguments: Mapping[str, Any]
    explains: bool = False
    wanted: str = ""

    @property
    def reads_file(self) -> bool:
        """True where it names a model's file on this machine."""
        return str(self.arguments.get("model", "")).endswith(".gguf")


def figure_question(question: str) -> tuple[str, bool] | None:
    """The part of a question that asks for a figure, and whether reasons are asked for behind it.

    None where it asks for none: for reasons, advice or meanings alone, or for nothing.
    """
    text = _SCRIPTS.sub(" ", " ".join(question.split()))
    head = _MORE.sub("", text, count=1)
    asked, explains = (head, True) if head != text and len(head.split()) > 2 else (text, False)
    if _NO_FIGURE.search(asked):
        return None
    is_terse = len(asked.split()) <= _TERSE_WORDS and not _TOLD.search(asked)
    return (asked, explains) if _ASKS.search(asked) or is_terse else None


def number(match: re.Match[str] | None, group: int = 1) -> int | float | None:
    """The number that NUMBER has found in a match, as its group `group`; None without a match."""
    if match is None or match[group] is None:
        return None
    value = float(re.sub(r"[,\u202f ]", "", match[group])) * _TIMES.get((match[group + 1] or "").lower(), 1)
    return int(value) if value == int(value) else value


def find(pattern: str, text: str) -> re.Match[str] | None:
    """The first match, in any case; spaces of the pattern are any space."""
    return re.search(pattern.replace(" ", r"\s*"), text, re.IGNORECASE)


def count(word: str) -> int:
    """The number of digits or of a word up to twelve."""
    return int(word) if word.isdecimal() else _WORDS.index(word.lower()) + 1


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that were found."""
    return {name: value for name, value in arguments.items() if value is not None}
