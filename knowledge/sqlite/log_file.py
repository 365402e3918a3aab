"""SQLite's write-ahead log, frame by frame, also behind a damaged one. SQLite silently ignores all that follows it.

The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

_HEAD_BYTES, _FRAME_HEAD_BYTES = 32, 24
_MAGIC = 0x377F0682  # its last bit: the checksums are of big-endian words
_Sum = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """A page in the log. `commits`: the last of its transaction. `sound`: its checksum is right.

    `seen`: SQLite sees it: it and all before it are sound.
    """

    page_number: int
    page: bytes
    commits: bool
    sound: bool
    seen: bool


def log_frames(database: Path, page_bytes: int = 4096) -> Iterator[Frame]:
    """Yield the frames of the log's present generation, in order. `page_bytes`: where the log's head does not say."""
    log = database.with_name(f"{database.name}-wal")
    content = log.read_bytes() if log.exists() else b""
    if len(content) < _HEAD_BYTES + _FRAME_HEAD_BYTES:
        return
    magic, _, size, _, *salts = struct.unpack_from(">6I", content)
    big = magic == _MAGIC | 1
    before: _Sum = struct.unpack_from(">2I", content, 24)
    seen = magic & ~1 == _MAGIC and _checksum(content[:24], (0, 0), big) == before
    if not seen:
        size, salts = page_bytes, list(struct.unpack_from(">2I", content, _HEAD_BYTES + 8))
    for at in range(_HEAD_BYTES, len(content) - _FRAME_HEAD_BYTES - size + 1, _FRAME_HEAD_BYTES + size):
        number, commits, *salt_and_sum = struct.unpack_from(">6I", content, at)
        if salt_and_sum[:2] != salts:
            if seen:
                return  # an older generation begins
            continue
        page = content[at + _FRAME_HEAD_BYTES : at + _FRAME_HEAD_BYTES + size]
        after: _Sum = (salt_and_sum[2], salt_and_sum[3])
        is_first_of_headless = not seen and at == _HEAD_BYTES
        sound = is_first_of_headless or _checksum(content[at : at + 8] + page, before, big) == after
        seen = seen and sound
        yield Frame(number, page, bool(commits), sound, seen)
        before = after


def is_log_damaged(database: Path) -> bool:
    """True if a transaction was committed to the log that SQLite does not see, or the log's head is lost.

    A log that ends in the middle of a transaction is none: that one was never committed.
    """
    log = database.with_name(f"{database.name}-wal")
    if not log.exists() or log.stat().st_size < _HEAD_BYTES:
        return False
    with log.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    magic, before = struct.unpack_from(">I", head)[0], struct.unpack_from(">2I", head, 24)
    if magic & ~1 != _MAGIC or _checksum(head[:24], (0, 0), magic == _MAGIC | 1) != before:
        return True
    return any(frame.commits and frame.sound and not frame.seen for frame in log_frames(database))


def _checksum(data: bytes, start: _Sum, big: bool) -> _Sum:
    words = struct.unpack(f"{'>' if big else '<'}{len(data) // 4}I", data)
    first, second = start
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second


def committed_pages(database: Path, page_bytes: int) -> dict[int, bytes]:
    """The newest committed version of each page in the log, those behind a damaged frame among them."""
    frames = list(log_frames(database, page_bytes))
    ends = [place for place, frame in enumerate(frames) if frame.commits and frame.sound]
    last = ends[-1] if ends else -1
    return dict(chain.from_iterable([(f.page_number, f.page)] for f in frames[: last + 1] if f.sound))
