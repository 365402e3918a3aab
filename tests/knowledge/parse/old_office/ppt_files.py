"""Small PowerPoint 97 presentations for tests, of the records that a slide needs ([MS-PPT])."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from tests.knowledge.parse.ole_files import ole

TITLE, BODY, OTHER = 0, 1, 4


@dataclass(frozen=True)
class Slide:
    """A slide. `shapes`: kind, top and text of each; `parts`: further records in it."""

    shapes: Sequence[tuple[int, int, str]]
    notes: str = ""
    parts: bytes = b""


def record(kind: int, content: bytes = b"", instance: int = 0, container: bool = False) -> bytes:
    """A record."""
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(content)) + content


def string(text: str, instance: int = 0) -> bytes:
    """A record that holds a string."""
    return record(4026, text.encode("utf-16-le"), instance)


def box(kind: int, text: str, after: bytes = b"") -> bytes:
    """A text with its header and what follows it."""
    return record(3999, struct.pack("<I", kind)) + record(4000, text.encode("utf-16-le")) + after


def shape(top: int, texts: bytes) -> bytes:
    """A shape that begins so far from the top."""
    anchor = record(0xF010, struct.pack("<hhhh", top, 10, 500, top + 50))
    return record(
        0xF004, record(0xF00A, b"\0" * 8, 202) + anchor + record(0xF00D, texts, container=True), container=True
    )


def drawing(*shapes: bytes) -> bytes:
    """The drawing of a slide."""
    frame = record(0xF004, record(0xF009, b"\0" * 16) + record(0xF00A, b"\0" * 8), container=True)
    group = record(0xF003, frame + b"".join(shapes), container=True)
    return record(1036, record(0xF002, group, container=True), container=True)


def ppt(slides: Sequence[Slide], token: int = 0xE391C05F, links: bytes = b"") -> bytes:
    """A presentation of these slides, each with notes where it has any."""
    objects: list[bytes] = []
    listed, listed_notes = b"", b""
    for number, slide in enumerate(slides):
        notes_id = 0x200 + number if slide.notes else 0
        atom = record(1007, struct.pack("<I8xIIHH", 0, 0, notes_id, 0, 0))
        shapes = [shape(top, box(kind, text)) for kind, top, text in slide.shapes]
        objects.append(record(1006, atom + drawing(*shapes) + slide.parts, container=True))
        listed += record(1011, struct.pack("<IIiII", len(objects) + 1, 0, 0, 0x100 + number, 0))
        if slide.notes:
            objects.append(record(1008, drawing(shape(0, box(2, slide.notes))), container=True))
            listed_notes += record(1011, struct.pack("<IIiII", len(objects) + 1, 0, 0, notes_id, 0))
    lists = record(4080, listed, 0, container=True) + record(4080, listed_notes, 2, container=True)
    objects.insert(0, record(1000, links + lists, container=True))
    stream, offsets = b"", []
    for one in objects:
        offsets.append(len(stream))
        stream += one
    directory = record(6002, struct.pack(f"<I{len(offsets)}I", len(offsets) << 20 | 1, *offsets))
    edit = record(4085, struct.pack("<IIIIIII", 0, 0, 0, len(stream), 1, len(offsets) + 1, 0))
    current = record(4086, struct.pack("<III", 20, token, len(stream) + len(directory)))
    return ole({"PowerPoint Document": stream + directory + edit, "Current User": current})
