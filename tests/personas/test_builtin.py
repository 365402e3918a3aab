"""The personas that come built in: their heads, and the depth and form of every knowledge page."""

import ast
import datetime
import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from personas.catalogue import BUILTIN_PERSONAS, Catalogue

IDS = sorted(place.name for place in BUILTIN_PERSONAS.iterdir() if place.is_dir())
PAGES = sorted(BUILTIN_PERSONAS.glob("*/knowledge/**/*.md"))
PAGE_IDS = [page.relative_to(BUILTIN_PERSONAS).as_posix().replace("knowledge/", "") for page in PAGES]
COMMON_KEYS = ("title", "source", "category", "difficulty", "updated")
DIFFICULTIES = {"beginner", "intermediate", "advanced"}

every_page = pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)


@cache
def split(page: Path) -> tuple[dict[str, Any], str]:
    _, head, body = page.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


@cache
def tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(split(page)[1])


def headings(page: Path) -> list[tuple[int, str]]:
    found = tokens(page)
    return [
        (int(token.tag[1]), following.content) for token, following in pairwise(found) if token.type == "heading_open"
    ]


def code_blocks(page: Path, *languages: str) -> list[str]:
    return [token.content for token in tokens(page) if token.type == "fence" and token.info.strip() in languages]


def slug(heading: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()))


def links(page: Path) -> Iterator[str]:
    for token in tokens(page):
        yield from (str(c.attrs["href"]) for c in token.children or () if c.type == "link_open")


@pytest.mark.parametrize("id", IDS)
def test_it_loads_with_all_that_a_newcomer_sees(id: str) -> None:
    persona = Catalogue([BUILTIN_PERSONAS]).load(id)
    assert persona.summary.endswith(".")
    assert persona.tags
    assert len(persona.starters) >= 3
    asks = "[1]" in persona.prompt or "[2]" in persona.prompt
    assert asks == persona.files, "a prompt asks for citations where there are files to cite"
    assert not any("this topic" in starter for starter in persona.starters), "a starter is asked as it is"


def test_no_built_in_persona_is_broken() -> None:
    assert Catalogue([BUILTIN_PERSONAS]).problems() == []


@pytest.mark.parametrize(
    ("id", "least"), [("410-llm-engineer", 60), ("108-devops-engineer", 40), ("223-ux-researcher", 30)]
)
def test_its_knowledge_has_enough_pages(id: str, least: int) -> None:
    assert sum(page.is_relative_to(BUILTIN_PERSONAS / id) for page in PAGES) >= least


def test_the_reader_knows_nothing_but_the_persons_files() -> None:
    assert Catalogue([BUILTIN_PERSONAS]).load("001").knowledge is None


@every_page
def test_a_pages_metadata_can_be_filtered_by(page: Path) -> None:
    head, _ = split(page)
    assert set(head) in ({*COMMON_KEYS, "model_applicable"}, {*COMMON_KEYS, "applies_to"})
    assert all(isinstance(head[key], str) and head[key].strip() for key in ("title", "source", "category"))
    assert head["difficulty"] in DIFFICULTIES
    applies = head.get("model_applicable") or head.get("applies_to")
    assert applies
    assert all(isinstance(item, str) for item in applies)
    assert isinstance(head["updated"], datetime.date)


@every_page
def test_a_page_has_depth(page: Path) -> None:
    _, body = split(page)
    assert len(body.split()) >= 350
    assert len(headings(page)) >= 4
    assert any(token.type in {"fence", "table_open"} for token in tokens(page))


@every_page
def test_a_page_names_its_sources(page: Path) -> None:
    level, title = headings(page)[-1]
    assert (level, title.split()[0]) == (2, "Sources")
    assert split(page)[1].rsplit("\n## Sources", 1)[1].count("\n- ") >= 2


@every_page
def test_a_page_has_one_top_heading_and_no_heading_twice(page: Path) -> None:
    found = headings(page)
    assert [level for level, _ in found].count(1) <= 1
    titles = [title for level, title in found if level > 1]
    assert len(titles) == len(set(titles))


@every_page
def test_every_code_block_says_its_language(page: Path) -> None:
    assert all(token.info.strip() for token in tokens(page) if token.type == "fence")


@every_page
def test_yaml_json_and_python_on_a_page_parse(page: Path) -> None:
    for text in code_blocks(page, "yaml"):
        list(yaml.safe_load_all(text))
    for text in code_blocks(page, "json"):
        json.loads(text)
    for text in code_blocks(page, "python"):
        ast.parse(text)


@every_page
def test_shell_on_a_page_parses(page: Path) -> None:
    for text in code_blocks(page, "bash", "sh"):
        subprocess.run(["bash", "-n"], input=text, text=True, check=True, timeout=5)


@every_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for href in links(page):
        if "://" in href:
            continue
        name, _, anchor = href.partition("#")
        target = page.parent / name if name else page
        assert target.is_file(), href
        assert not anchor or anchor in {slug(title) for _, title in headings(target)}, href
