"""One process that parses."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import IO

from knowledge.chunked_document import ChunkedDocument
from knowledge.parse import Unreadable
from knowledge.parse.input import LooksSecret
from knowledge.parse.pdf.scans import NeedsRecognition
from knowledge.parse.process.confined_child import TOO_MUCH, ChildFailed, ConfinedChild, ParserUnavailable
from knowledge.parse.process.wire import (
    OUT_OF_MEMORY,
    TOKENIZER,
    Request,
    read_document,
    read_frame,
    request_to_json,
)

_PROGRAM = "knowledge.parse.process.serve:serve"


class ParserChild(ConfinedChild):
    """A process that parses one file at a time."""

    def __init__(self, memory_bytes: int, idle_seconds: float) -> None:
        super().__init__(_PROGRAM, memory_bytes, idle_seconds)
        self.has_parsed = False
        self._tokenizer_file: Path | None = None

    def parse(self, file: IO[bytes], request: Request, tokenizer_file: Path | None) -> ChunkedDocument:
        """The document of a file, once claimed, in chunks that `tokenizer_file` counted.

        Raises Unreadable, for images and scans its subclass NeedsRecognition, and ChildFailed.
        """
        with self.working():
            if tokenizer_file and tokenizer_file != self._tokenizer_file:
                self._send_tokenizer(tokenizer_file)
            self.send(request_to_json(request), file)
            header = self.receive(read_frame)
            if header == OUT_OF_MEMORY:
                raise ChildFailed("the parser ran out of memory", TOO_MUCH)
            self.has_parsed = True
            return self._document(header)

    def _send_tokenizer(self, tokenizer_file: Path) -> None:
        try:
            with tokenizer_file.open("rb") as tokenizer:
                self.send(TOKENIZER, tokenizer)
        except OSError as error:
            raise ParserUnavailable("The embedder's tokenizer cannot be read", str(error)) from error
        self._tokenizer_file = tokenizer_file

    def _document(self, header: bytes) -> ChunkedDocument:
        """The child's document. Raises Unreadable with its reason, and ChildFailed for a malformed reply."""
        if not header.startswith(b'{"unreadable"'):
            return self.receive(partial(read_document, header))
        with self.failures():
            values = json.loads(header)
            reason, hint = map(str, values["unreadable"])
            pages = values.get("pages")
        if values.get("secret"):
            raise LooksSecret(reason)
        raise NeedsRecognition(reason, int(pages)) if pages else Unreadable(reason, hint)
