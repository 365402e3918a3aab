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
import re
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


_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16
_HEAD_BYTES = 1 << 22  # metadata and vocabulary, or the most of them
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$")


def state_identity(model: Path, template: str, state_format: str) -> bytes:
    """32 bytes, equal only where a state may be taken up again.

    A state fits the weights that computed it, `template`, in which its text was written, and `state_format`: the
    library's version and the layout of its memory. Weights are told apart by each file's size, its time of change and
    a hash of its first 4 MiB and of 64 samples spread over it: 8 MiB in all, as to hash a file of 5 GB takes seconds.
    The time of change covers what the samples may miss; a model that is copied or touched loses its snapshots.
    """
    whole = hashlib.blake2b(digest_size=32)
    for text in (template, state_format):
        whole.update(hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    for part in _parts(model):
        whole.update(_sampled(part))
    return whole.digest()


def _parts(model: Path) -> list[Path]:
    """The files of a model, which may be split as `name-00001-of-00003.gguf`."""
    if not _PART.search(model.name):
        return [model]
    stem = _PART.sub("", model.name)
    return sorted(
        path for path in model.parent.iterdir() if _PART.sub("", path.name) == stem and _PART.search(path.name)
    )


def _sampled(path: Path) -> bytes:
    hashed = hashlib.blake2b()
    found = path.stat()
    hashed.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    with path.open("rb") as file:
        hashed.update(file.read(_HEAD_BYTES))
        for number in range(_SAMPLES):
            file.seek(max(0, found.st_size - _SAMPLE_BYTES) * number // (_SAMPLES - 1))
            hashed.update(file.read(_SAMPLE_BYTES))
    return hashed.digest()
