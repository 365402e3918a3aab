"""Keep the `.ts` files of the window's languages in step with the source.

    python -m benchmarks.translations

A text that is new in the source is added to every file of `desktop/translations/` as unfinished, to be translated there
or in Qt Linguist; one that is gone is taken out. What a test asks of the files is in `tests/desktop/language/`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import product as combinations
from keyword import iskeyword
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from benchmarks.house import Source, product

TRANSLATIONS = Path(__file__).parents[1] / "desktop" / "translations"
_TAKERS = {"tr": 1, "mark": 1, "tr_count": 2, "Command": 1}  # of the window, and how many of their arguments are texts
_ELSEWHERE = re.compile(  # modules that say nothing in the window: the command line's, and what installs Carrel
    r"serving|tuning|assistant/(commands|traces/(trace_command|waterfall|chrome|otel|trace_store)|doctor|evaluation|tools|saving/switches|reading|cli|terminal)|knowledge/(evaluate|whole)"
    r"|knowledge/encoders/(flag|wheel|agreement|graph|torch_file)|network/packages|personas/(check|tools|prompt_parts)"
)
_WHOLE = re.compile(  # modules of which every text is for people
    r"assistant/(settings_catalogue|values|settings|guards/(kinds|rails)|models/(routing|servers)|composing/reach)"
    r"|knowledge/(parse/formats|ledger/rows)|personas/persona|assistant/traces/(stages|load)|assistant/looking/tools|assistant/passphrase/header"
)
_TOLD_NAMES = re.compile(  # of what is given, kept or returned for people
    r"_?(\w+_)?(hint|title|reason|why(_not)?|advice|note|problem|says|noun|outcome|about|expected|applies|summary|verdict|purpose"
    r"|languages|no_text|no_picture|too_nested|left_out|encrypted|incomplete|not_gguf|damaged|retry|hint_for"
    r"|thought_line)s?\Z",
    re.IGNORECASE,
)
_TOLD_CALLS = frozenset({"SettingProblem", "GuardNote", "Repair", "StepResult", "_Unreadable", "Preset", "FolderOffer"})
_FOR_MODELS = frozenset({"told"})  # keywords whose texts only a model reads
_WORDS = (  # of which texts of the core are made
    *(
        "day",
        "hour",
        "minute",
        "folder",
        "file",
        "name",
        "place",
        "position",
        "table",
        "chunk",
        "paused",
        "fits",
        "tight",
    ),
    *(
        "fits",
        "tight",
        "many",
        "English",
        "embedder",
        "reranker",
        "model",
        "tokens",
        "hours",
        "days",
        "bytes",
        "characters",
    ),
    *("offline", "done", "failed", "stopped"),  # how a connection ended
)
_READS_ENGLISH = re.compile(r"[A-Za-z]{2,} \S|\A\s?[A-Z][a-z]+\W*\Z")
_IS_CODE = re.compile(r"[\\<>]|\A\W*SELECT |\n|\A[\w-]+/|\w=\w")
_NAMES_FILES = re.compile(  # lists of endings and names
    r"\.?(7z|authors|crt|dmg|docx|dwg|exe|heic|lnk|makefile|mobi|mp[34]|npy|od[tsp]|one onetoc2|pages|pptx|pst"
    r"|rakefile|rtf|safetensors|sqlite|tmp|ttf|xlsx|zip)( |\Z)"
)


class Text(NamedTuple):
    """A text of the source. `context`: `window`, or `core` where no Qt is. `counts`: it has a form for each number."""

    context: str
    english: str
    counts: bool = False


def texts(sources: Sequence[Source]) -> list[Text]:
    """Every text that a person may read in the window, each once, in the order of the source."""
    errors = _error_names(sources)
    found: dict[str, Text] = {}
    for source in sources:
        said = [*_window_texts(source.tree)] if source.path.parts[0] == "desktop" else []
        if not _ELSEWHERE.match(str(source.path)):
            said += _core_texts(source, errors)
        for text in said:
            found.setdefault(text.english, text)
    for word in _WORDS:
        found.setdefault(word, Text("core", word))
    return list(found.values())


def update(path: Path, wanted: Sequence[Text]) -> int:
    """Write a `.ts` file with these texts, and return how many of them are unfinished."""
    root = ElementTree.parse(path).getroot() if path.exists() else ElementTree.Element("TS")
    known = {message.findtext("source", ""): message.find("translation") for message in root.iter("message")}
    new = ElementTree.Element("TS", version="2.1", language=path.stem.removeprefix("carrel_"))
    for context in ("window", "core"):
        below = ElementTree.SubElement(new, "context")
        ElementTree.SubElement(below, "name").text = context
        for text in sorted(each for each in wanted if each.context == context):
            message = ElementTree.SubElement(below, "message", {"numerus": "yes"} if text.counts else {})
            ElementTree.SubElement(message, "source").text = text.english
            translation = known.get(text.english)
            message.append(
                ElementTree.Element("translation", type="unfinished") if translation is None else translation
            )
    ElementTree.indent(new)
    body = ElementTree.tostring(new, "unicode")
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', "utf-8")
    return sum(translation.get("type") == "unfinished" for translation in new.iter("translation"))


def _window_texts(tree: ast.Module) -> Iterator[Text]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or (name := _name(call.func)) not in _TAKERS:
            continue
        taken = call.args[: _TAKERS[name]]
        for argument in taken[1:] if name == "tr_count" else taken:  # the form for many names both
            for constant in _constants(argument):
                if re.search("[A-Za-z]", re.sub(r"\{[^}]*\}", "", constant)):
                    yield Text("window", constant, name == "tr_count")


def _core_texts(source: Source, errors: frozenset[str]) -> Iterator[Text]:
    """What the errors of a module say, and what it gives to names such as `hint`."""
    if _WHOLE.match(str(source.path)):
        told = _literals(source.tree)
    else:
        told = (expression for node in ast.walk(source.tree) for expression in _told(node, errors))
    for expression in told:
        for template in _templates(expression):
            is_code = _IS_CODE.search(template) or _NAMES_FILES.match(template)
            if not is_code and _READS_ENGLISH.search(re.sub(r"\{\w+\}", "xx", template)) and _says_something(template):
                yield Text("core", template)


def _says_something(template: str) -> bool:
    return bool(re.search("[A-Za-z]{2}", re.sub(r"\{\w+\}", "", template)))


def _literals(tree: ast.Module) -> Iterator[ast.expr]:
    """Every text of a module but docstrings, keys and parts of others."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))):
            continue
        parent = parents[node]
        is_part = isinstance(parent, ast.JoinedStr | ast.Expr | ast.Subscript | ast.Compare)
        is_key = isinstance(parent, ast.Dict) and node in parent.keys
        if not (is_part or is_key or (isinstance(parent, ast.keyword) and parent.arg in _FOR_MODELS)):
            yield node


