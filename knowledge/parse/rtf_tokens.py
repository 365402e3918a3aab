"""RTF's bytes as tokens: groups, control words, characters by their number, text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# A control word is at most 32 letters, its number at most 10 digits (RTF specification 1.9.1, "Control word").
_TOKEN = re.compile(
    rb"\\(?:([A-Za-z]{1,32})(-?\d{1,10})? ?|'([0-9A-Fa-f]{2})|([^A-Za-z']|'))|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)


class Token(NamedTuple):
    """`kind`: `word`, `symbol` (a control character), `open`, `close` or `text`; `number`: -1 where a word has none."""

    kind: str
    name: str = ""
    number: int = -1
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens in order; the raw bytes after `\\bin` are left out, and so is white space that ends lines."""
    position = 0
    while found := _TOKEN.match(data, position):
        word, number, code, symbol, brace, text = found.groups()
        position = found.end()
        if text:
            yield Token("text", data=text)
        elif code:
            yield Token("text", data=bytes((int(code, 16),)))
        elif brace:
            yield Token("open" if brace == b"{" else "close")
        elif word == b"bin":
            position += max(int(number or 0), 0)
        elif word:
            yield Token("word", word.decode("ascii"), int(number) if number else -1)
        elif symbol:
            yield Token("symbol", symbol.decode("latin-1"))
