"""The parser's own process: it answers one file after another until its input ends."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import IO

from knowledge.chunk import TokenCounts, estimate_tokens
from knowledge.chunked_document import chunked
from knowledge.document import Document
from knowledge.encoders.encoder_folder import token_counts, tokenizer_of
from knowledge.parse import Unreadable, parse_bytes
from knowledge.parse.input import LooksSecret
from knowledge.parse.pdf.scans import NeedsRecognition
from knowledge.parse.process.serving import GRACE_SECONDS, TOKENIZER_BYTES, begin_serving, end_after, limit_memory
from knowledge.parse.process.wire import (
    MAX_CHUNKS_BYTES,
    MAX_FRAME_BYTES,
    OUT_OF_MEMORY,
    TOKENIZER,
    Request,
    document_frames,
    read_frame,
    read_stream,
    request_from_json,
    write_frame,
)
from knowledge.parse.secrecy import is_text, left_out, secret_by_content

_NICENESS = 5


def serve(memory_bytes: int) -> None:
    """Read files from standard input and write for each a document with its chunks, or the reason why there is none.

    A first frame names what confines the process. It opens no file but those of Python and its libraries, ends with its
    input, and by itself should one file take longer than its request allows and nobody be there to end it. Memory is
    limited to what it has now and `memory_bytes`.
    """
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    requests, replies = begin_serving(memory_bytes)
    count_tokens: TokenCounts = estimate_tokens
    while True:
        try:
            header, data = read_frame(requests), read_stream(requests)
        except EOFError:
            return
        if header == TOKENIZER:
            count_tokens = _token_counts(data, memory_bytes)
        else:
            request = request_from_json(header)
            end_after(request.limit_seconds + GRACE_SECONDS)
            _answer(replies, request, data, count_tokens if request.counts_tokens else estimate_tokens)
            end_after(0)


def _answer(replies: IO[bytes], request: Request, data: bytes, count_tokens: TokenCounts) -> None:
    try:
        frames = document_frames(chunked(_judged_document(request, data), request.name, count_tokens))
        if len(frames[1]) > MAX_FRAME_BYTES or sum(map(len, frames[2:])) > MAX_CHUNKS_BYTES:
            raise Unreadable(f"more than {MAX_FRAME_BYTES // 1_000_000} MB of text and structure", "Split it.")
    except NeedsRecognition as error:
        frames = [json.dumps({"unreadable": [error.reason, error.hint], "pages": error.pages}).encode()]
    except Unreadable as error:
        told = {"unreadable": [error.reason, error.hint], "secret": isinstance(error, LooksSecret)}
        frames = [json.dumps(told).encode()]
    except MemoryError:
        frames = [OUT_OF_MEMORY]
    for frame in frames:
        write_frame(replies, frame)


def _judged_document(request: Request, data: bytes) -> Document:
    """The document. Raises LooksSecret where the file, or the text of one that is not text itself, holds a secret."""
    if request.judged_as is None:
        return _document(request, data)
    noun = secret_by_content(data, request.judged_as)
    document = None if noun else _document(request, data)
    if document and not is_text(data):
        noun = secret_by_content(document.text.encode("utf-8", "replace"), "prose")
    if noun or document is None:
        raise LooksSecret(left_out(noun))
    return document


def _document(request: Request, data: bytes) -> Document:
    if request.recognise:
        from knowledge.parse.pdf.ocr import recognise  # loads PDFium, which few files need

        return recognise(data, request.name)
    return parse_bytes(data, request.suffix, request.name)


def _token_counts(data: bytes, memory_bytes: int) -> TokenCounts:
    """The counts of a tokenizer, whose own memory is not counted against the files'."""
    limit_memory(memory_bytes + TOKENIZER_BYTES)
    tokenizer = tokenizer_of(data)
    limit_memory(memory_bytes)
    return partial(token_counts, tokenizer)
