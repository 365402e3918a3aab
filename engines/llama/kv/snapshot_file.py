"""The file that holds one chat as a model remembers it: what was read, and the bytes of the memory that it left.

    magic "CARRELKV" · version · bytes of the record · bytes of the state · CRC-32 of the state · BLAKE2b of these
    and of the record: identity, tokens, marks, text
    the state: what llama_state_seq_get_data gave

All numbers are little-endian. The hash vouches for every byte before the state, the CRC for the state itself: it runs
at 4 GB/s where BLAKE2b runs at 0.9, and a state has tens of megabytes. The state is read, not mapped: a bad block on
the disk is then an error to catch, and not a signal that ends the process.
"""

import hashlib
import os
import struct
import zlib
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from engines.llama.kv.prefix import Transcript

_MAGIC, _VERSION = b"CARRELKV", 1
_PREFIX = struct.Struct("<8sIIQI")
_HASH_BYTES = 16
_COUNTS = struct.Struct("<32sIII")  # identity, numbers of tokens, of marks, of bytes of text
_BLOCK_BYTES = 1 << 18  # checked while it is still in the processor's cache
_HALVES = "surrogatepass"  # text from a clipboard can hold halves of characters


class SnapshotDamaged(Exception):
    """The file is not what was once written, or was not written by this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotHeader:
    """`identity`: 32 bytes, for what the state fits."""

    identity: bytes
    transcript: Transcript
    state_bytes: int
    state_crc: int


def write_snapshot(path: Path, identity: bytes, transcript: Transcript, state: memoryview) -> None:
    """Make the file, for its owner's eyes only; its bytes are on the disk when this returns. Raises OSError."""
    record = _packed_record(identity, transcript)
    prefix = _PREFIX.pack(_MAGIC, _VERSION, len(record), state.nbytes, zlib.crc32(state))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for part in (prefix, _hash(prefix, record), record, state):
            file.write(part)
        file.flush()
        os.fsync(descriptor)


def snapshot_bytes(transcript: Transcript, state: memoryview) -> int:
    """The size of the file that `write_snapshot` would make."""
    return _PREFIX.size + _HASH_BYTES + len(_packed_record(bytes(32), transcript)) + state.nbytes


def read_header(path: Path) -> SnapshotHeader:
    """All but the state, which is not looked at. Raises SnapshotDamaged, OSError."""
    with path.open("rb", buffering=0) as file:
        return _header(file)


def read_state(path: Path, identity: bytes, transcript: Transcript, into: memoryview) -> int:
    """The bytes of the state, which fills the beginning of `into`; every byte of the file was checked.

    Raises SnapshotDamaged, also when the file is of another chat or does not fit into `into`, and OSError; what `into`
    holds then is to be thrown away.
    """
    with path.open("rb", buffering=0) as file:
        header = _header(file)
        if (header.identity, header.transcript.tokens) != (identity, transcript.tokens):
            raise SnapshotDamaged("of another chat")
        if header.state_bytes > into.nbytes:
            raise SnapshotDamaged("longer than it was")
        if _filled(file, into[: header.state_bytes]) != header.state_crc:
            raise SnapshotDamaged("the state has changed")
        return header.state_bytes


def _filled(file: FileIO, into: memoryview) -> int:
    """The CRC-32 of what was read into all of `into`."""
    crc = at = 0
    while at < into.nbytes:
        count = file.readinto(into[at : at + _BLOCK_BYTES])
        if not count:
            raise SnapshotDamaged("cut short")
        crc = zlib.crc32(into[at : at + count], crc)
        at += count
    return crc


def _header(file: FileIO) -> SnapshotHeader:
    prefix, digest = file.read(_PREFIX.size), file.read(_HASH_BYTES)
    if len(prefix) < _PREFIX.size:
        raise SnapshotDamaged("cut short")
    magic, version, record_bytes, state_bytes, state_crc = _PREFIX.unpack(prefix)
    start = _PREFIX.size + _HASH_BYTES + record_bytes
    if (magic, version) != (_MAGIC, _VERSION) or os.fstat(file.fileno()).st_size != start + state_bytes:
        raise SnapshotDamaged("of another version, or cut short")
    record = file.read(record_bytes)
    if _hash(prefix, record) != digest:  # also where a read gave less than was asked for
        raise SnapshotDamaged("the record has changed")
    identity, transcript = _unpacked_record(record)
    return SnapshotHeader(identity=identity, transcript=transcript, state_bytes=state_bytes, state_crc=state_crc)


def _hash(prefix: bytes, record: bytes) -> bytes:
    return hashlib.blake2b(prefix + record, digest_size=_HASH_BYTES).digest()


def _packed_record(identity: bytes, transcript: Transcript) -> bytes:
    tokens, marks, text = transcript.tokens, transcript.marks, transcript.text.encode("utf-8", _HALVES)
    return b"".join(
        (
            _COUNTS.pack(identity, len(tokens), len(marks), len(text)),
            struct.pack(f"<{len(tokens)}i", *tokens),
            struct.pack(f"<{2 * len(marks)}I", *(number for mark in marks for number in mark)),
            text,
        )
    )


def _unpacked_record(record: bytes) -> tuple[bytes, Transcript]:
    identity, tokens, marks, text_bytes = _COUNTS.unpack_from(record)
    at = _COUNTS.size
    numbers = struct.unpack_from(f"<{tokens}i", record, at)
    at += 4 * tokens
    places = struct.unpack_from(f"<{2 * marks}I", record, at)
    at += 8 * marks
    text = record[at : at + text_bytes].decode("utf-8", _HALVES)
    return identity, Transcript.restored(numbers, text, zip(places[::2], places[1::2], strict=True))
