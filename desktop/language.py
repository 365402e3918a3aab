"""The language of the window: every text that a person reads comes through Qt's translation, out of a `.ts` file.

The window names its texts in English by `tr`; those of the core, which knows no Qt, are recognised by `told`.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from gettext import c2py
from pathlib import Path
from typing import NamedTuple, Protocol
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

BUILT_IN = Path(__file__).parent / "translations"
OWN_FOLDER = "translations"  # of the home: a file in it adds a language, or changes one
WINDOW, CORE = "window", "core"  # the contexts of a file: where its texts are born
FIELD = re.compile(r"\{(\w+)[^{}]*\}")
_PLURALS = {  # which form a number takes, as in gettext's manual; Qt Linguist has the forms in the same order
    "ar": "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5",
    "cs": "n==1 ? 0 : n>=2 && n<=4 ? 1 : 2",
    "fr": "n>1",
    "lt": "n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2",
    "pl": "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2",
    "ru": "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2",
}
_PLURALS |= {"sk": _PLURALS["cs"], "pt": _PLURALS["fr"]}
_PLURALS |= dict.fromkeys(("be", "bs", "hr", "sr", "uk"), _PLURALS["ru"])


class Messages(NamedTuple):
    """A language's texts by their English; of one with a count, all forms. `tag`: as `ko` or `pt_BR`."""

    tag: str
    forms: Mapping[str, tuple[str, ...]]


class Problem(Protocol):
    """What people are told of, as an AppError."""

    @property
    def title(self) -> str:
        """Return what happened."""

    @property
    def hint(self) -> str:
        """Return what to do about it."""


def mark(text: str) -> str:
    """Return the text as it is: it is to be translated where it is shown."""
    return text


def tr(text: str, **values: object) -> str:
    """Return a text in the language of the window. `values`: for its {fields}; numbers are written as there."""
    return _fill(QCoreApplication.translate(WINDOW, text), text, values)


def tr_count(one: str, many: str, count: int, **values: object) -> str:
    """Return the text for a count, which fills its field {count}; `many` is its name in the files."""
    found, english = QCoreApplication.translate(WINDOW, many, None, count), one if count == 1 else many
    return _fill(english if found == many else found, english, {"count": count, **values})


def told(text: str) -> str:
    """Return a text of the core in the language of the window, as the title of an error; as it is if unknown."""
    return QCoreApplication.translate(CORE, text) if text else text


def told_error(error: Problem) -> str:
    """Return title and hint of an error in the language of the window, as `The disk is full. Free some of it.`"""
    return tr("{title}. {hint}", title=told(error.title).rstrip("."), hint=told(error.hint)).strip()


def languages(own: Path) -> tuple[str, ...]:
    """Return what may be chosen: `system`, English, and the languages for which there is a file. `own`: a folder."""
    found = {path.stem.removeprefix("carrel_") for folder in (BUILT_IN, own) for path in folder.glob("carrel_*.ts")}
    return ("system", "en", *sorted(found - {"en"}))


def language_name(tag: str) -> str:
    """Return the name of a language in itself, as `한국어`."""
    return tr("Same as system") if tag == "system" else "English" if tag == "en" else QLocale(tag).nativeLanguageName()


def chosen_language(settings: Path) -> str:
    """Return the language that a settings file names; `system` where it names none that could be one."""
    try:
        chosen = tomllib.loads(settings.read_text("utf-8-sig"))["appearance"]["language"]
    except (OSError, ValueError, KeyError, TypeError):  # whoever reads all settings says what is wrong
        return "system"
    return chosen if isinstance(chosen, str) and chosen.replace("-", "").replace("_", "").isalpha() else "system"


def find_messages(chosen: str, own: Path) -> Messages:
    """Return the texts of a language. `chosen`: a tag, or `system`. `own`: a folder whose files go before Carrel's."""
    for tag in _tags(chosen):
        files = [folder / f"carrel_{tag}.ts" for folder in (BUILT_IN, own)]
        if tag == "en" or any(path.exists() for path in files):
            return Messages(tag, {source: forms for path in files for source, forms in _read(path)})
    return Messages("en", {})


