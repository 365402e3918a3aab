"""Parsing: a file → a `Document`."""

from knowledge.parse.input import MAX_FILE_BYTES, Unreadable
from knowledge.parse.parsers import PARSER_VERSION, parse, parse_bytes, supported, unsupported_reason
from knowledge.parse.pdf.scans import can_recognise

__all__ = [
    "MAX_FILE_BYTES",
    "PARSER_VERSION",
    "Unreadable",
    "can_recognise",
    "parse",
    "parse_bytes",
    "supported",
    "unsupported_reason",
]
