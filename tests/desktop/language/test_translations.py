"""Every text that a person may read in the window is translated, and none is written past the translation."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.house import Source, product
from benchmarks.translations import TRANSLATIONS, Text, texts, update
from desktop.widgets.theme import HAN_FACES

LANGUAGES = ("ko", "zh")
FIELD = re.compile(r"\{(\w+)")
READS_ENGLISH = re.compile(r"[A-Z][a-z]+(?![A-Za-z]*[A-Z_])|[a-z]{2,} [a-z]{2,}|\w…")
NAMES = {
    "Carrel",
    "Carrel {}",
    *(face for faces in HAN_FACES.values() for face in faces),
    "GPT4All",
    "Press",
    "Source Sans",
    "Source Sans Pro",
    "io.github.carrel.Carrel",
    "currentColor",
}
KEYS = {
    "add folder",
    "show files",
    "show unread files",
    "an answer",
    "the battery",
    "not counted",
    "the selected model",
}
FOR_LOGS = {"a bug on the window's thread", "a bug on another thread", "work failed on %s"}
MARKUP = re.compile(r"<\w+[ >]|\n    body,|\n\nh1|h1 \{|a blockquote|\(\?<!|zh_\(|Ctrl\+|\$\$")
BEFORE_THE_WINDOW = ("Opening `carrel chat`", "Carrel is open already", "You are … Answer", "Python ")
PARTS = {" is still ", " was still ", " are still ", " were still "}  # of a text of the core, which is recognised whole


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return product()


@pytest.fixture(scope="module")
def wanted(sources: list[Source]) -> list[Text]:
    return texts(sources)


def read(language: str) -> dict[str, ElementTree.Element]:
    root = ElementTree.parse(TRANSLATIONS / f"carrel_{language}.ts").getroot()
    return {message.findtext("source", ""): message for message in root.iter("message")}


def forms(message: ElementTree.Element) -> list[str]:
    translation = message.find("translation")
    assert translation is not None
    return [each.text or "" for each in translation.iter("numerusform")] or [translation.text or ""]


def flat(node: ast.AST) -> str:
    """The text of a literal, with {} for what an f-string puts in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_source_stands_in_the_file_and_is_finished(language: str, wanted: list[Text]) -> None:
    known = read(language)
    unfinished = [text for text, message in known.items() if message.find("translation[@type]") is not None]
    assert {text.english for text in wanted} == set(known), "run: python -m benchmarks.translations"
    assert unfinished == []
    assert [text for text, message in known.items() if not all(forms(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_english(language: str) -> None:
    without_verbs = {"verb", "give"}  # is, are: neither language has them
    wrong = {
        text: form
        for text, message in read(language).items()
        for form in forms(message)
        if set(FIELD.findall(form)) != set(FIELD.findall(text)) - without_verbs
    }
    assert wrong == {}


@pytest.mark.parametrize(("language", "letters"), [("ko", "\uac00-\ud7a3"), ("zh", "\u4e00-\u9fff")])
def test_a_translation_is_written_in_the_letters_of_its_language(language: str, letters: str) -> None:
    same = {"Transformers", "Enter", "Shift+Enter", "Esc", "Del", "Shift+F10", "Flash attention", "Markdown (*.md)"}
    without = {
        text: form
        for text, message in read(language).items()
        for form in forms(message)
        if not re.search(f"[{letters}]", form)
        and re.search("[A-Za-z]{3}", re.sub(r"\{[^}]*\}", "", form))
        and text not in same
    }
    assert set(without) <= {
        "auto, bfloat16, float16 or float32.",
        "Thinking …",
        "{count:.0f} million parameters",
        "{duration:.0f} ms",
        "{duration:.1f} ms",
    }


def test_no_text_of_the_window_is_written_past_the_translation(sources: list[Source], wanted: list[Text]) -> None:
    known = {re.sub(r"\{\w+[^}]*\}", "{}", text.english) for text in wanted}
    past = []
    for source in sources:
        if source.path.parts[0] != "desktop":
            continue
        parents = {child: node for node in ast.walk(source.tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(source.tree):
            text, parent = flat(node), parents.get(node)
            if isinstance(parent, ast.JoinedStr | ast.Expr) or _is_form_for_one(parent, node):
                continue
            bare = text.replace("{}", "")
            is_named = text in NAMES | KEYS | FOR_LOGS | PARTS or bare.lstrip().startswith(BEFORE_THE_WINDOW)
            is_known = re.sub(r"\{\w+[^}]*\}", "{}", text) in known
            if READS_ENGLISH.search(bare) and not (is_known or is_named or MARKUP.search(text)):
                past.append(f"{source.path}:{getattr(node, 'lineno', 0)}: {text}")
    assert not past, "\n".join(past)


def _is_form_for_one(parent: ast.AST | None, node: ast.AST) -> bool:
    """True for the first text of `tr_count`, which the files name by the second."""
    return isinstance(parent, ast.Call) and ast.unparse(parent.func) == "tr_count" and parent.args[0] is node


def test_a_literal_past_the_translation_is_found() -> None:
    tree = ast.parse('label.setText(f"Reading {count} files…")')
    (literal,) = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    assert READS_ENGLISH.search(flat(literal))


def test_a_new_text_is_added_as_unfinished_and_one_that_is_gone_is_taken_out(
    tmp_path: Path, wanted: list[Text]
) -> None:
    path = tmp_path / "carrel_ko.ts"
    shutil.copy(TRANSLATIONS / "carrel_ko.ts", path)
    before = path.read_text("utf-8")
    assert update(path, wanted) == 0
    assert path.read_text("utf-8") == before  # in the order, and the form, that the command writes
    assert update(path, [*wanted[1:], Text("window", "Brand new text")]) == 1
    after = path.read_text("utf-8")
    assert "Brand new text" in after
    assert f"<source>{wanted[0].english}</source>" not in after
