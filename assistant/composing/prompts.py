"""The person's own prompts: texts to ask with, kept in one Markdown file that can be edited by hand.

# Summarise

Summarise {{file}} in five sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from errors import AppError

_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MAX_BYTES = 4_000_000  # of a file of prompts: more is another file, chosen by mistake


@dataclass(frozen=True, slots=True)
class OwnPrompt:
    """A prompt. Of its text `{{date}}`, `{{file}}` and `{{selection}}` are filled in; others are for the person."""

    name: str
    text: str


def fill_prompt(prompt: OwnPrompt, values: Mapping[str, str]) -> str:
    """The text with the placeholders that have a value filled in."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1].lower()) or found[0], prompt.text)


def first_placeholder(text: str) -> tuple[int, int] | None:
    """Start and end of the first placeholder that is left; None where none is."""
    found = _PLACEHOLDER.search(text)
    return found.span() if found else None


def parse_prompts(text: str) -> list[OwnPrompt]:
    """The prompts of a Markdown file: a heading of the first level begins each. Of equal names the last one counts."""
    parts = _HEADING.split(text.replace("\r\n", "\n"))[1:]
    prompts = [
        OwnPrompt(name.strip(), _unescaped(body.strip())) for name, body in zip(parts[::2], parts[1::2], strict=True)
    ]
    return list({prompt.name.casefold(): prompt for prompt in prompts if prompt.name and prompt.text}.values())


def format_prompts(prompts: Sequence[OwnPrompt]) -> str:
    """The Markdown file of `parse_prompts`."""
    return "\n".join(f"# {prompt.name}\n\n{_escaped(prompt.text)}\n" for prompt in prompts)


class PromptLibrary:
    """The prompts in one file, read anew by each call, as a person may edit it at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[OwnPrompt]:
        """Every prompt, in the order of the file; none where there is no file. Raises AppError."""
        return _read(self.path) if self.path.exists() else []

    def find(self, name: str) -> OwnPrompt:
        """The prompt of this name, whatever its case. Raises AppError."""
        prompts = self.all()
        for prompt in prompts:
            if prompt.name.casefold() == name.casefold():
                return prompt
        known = ", ".join(prompt.name for prompt in prompts) or "none yet"
        raise AppError(f"No prompt is named {name}", f"There are: {known}. They are in {self.path}.")

    def save(self, prompt: OwnPrompt, instead_of: str = "") -> None:
        """Add a prompt, or put it in the place of the one of that name, else of its own name. Raises AppError."""
        name = " ".join(prompt.name.split())
        if not name or not prompt.text.strip():
            raise AppError("A prompt needs a name and a text", "Fill in both and save it again.")
        kept, saved = self.all(), OwnPrompt(name, prompt.text.strip())
        old, new = instead_of.casefold() or name.casefold(), name.casefold()
        place = next((at for at, one in enumerate(kept) if one.name.casefold() == old), len(kept))
        kept[place : place + 1] = [saved]
        self._write([one for one in kept if one is saved or one.name.casefold() != new])

    def delete(self, name: str) -> None:
        """Delete the prompt of this name."""
        self._write([one for one in self.all() if one.name.casefold() != name.casefold()])

    def bring_in(self, path: Path) -> int:
        """Add the prompts of a file, in the place of those of the same name; return their number. Raises AppError."""
        brought = _read(path)
        if not brought:
            raise AppError(f"{path.name} holds no prompts", "Each begins with a line such as: # Summarise")
        self._write(list({one.name.casefold(): one for one in [*self.all(), *brought]}.values()))
        return len(brought)

    def export(self, path: Path) -> None:
        """Write every prompt to another file. Raises AppError."""
        _write(path, self.all())

    def _write(self, prompts: Sequence[OwnPrompt]) -> None:
        _write(self.path, prompts)


def _read(path: Path) -> list[OwnPrompt]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise AppError(f"{path.name} is too big for a file of prompts", "Choose the one that was exported.")
        return parse_prompts(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AppError(f"The prompts in {path} cannot be read", str(error)) from error


def _write(path: Path, prompts: Sequence[OwnPrompt]) -> None:
    """Replace the file as a whole."""
    half = path.with_name(f".{path.name}.new")
    try:
        half.write_text(format_prompts(prompts), "utf-8")
        half.replace(path)
    except OSError as error:
        raise AppError(f"The prompts cannot be saved to {path}", str(error.strerror or error)) from error


def _escaped(text: str) -> str:
    return re.sub(r"^(\\*# )", r"\\\1", text, flags=re.MULTILINE)


def _unescaped(text: str) -> str:
    return re.sub(r"^\\(\\*# )", r"\1", text, flags=re.MULTILINE)
