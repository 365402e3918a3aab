"""The parts of a passage that can be quoted: sentences, lists, rows of tables, and code where it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answers.citations import terms_of
from knowledge import Passage, Place, Sentence, Span, find_tables, signs_of, split_sentences

MAX_QUOTE = 420  # columns, see `width`: about three ordinary sentences

_LINKS_ONLY = re.compile(r"(?:[\s*_,;·|.–-]*!?\[[^\]]*\]\([^)]*\))+[\s.*_]*$|\s*https?://\S+\s*$")
_CALLOUT_TITLE = re.compile(r"\[![\w-]+\][+-]?[^\n]*\n\s*(?:>\s?)*|\[![\w-]+\][+-]?\s*")
_LINK = re.compile(
    r"\[\[[^\[\]\n]{0,300}+\]\]|!?\[[^\[\]\n]{0,300}+\]\([^()\n]{0,2000}+\)|\[\^[^\[\]\n]{0,300}+\]|<https?://[^<>\s]{0,2000}+>"
)
# Code that was cut out of its block is recognised by its signs. A bracket is one only behind a name, as in `f(x)` and
# `a[0]`: prose puts it behind a space, or behind a word of another script.
_CODE_SIGN = re.compile(r"[={}<>|\\]|(?<=[A-Za-z0-9_])[(\[]|;[ \t]*(?:\n|$)")
_MAX_CODE_SIGNS = 0.04  # of the characters
_FEW_CODE_SIGNS = 2  # no code yet
# A line of a record, as `Deposit: 500 €`: a capital or a letter without case, four words at most, a colon, a value.
_LABELLED = re.compile(r"(?P<label>[^\W_][^\n:：.,;!?。，；！？]{0,39})(?::[ \t]+|：[ \t]*)\S")
# A line of front matter with what is indented or listed below it, but for what tells the subject of the file: that
# stands in its heading and its text.
_PROPERTY = re.compile(
    r"^(?P<key>[^\s:#-][^\n:]{0,60}):(?:[ \t]+\S[^\n]*)?(?:\n(?:[ \t]+|-[ \t])\S[^\n]*)*", re.MULTILINE
)
_SUBJECTS = frozenset({"title", "tag", "tags", "alias", "aliases", "category", "categories", "keywords", "cssclasses"})
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MAX_LABEL_WORDS = 4
_FEWEST_LABELS = 2  # lines of a record; one may be prose that breaks there
_ENDS_QUESTION = ("?", "？", "؟")
_ENDS_LEAD_IN = (":", "：")
_CLOSERS = "\"'”’»)*_"
# A question asks for code with the word for it, or with a name that only code has.
_CODE_WORD = re.compile(
    r"\b(?:code|snippet|command|syntax|befehl|quell(?:text|code)|commande|comando|c[óo]digo|codice|kod\w*|komut\w*"
    r"|polecenie|команд\w*|код\w*)\b|代码|代碼|命令|コード|コマンド|코드|명령|[^\W_]_\w|\w\(\)|`[^`\n]{1,200}+`|(?<!\w)--?\w",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quotable:
    """`text[start:end]` of a passage, with its kind. `header`: of the table that it is a row of; a property's key."""

    start: int
    end: int
    kind: str
    header: str = ""


def width(text: str) -> int:
    """Its characters, those of Chinese, Japanese and Korean twice: they are twice as wide, and say as much more."""
    return len(text) + sum("\u2e80" <= character <= "\ud7ff" for character in text)


def asks_for_code(question: str) -> bool:
    """True if code may be the answer."""
    return _CODE_WORD.search(question) is not None


def quotables(passage: Passage, *, code: bool) -> list[Quotable]:
    """The parts in reading order; a lead-in, as `You need:`, together with its list. `code`: code is one as well."""
    tables = list(_tables(passage))
    found = [row for rows, _ in tables for row in rows]
    found += _properties(passage)
    parts = [
        line
        for part in split_sentences(passage.text)
        if not any(start < part.end and part.start < end for _, (start, end) in tables)
        and passage.place_at(part.start).role != "properties"
        and after_heading(passage, part.start, part.end) < part.end
        for line in _lines_of_record(passage.text, part)
    ]
    for at, part in enumerate(parts):
        if part.kind == "code" and code:
            found.append(Quotable(part.start, part.end, "code"))
        elif part.kind in ("prose", "item"):
            found += _of_sentence(passage.text, parts, at, code)
    return sorted(found, key=lambda one: one.start)


