"""Fields of Word: an instruction, of which readers see the result."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.parse.office.inline import with_address

_LINK = re.compile(r'\s*HYPERLINK\s+(?:\\[a-z]\s+)?"?([a-z]{2,8}:[^"\s]+)', re.IGNORECASE)
_FRACTION = re.compile(r"\s*EQ\s+\\f\s*\(([^,;()\\]{1,100})[,;]([^,;()\\]{1,100})\)", re.IGNORECASE)
# Word's way to set the pronunciation above a word: two texts over each other, the first one raised.
_ANNOTATED = re.compile(r"\s*EQ\b.{0,200}?\\s\s*\\up\s*\d*\s*\([^()]{0,200}\)\s*[,;]([^()]{1,200})\)", re.I | re.S)
_MAX_CHARACTERS = 4_096  # of the instruction and of the result, that are looked at
MAX_FIELDS = 50  # within each other; a damaged document may end none


@dataclass(slots=True)
class Field:
    """A field that has begun. `is_instruction`: its result has not. `data_at`: of its data in a binary file."""

    is_instruction: bool = True
    instruction: str = ""
    result: str = ""
    data_at: int = -1

    def add(self, text: str) -> None:
        """Keep the beginning of the instruction, or of the result."""
        if self.is_instruction and len(self.instruction) < _MAX_CHARACTERS:
            self.instruction += text[:_MAX_CHARACTERS]
        elif not self.is_instruction and len(self.result) < _MAX_CHARACTERS:
            self.result += text[:_MAX_CHARACTERS]

    @property
    def told_address(self) -> str:
        """The address to add behind the result of a link, ` (https://…)`; "" where there is none to add."""
        return linked(self.result, self.instruction)[len(self.result.rstrip()) :].rstrip()


def shown_equation(instruction: str) -> str:
    """The fraction, or the word below its pronunciation, that an EQ field shows; "" for any other."""
    if fraction := _FRACTION.match(instruction):
        return f"{fraction[1].strip()}/{fraction[2].strip()}"
    annotated = _ANNOTATED.match(instruction)
    return annotated[1].strip() if annotated else ""


def linked(result: str, instruction: str) -> str:
    """The result of a field with the address to which its instruction links."""
    link = _LINK.match(instruction)
    return with_address(result, link[1]) if link else result