def use_messages(application: QCoreApplication, messages: Messages) -> None:
    """Show the texts of a language from now on, Qt's own too, with its numbers and dates; in place of another."""
    for before in application.findChildren(QTranslator):
        application.removeTranslator(before)
        before.deleteLater()
    locale, system = QLocale(messages.tag), QLocale.system()
    QLocale.setDefault(system if system.language() == locale.language() else locale)
    qts = QTranslator(application)
    if qts.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(qts)
    if messages.forms:
        application.installTranslator(MessageTranslator(messages, application))


class MessageTranslator(QTranslator):
    """Translates for Qt out of a `.ts` file's texts, with no compiled file between."""

    def __init__(self, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._forms = messages.forms
        self._form_of = c2py(_PLURALS.get(messages.tag.split("_")[0], "n!=1"))
        templates = sorted(filter(FIELD.search, messages.forms), key=lambda one: -len(FIELD.sub("", one)))
        self._templates = [(max(FIELD.sub("\0", one).split("\0"), key=len), one) for one in templates]

    def isEmpty(self) -> bool:
        """Return False."""
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Return a text of Carrel in the language; None for Qt's own and for one that is unknown."""
        if context not in (WINDOW, CORE):
            return None
        if forms := self._forms.get(text):
            return forms[min(self._form_of(n), len(forms) - 1)] if n >= 0 else forms[0]
        return self._recognise(text) if context == CORE else None

    def _recognise(self, text: str) -> str | None:
        """Return the translation of the text whose fields have been filled; what fills them is translated too."""
        for longest_part, template in self._templates:
            if longest_part in text and (found := _pattern(template).fullmatch(text)):
                values = {name: told(value) for name, value in found.groupdict().items()}
                return FIELD.sub(partial(_value_of, values), self._forms[template][0])
        return None


class _Numbers(string.Formatter):
    """Writes numbers as the language does."""

    def format_field(self, value: object, spec: str) -> str:
        """Return the value as text. `spec`: empty for a whole number, `.1f` for one decimal."""
        locale = QLocale()
        if isinstance(value, int) and not spec:
            return f"{value:,}" if locale.language() == QLocale.Language.C else locale.toString(value)
        if isinstance(value, float) and spec.endswith("f"):
            return locale.toString(value, "f", int(spec[1:-1]))
        return str(super().format_field(value, spec))


def _fill(text: str, english: str, values: Mapping[str, object]) -> str:
    if not values:
        return text
    try:
        return _Numbers().vformat(text, (), values)
    except (LookupError, ValueError, AttributeError):  # a field that a person's own file has got wrong
        return _Numbers().vformat(english, (), values)


def _value_of(values: Mapping[str, str], field: re.Match[str]) -> str:
    return values[field[1]]


def _pattern(template: str) -> re.Pattern[str]:
    """Return what recognises the template with its fields filled; a name that comes twice is the same text twice."""
    seen, parts, at = set[str](), [], 0
    for field in FIELD.finditer(template):
        parts += [
            re.escape(template[at : field.start()]),
            f"(?P={field[1]})" if field[1] in seen else f"(?P<{field[1]}>.*?)",
        ]
        seen.add(field[1])
        at = field.end()
    return re.compile("".join(parts) + re.escape(template[at:]), re.DOTALL)


def _tags(chosen: str) -> Iterator[str]:
    """Yield the names of files to look for, the best first."""
    for wanted in QLocale.system().uiLanguages() if chosen == "system" else [chosen]:
        tag = wanted.replace("-", "_")
        yield tag
        if not re.match(r"zh_(Hant|TW|HK|MO)", tag):  # written otherwise than zh
            yield tag.split("_")[0]


def _read(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each finished text of a `.ts` file with its forms; nothing for a file that is absent or damaged."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return
    for message in root.iter("message"):
        translation = message.find("translation")
        if translation is None or translation.get("type"):
            continue
        forms = [each.text or "" for each in translation.iter("numerusform")] or [translation.text or ""]
        if all(forms):
            yield message.findtext("source", ""), tuple(forms)