def _properties(passage: Passage) -> Iterator[Quotable]:
    """The lines of front matter that say more than what the file is about."""
    stretches = pairwise([*passage.places, Place(len(passage.text))])
    for place, after in stretches:
        if place.role != "properties":
            continue
        for found in _PROPERTY.finditer(passage.text, place.start, after.start):
            if found["key"].strip().lower() not in _SUBJECTS:
                yield Quotable(*found.span(), "property", found["key"])


def _lines_of_record(text: str, part: Sentence) -> Iterator[Sentence]:
    """The lines of a record one by one, which no full stop parts; any other sentence as it is."""
    lines = _LINE.findall(text, part.start, part.end) if part.kind == "prose" else []
    labelled = [_is_labelled(line) for line in lines]
    if sum(labelled) < _FEWEST_LABELS:
        yield part
        return
    longest, start, end = max(map(len, lines)), part.start, part.start
    for at, line in enumerate(lines):
        first_word = line.split()[0]
        had_room = at > 0 and labelled[at - 1] and len(lines[at - 1]) + len(first_word) < longest
        if at and (labelled[at] or (had_room and not first_word[0].islower())):
            yield Sentence(start, start + len(text[start:end].rstrip()), "item")
            start = end
        end += len(line)
    yield Sentence(start, part.end, "item")


def _is_labelled(line: str) -> bool:
    found = _LABELLED.match(line)
    return found is not None and not found["label"][0].islower() and len(found["label"].split()) <= _MAX_LABEL_WORDS


def after_heading(passage: Passage, start: int, end: int) -> int:
    """`start`, or where `text[start:end]` goes on below its heading: Office files and PDFs have that without a sign."""
    heading = next((place.heading[-1] for place in passage.places if place.start == start and place.heading), "")
    found = re.compile(rf"{re.escape(heading)}(?:\s*\n\s*|\Z)").match(passage.text, start, end) if heading else None
    return found.end() if found else start


def _tables(passage: Passage) -> Iterator[tuple[list[Quotable], Span]]:
    """The rows of each table, and the span of the table. The first may have its header in an earlier passage."""
    text, above = passage.text, ""
    if passage.table_header:
        columns = passage.table_header.strip().strip("|").count("|") + 1
        above = f"{passage.table_header}\n|{'---|' * columns}\n"
    for table in find_tables(above + text):
        header = (above + text)[table.span[0] :].partition("\n")[0].strip()
        rows = [Quotable(start - len(above), end - len(above), "table", header) for start, end in table.rows]
        start, end = table.span
        yield rows, (max(start - len(above), 0), end - len(above))


def _of_sentence(text: str, parts: Sequence[Sentence], at: int, code: bool) -> Iterator[Quotable]:
    part = parts[at]
    title = _CALLOUT_TITLE.match(text, part.start, part.end)
    start = title.end() if title and title.end() < part.end else part.start
    stripped = text[start : part.end].rstrip(_CLOSERS)
    if stripped.endswith(_ENDS_QUESTION) or _LINKS_ONLY.match(text[start : part.end]):
        return
    if stripped.endswith(_ENDS_LEAD_IN):
        if (end := _end_of_list(text, parts, at)) is not None:
            yield Quotable(start, end, "list")
    elif not _looks_like_code(text[start : part.end]):
        yield Quotable(start, part.end, part.kind)
    elif code:
        yield Quotable(start, part.end, "code")


def _end_of_list(text: str, parts: Sequence[Sentence], at: int) -> int | None:
    """The end of the list below a lead-in, cut where a quotation would be too long; None where there is none."""
    end = None
    for item in parts[at + 1 :]:
        is_below = item.kind == "item" and not text[item.start : item.end].rstrip(_CLOSERS).endswith(_ENDS_LEAD_IN)
        if not is_below or width(text[parts[at].start : item.end]) > MAX_QUOTE:
            break
        end = item.end
    return end


def _looks_like_code(text: str) -> bool:
    signs = len(_CODE_SIGN.findall(_LINK.sub("", text)))
    return signs > max(_FEW_CODE_SIGNS, _MAX_CODE_SIGNS * len(text))


def telling_signs(question: str) -> frozenset[str]:
    """The signs of a question's words that tell something, or of all where none does."""
    telling = " ".join(word for word in question.split() if terms_of(word))
    return signs_of(telling or question)


def names_in(signs: frozenset[str]) -> frozenset[str]:
    """Numbers and codes, as `1035`, `r104`: words with a digit, of three characters and more."""
    return frozenset(sign for sign in signs if len(sign) >= 3 and any(map(str.isdigit, sign)))
