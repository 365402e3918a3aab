"""Finds text that gives orders to a model: in a question, and in passages, which should only inform.

A sign has a weight; a text is flagged where those of its signs that differ add up to 1. Signs join what every such
order has to say, whoever words it: a verb of overriding, asking or becoming, and a noun of prompts, rules or roles.
What is hidden (spaced letters, digits for letters, Base64, ROT13, invisible characters) is read as well.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.guards.normal import normalise

FLAGGED = 1.0
_TABLE = Path(__file__).with_name("injection.toml")
_ORDERS = "orders the answer"


@dataclass(frozen=True, slots=True)
class _Sign:
    """A pattern over lower-case text; `stems`: one of them must be in the text for it to match."""

    weight: float
    says: str
    pattern: re.Pattern[str]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Signs:
    """The signs; `code_order` asks for code in the answer, and `harm` is in code that acts on the machine."""

    signs: tuple[_Sign, ...]
    code_order: re.Pattern[str]
    harm: re.Pattern[str]


@cache
def _signs() -> _Signs:
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    words = {name: text.replace("\n", "") for name, text in table["words"].items()}

    def compiled(pattern: str) -> re.Pattern[str]:
        whole = pattern.replace("\n", "")
        return re.compile(re.sub(r"\{([A-Z_]+)\}", lambda name: words[name[1]], whole))

    signs = tuple(
        _Sign(
            row["weight"],
            row["says"],
            compiled(row["pattern"]),
            tuple(filter(None, row["stems"].replace("\n", "").split("|"))),
        )
        for row in table["sign"]
    )
    return _Signs(signs, compiled(words["CODE_ORDER"]), compiled(words["HARM"]))


_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_*|]){4,}[^\W\d_](?!\w)")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEET_WORD = re.compile(r"\b(?=[a-z@$!|]*[0134571@$!|])(?=[0-9@$!|]*[a-z])[a-z0134571@$!|]{4,}\b")
_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{24,4000}={0,2}(?![\w+/])")
_DISGUISED = 4000  # characters of a text that are read for letters that stand for others


def find_injection(text: str) -> tuple[str, ...]:
    """The reasons to take a text for orders to a model, as `overrides instructions`; none for an ordinary one."""
    plain = normalise(text).text
    found = _reasons(plain.lower())
    if not found:
        for variant in _disguises(plain):
            if hidden := _reasons(variant):
                return (*hidden, "hides it")
    return found


def _reasons(text: str) -> tuple[str, ...]:
    total, says = 0.0, dict[str, None]()
    for sign in _signs().signs:
        if (not sign.stems or any(stem in text for stem in sign.stems)) and sign.pattern.search(text):
            total += sign.weight
            says[sign.says] = None
    speaks_of_code = "code" in text or "script" in text or "snippet" in text
    if speaks_of_code and _signs().harm.search(text) and _signs().code_order.search(text):
        total, says[_ORDERS] = FLAGGED, None
    return tuple(says) if total >= FLAGGED else ()


def _disguises(text: str) -> Iterator[str]:
    """The text as it reads with its disguise taken off, in lower case; each only where there is a trace of one."""
    head = text[:_DISGUISED]
    if _SPACED.search(head):
        words = re.sub(r" {2,}", " / ", head)  # what stands between words spelled letter by letter
        joined = _SPACED.sub(lambda run: re.sub(r"[ .\-_*|]", "", run[0]), words)
        yield joined.replace(" / ", " ").lower()
    if _LEET_WORD.search(lower := head.lower()):
        yield _LEET_WORD.sub(lambda word: word[0].translate(_LEET), lower)
    for blob in _BASE64.findall(head):
        try:
            decoded = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            continue
        yield decoded.lower()
    if "vafgehpgvba" in lower or "cebzcg" in lower:
        yield codecs.decode(lower, "rot13")
    if "snoitcurtsni" in lower or "tpmorp" in lower:
        yield lower[::-1]
