"""Questions to start with, drawn from names and headings of a person's files. No model is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from knowledge import FileTopics

MAX_STARTERS = 4
_MAX_HEADING = 48  # characters; a longer one is a sentence, and makes no short question
_ABOUT_HEADING = {
    "english": "What does {file} say about “{topic}”?",
    "german": "Was steht in {file} zu „{topic}“?",
    "french": "Que dit {file} sur « {topic} » ?",
    "spanish": "¿Qué dice {file} sobre «{topic}»?",
    "korean": "{file}에는 ‘{topic}’에 대해 어떤 내용이 있나요?",
    "chinese": "{file} 中关于“{topic}”是怎么说的？",
    "japanese": "{file}には「{topic}」について何と書かれていますか？",
}
_ABOUT_FILE = {
    "english": "What is {file} about?",
    "german": "Worum geht es in {file}?",
    "french": "De quoi parle {file} ?",
    "spanish": "¿De qué trata {file}?",
    "korean": "{file}은(는) 어떤 내용인가요?",
    "chinese": "{file} 讲的是什么？",
    "japanese": "{file}は何について書かれていますか？",
}
# Headings that many files have, and that say nothing about the one.
_COMMON = frozenset(
    "abstract contents einleitung index inhalt inhaltsverzeichnis intro introduction notes notizen overview preface"
    " readme sheet1 summary table of contents todo toc untitled übersicht zusammenfassung 目录 简介 소개 목차".split()
) | {"table of contents"}
_NUMBER = re.compile(r"^(?:[\dIVX]+(?:\.\d+)*[.)]|§\s*\d+\w*[.:]?|第\S+?[条章节])\s*")
_LETTER = re.compile(r"[^\W\d_]")


def file_starters(topics: Sequence[FileTopics], most: int = MAX_STARTERS) -> tuple[str, ...]:
    """Return questions in the languages of the files, one for each file, those with a telling heading first.

    `topics`: the files changed last. Files of the same name are asked about once.
    """
    with_heading, without = dict[str, str](), dict[str, str]()
    for one in topics:
        if heading := next(_telling_headings(one), ""):
            with_heading.setdefault(one.path.name, _words(_ABOUT_HEADING, one, heading))
        else:
            without.setdefault(one.path.name, _words(_ABOUT_FILE, one, ""))
    plain = [question for name, question in without.items() if name not in with_heading]
    return (*with_heading.values(), *plain)[:most]


def _telling_headings(one: FileTopics) -> Iterator[str]:
    """Yield headings that say something beyond the file's name and title, without numbers before them."""
    known = {one.title.casefold(), one.path.stem.casefold().replace("-", " ").replace("_", " ")}
    for heading in one.headings:
        plain = _NUMBER.sub("", " ".join(heading.split())).strip(" :*#“”\"'")
        is_told = plain.casefold() in known or plain.casefold() in _COMMON
        if not is_told and len(plain) <= _MAX_HEADING and len(_LETTER.findall(plain)) >= 2:
            yield plain


def _words(texts: Mapping[str, str], one: FileTopics, topic: str) -> str:
    return texts.get(one.language, texts["english"]).format(file=one.path.name, topic=topic)
