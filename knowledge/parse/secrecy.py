"""Recognises files that look like secrets: keys, passwords, tokens. They are indexed only if a person asks for it."""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.parse.input import Unreadable, opened_file, real_path

_JUDGED_BYTES = 4 << 20  # keys and exports are smaller, and stand at the beginning of a longer log

Use = Literal["settings", "text", "prose", "code"]
"""The use of a file's format: in settings, a password that is assigned is no example."""
_ENDINGS: Mapping[Use, frozenset[str]] = {
    "settings": frozenset(
        ".cfg .cnf .conf .config .env .ini .json .properties .reg .tfvars .toml .xml .yaml .yml".split()
    ),
    "text": frozenset(".bak .csv .log .old .orig .text .tsv .txt".split()),
    "prose": frozenset(".adoc .eml .htm .html .ipynb .markdown .mbox .md .org .rst .rtf .tex".split()),
}
_NOTE_BYTES = 4096  # a short text in which a password is assigned is there for it
# Kinds of which a page or a test shows examples.
_NOT_IN: Mapping[Use, frozenset[str]] = {
    "settings": frozenset(),
    "text": frozenset(),
    "prose": frozenset({"settings with passwords", "credentials"}),
}
_IN_CODE = "a private key"


@dataclass(frozen=True, slots=True)
class _SecretKind:
    """A kind of file, by strings that it holds all of, in lower case, and a pattern."""

    noun: str
    strings: tuple[bytes, ...]
    pattern: re.Pattern[bytes] | None

    def is_in(self, data: bytes, lower: bytes) -> bool:
        return all(one in lower for one in self.strings) and (self.pattern is None or bool(self.pattern.search(data)))


@dataclass(frozen=True, slots=True)
class _Secrets:
    """The tables of secrets.toml."""

    names: tuple[tuple[str, re.Pattern[str]], ...]
    documents: Mapping[str, frozenset[str]]
    columns: tuple[frozenset[str], ...]
    tokens: re.Pattern[bytes]
    kinds: tuple[_SecretKind, ...]


@cache
def _secrets() -> _Secrets:
    told = tomllib.loads(Path(__file__).with_name("secrets.toml").read_text("utf-8"))
    ignore = re.IGNORECASE | re.DOTALL
    sets = {name: frozenset(words if name == "phrases" else words.split()) for name, words in told["documents"].items()}
    tokens = "|".join(told["tokens"]["patterns"]).encode()
    return _Secrets(
        names=tuple((noun, re.compile(rf"(?:{'|'.join(all_)})\Z", ignore)) for noun, all_ in told["names"].items()),
        documents=sets,
        columns=tuple(frozenset(words.split()) for words in told["columns"].values()),
        tokens=re.compile(rb"(?<![A-Za-z0-9_-])(?:" + tokens + rb")(?![A-Za-z0-9_-])"),
        kinds=tuple(
            _SecretKind(
                one["noun"],
                tuple(map(str.encode, one["strings"])),
                re.compile(one["pattern"].encode()) if "pattern" in one else None,
            )
            for one in told["kind"]
        ),
    )


def left_out(noun: str) -> str:
    """The reason, for people, that a secret of this kind is not indexed."""
    return f"looks like {noun}: secrets are not indexed unless you ask for it"


def secret_by_path(path: Path) -> str:
    """The kind of secret that a file holds, by its name and, for a link, its target's; "" where they do not tell."""
    noun = secret_by_name(path.name) or (secret_by_name(real_path(path).name) if path.is_symlink() else "")
    return "" if path.suffix.lower() == ".key" and _is_archive(path) else noun


def secret_by_name(name: str) -> str:
    """The kind of secret that a file of this name holds, as `a private key`; "" where the name does not tell."""
    noun = next((noun for noun, pattern in _secrets().names if pattern.match(name)), "")
    return noun or ("a list of passwords" if _lists_passwords(name) else "")


def file_use(path: Path, size_bytes: int) -> Use:
    """The use of the file's format."""
    ending = path.suffix.lower()
    is_note = ending == ".txt" and size_bytes <= _NOTE_BYTES
    if is_note or (not ending and path.name.islower()):
        return "settings"
    return next((use for use, endings in _ENDINGS.items() if ending in endings), "code" if ending else "text")


def secret_by_content(data: bytes, use: Use) -> str:
    """The kind of secret at the beginning of a file, as `an access token`; "" where there is none, or it is no text."""
    data = _as_utf8(data[:_JUDGED_BYTES])
    if not is_text(data):
        return ""
    lower = data.lower()
    for kind in _secrets().kinds:
        shown = kind.noun != _IN_CODE if use == "code" else kind.noun in _NOT_IN[use]
        if not shown and kind.is_in(data, lower):
            return kind.noun
    if use in ("settings", "text") and _has_password_columns(data[:_HEADER_BYTES]):
        return "a list of passwords"
    if any(_is_random(token[0]) for run in _RUN.finditer(data) for token in _tokens_in(run[0])):
        return "an access token"
    if any(_is_password(found[1]) for pattern in _ASSIGNED.get(use, ()) for found in _found(pattern, data)):
        return "settings with passwords"
    return ""


def _lists_passwords(name: str) -> bool:
    """True for a document named for passwords and nothing else: `Passwords 2024.xlsx`, and no `password policy.pdf`."""
    words_of = _secrets().documents
    stem, dot, ending = unicodedata.normalize("NFKC", name).casefold().rpartition(".")
    if dot and ending not in words_of["endings"]:
        return False
    stem = " ".join(re.split(r"[\s_.()+&-]+", stem or ending))
    for phrase in words_of["phrases"]:
        stem = stem.replace(phrase, " passwords ")
    words = set(stem.split())
    others = words - words_of["passwords"] - words_of["harmless"]
    return bool(words & words_of["passwords"]) and all(word.strip("v").isdecimal() for word in others)


