"""Reads questions on the cost of serving a model."""

from __future__ import annotations

import re
from typing import Any

from assistant.tools.questions.model_questions import answer_tokens, prompt_tokens
from assistant.tools.questions.wording import NUMBER, find, given, number

_COST = re.compile(
    r"\b(?:costs?|price|bill|budget|gpus?|break[\s-]?even|cheaper|expensive)\b|비용|成本|费用", re.IGNORECASE
)
_OTHER = re.compile(r"\b(?:train\w*|fine-?tun\w*|cut|reduce|lower|boss)\b", re.IGNORECASE)
_MONEY = r"[$€£]?"
_PER = r"(?:per|a|an|/)"


def read_cost(text: str) -> dict[str, Any] | None:
    """The arguments of `estimate_cost`."""
    users = _users(text)
    if users is None or not _COST.search(text) or _OTHER.search(text):
        return None
    percent = number(find(rf"{NUMBER} % (?:gpu )?utili[sz]ation", text) or find(rf"utili[sz]ation of {NUMBER} %", text))
    return {
        "users_per_day": users,
        **given(
            questions_per_user=number(
                find(rf"{NUMBER} (?:questions|requests|queries) (?:each|{_PER} (?:user|person))", text)
            ),
            prompt_tokens=prompt_tokens(text),
            answer_tokens=answer_tokens(text),
            write_tokens_per_second=number(find(rf"writes {NUMBER} (?:answer )?tokens", text)),
            gpu_price_per_hour=_price(text),
            peak_factor=number(find(rf"peak factor(?: of|:)? {NUMBER}", text)),
            utilisation=None if percent is None else percent / 100,
            service_read_price=_service_price(text, "input|prompt|read"),
            service_write_price=_service_price(text, "output|answer|completion|written"),
        ),
    }


def _users(text: str) -> int | float | None:
    people = "(?:users|people|customers|visitors)"
    patterns = (
        rf"{NUMBER} (?:active )?{people} ?{_PER} ?day",
        rf"{NUMBER} daily (?:active )?{people}",
        rf"(?:하루|일일)(?: 사용자)? {NUMBER} 명?",
        rf"每天 {NUMBER} (?:个|名)?(?:用户|人)",
    )
    return next((value for pattern in patterns if (value := number(find(pattern, text)))), None)


def _price(text: str) -> int | float | None:
    hour = r"(?:gpu[ -]?)?hour"
    return number(find(rf"{_MONEY}{NUMBER} (?:dollars|euros|usd|eur)? ?{_PER} ?{hour}", text))


def _service_price(text: str, kind: str) -> int | float | None:
    return number(find(rf"{NUMBER} {_PER} ?(?:1 ?)?(?:million|m) (?:{kind})[ -]?tokens", text))