def _told(node: ast.AST, errors: frozenset[str]) -> Iterator[ast.expr]:
    """The expressions of a node that people are told."""
    if isinstance(node, ast.Call):
        name = _name(node.func)
        if name in errors or name in _TOLD_CALLS or name == "told":
            yield from (*node.args, *(word.value for word in node.keywords if word.arg not in _FOR_MODELS))
        else:
            yield from (word.value for word in node.keywords if word.arg and _TOLD_NAMES.match(word.arg))
    elif isinstance(node, ast.ClassDef) and node.name in errors:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                yield from call.args
    elif isinstance(node, ast.Assign) and any(_TOLD_NAMES.match(_name(target)) for target in node.targets):
        yield node.value
    elif isinstance(node, ast.FunctionDef) and _TOLD_NAMES.match(node.name):
        yield from (back.value for back in ast.walk(node) if isinstance(back, ast.Return) and back.value)


def _templates(node: ast.expr) -> Iterator[str]:
    """Each English that an expression may be, with {fields} for what is not known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        numbered = iter(("{value}", "{value2}", "{value3}"))
        yield re.sub(r"\{\}", lambda _: next(numbered), node.value)
    elif isinstance(node, ast.JoinedStr):
        used: dict[str, str] = {}
        for parts in combinations(*(_parts(value, used) for value in node.values)):
            yield "".join(parts)
    elif isinstance(node, ast.Dict):
        yield from _all_templates(value for value in node.values if value)
    elif isinstance(node, ast.IfExp):
        yield from _all_templates((node.body, node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from _all_templates(node.values)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from _all_templates(node.elts)
    elif isinstance(node, ast.BinOp):
        yield from _all_templates((node.left, node.right))
    elif isinstance(node, ast.Subscript):
        yield from _templates(node.value)


def _all_templates(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        yield from _templates(node)


def _parts(value: ast.expr, used: dict[str, str]) -> list[str]:
    """What a part of an f-string may be."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    assert isinstance(value, ast.FormattedValue)
    if isinstance(value.value, ast.IfExp):
        return [part for branch in (value.value.body, value.value.orelse) for part in _branch(branch, used)]
    return [f"{{{_field(value.value, used)}}}"]


def _branch(node: ast.expr, used: dict[str, str]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    return list(_templates(node)) or [f"{{{_field(node, used)}}}"]


def _field(node: ast.expr, used: dict[str, str]) -> str:
    """The name of a field: the last word of its expression, numbered where another has it."""
    found = re.findall(r"[a-z]\w+", ast.unparse(node), re.IGNORECASE)
    words: list[str] = [word for word in found if word != "self" and not iskeyword(word)] or ["value"]
    name, number = words[-1].lower().strip("_"), 2
    while used.setdefault(name, ast.unparse(node)) != ast.unparse(node):
        name, number = f"{words[-1].lower().strip('_')}{number}", number + 1
    return name


def _constants(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Subscript | ast.Compare):
        for child in ast.iter_child_nodes(node):
            yield from _constants(child)


def _error_names(sources: Sequence[Source]) -> frozenset[str]:
    """AppError and what inherits from it."""
    known, before = {"AppError"}, 0
    classes = [node for source in sources for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
    while len(known) > before:
        before = len(known)
        known |= {one.name for one in classes if any(_name(base) in known for base in one.bases)}
    return frozenset(known)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def main() -> None:
    """Update every file, and say how much is left to translate."""
    wanted = texts(product())
    for path in sorted(TRANSLATIONS.glob("carrel_*.ts")):
        sys.stdout.write(f"{path.name}: {update(path, wanted)} of {len(wanted)} unfinished\n")


if __name__ == "__main__":
    main()