_HEADER_BYTES = 2_000


def _has_password_columns(head: bytes) -> bool:
    line = head.decode("utf-8", "replace").lstrip("\ufeff\r\n\t ").partition("\n")[0].casefold()
    for separator in ",;\t|":
        columns = {re.sub(r"[\s\"'-]+", "", column) for column in line.split(separator)}
        if all(columns & one for one in _secrets().columns):
            return True
    return False


_RUN = re.compile(rb"[\w.:/+=-]{20,}(?:\s{1,9}[:=]\s{1,9}[\w/+=-]{40})?")
_MAX_RUN_BYTES = 8192  # longer ones are data, not tokens
_TAIL_BYTES = 32
_MIN_DISTINCT = 11  # of the tail's characters; 32 random hexadecimal digits have 14 on average
_EXAMPLE = re.compile(rb"example|your[-_]?|xxxx|123456789|abcdefghi|redacted|placeholder|0{8}", re.IGNORECASE)
_EXAMPLE_PAYLOAD = b"MjM0NTY3ODkw"  # 1234567890, in the JSON Web Token that every page about them shows


def _tokens_in(run: bytes) -> Iterator[re.Match[bytes]]:
    return _secrets().tokens.finditer(run[:_MAX_RUN_BYTES])


def _is_random(token: bytes) -> bool:
    tail = token[-_TAIL_BYTES:]
    is_example = _EXAMPLE.search(tail) or _EXAMPLE_PAYLOAD in token
    return not is_example and len(set(tail)) >= min(_MIN_DISTINCT, len(tail) // 2)


_ASSIGNMENT = re.compile(
    rb"^[ \t>\"'-]{0,20}(?:export |set |- )?[\"']?[\w.-]{0,60}?"
    rb"(?:passw(?:or)?[dt]|passphrase|kennwort|pwd|secret(?:[_-]?access)?(?:[_-]?key)?|api[_-]?key|access[_-]?key"
    rb"|auth[_-]?token|access[_-]?token|authtoken|oauth[_-]?token|client[_-]?secret|account[_-]?key|encryption[_-]?key"
    rb"|app[_-]?key|token)[\"']?[ \t]{0,20}(?:[:=]|=>)[ \t]{0,20}[\"']?([^\s\"'<>{}()\[\]$%*;,]{6,200})[\"',;]{0,3}"
    rb"[ \t]{0,20}(?:#.{0,200})?\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(rb"://[^\s:/@\"'<>{}$]{0,64}:([^\s:/@\"'<>{}$*]{6,128})@[\w.\[-]")
_CONNECTION = re.compile(rb"\b(?:password|pwd|accountkey|sharedaccesskey)=([^;\"'\s<>{}$]{6,128})[;\"']", re.IGNORECASE)
_ASSIGNED: Mapping[Use, tuple[re.Pattern[bytes], ...]] = {
    "settings": (_ADDRESS, _CONNECTION, _ASSIGNMENT),
    "text": (_ADDRESS, _CONNECTION),
    "prose": (_ADDRESS,),
}
_PLACEHOLDER = re.compile(
    rb"(?:my|your|the|some|a)?[-_]?(?:new|old|db|user|root|admin|test|super|top|very)?[-_]?"
    rb"(?:pass(?:word|wd|phrase)?|secret|token|key|changeme|change[-_]?it|postgres|mysql|mongo|guest|example|dummy|fake"
    rb"|foobar|hunter2|none|null|true|false|required|optional|string|env|file|here|value|todo|redacted|x+|\.+|_+|-+)"
    rb"[-_]?(?:key|here|value|\d{0,4}|hash|field)[!.]?",
    re.IGNORECASE,
)
_SLICE_BYTES, _OVERLAP_BYTES = 1 << 18, 1 << 10


def _found(pattern: re.Pattern[bytes], data: bytes) -> Iterator[re.Match[bytes]]:
    """Every match, found in slices, so that no other thread waits for long."""
    for start in range(0, len(data), _SLICE_BYTES):
        yield from pattern.finditer(data, start, start + _SLICE_BYTES + _OVERLAP_BYTES)


def _is_password(value: bytes) -> bool:
    """True for what a person or a generator would choose, and no page would show as an example."""
    kinds = sum(bool(re.search(pattern, value)) for pattern in (rb"[a-z]", rb"[A-Z]", rb"\d", rb"[^A-Za-z0-9]"))
    is_strong = kinds >= 3 or (kinds >= 2 and len(value) >= 12)
    return is_strong and len(set(value)) >= 5 and not _PLACEHOLDER.fullmatch(value) and not _EXAMPLE.search(value)


def is_text(data: bytes) -> bool:
    """True for bytes that a secret could be read in as they are."""
    return b"\0" not in data[:1024]


def _as_utf8(data: bytes) -> bytes:
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(data[:2])
    return data.decode(encoding, "replace").encode("utf-8", "replace") if encoding else data


def _is_archive(path: Path) -> bool:
    """True for a presentation of Apple's Keynote, which ends in .key; false where it cannot be read."""
    try:
        with opened_file(path) as file:
            return file.read(4) == b"PK\x03\x04"
    except Unreadable:
        return False
