"""The file of one snapshot: the tokens of a chat, and the state of the model after them.

    magic "CARRELKV" · version · bytes of the record · bytes of the state · CRC-32 of the state · BLAKE2b of these
    and of the record: identity, tokens, marks, text
    the state, as llama_state_seq_get_data wrote it

All numbers are little-endian. The hash vouches for every byte before the state, the CRC for the state itself: it runs
at 4 GB/s where BLAKE2b runs at 0.9, and a state has tens of megabytes. The state is read, not mapped: a bad block on
the disk is then an error to catch, and not a signal that ends the process. With a key, `snapshot_cipher` encrypts
record and state, and shows any change of them; the CRC is 0.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from engines.llama.kv.prefix import CachedTokens

if TYPE_CHECKING:
    from engines.llama.kv.snapshot_cipher import SnapshotCipher

_MAGIC, _ENCRYPTED_MAGIC, _VERSION = b"CARRELKV", b"CARRELKE", 1
_PREFIX = struct.Struct("<8sIIQI")
_HASH_BYTES = 16
_NONCE_BYTES, _ADDED_BYTES = 12, 28  # before an encrypted state; with the tag behind it
_COUNTS = struct.Struct("<32sIII")  # identity, numbers of tokens, of marks, of bytes of text
_BLOCK_BYTES = 1 << 18  # checked while it is still in the processor's cache
_HALVES = "surrogatepass"  # text from a clipboard can hold halves of characters


class SnapshotDamaged(Exception):
    """The file has changed since it was written, or was written by another version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotHeader:
    """`identity`: 32 bytes that tell which model and settings the state is compatible with."""

    identity: bytes
    cached: CachedTokens
    state_bytes: int
    state_crc: int


def snapshot_cipher(key: str) -> SnapshotCipher | None:
    """What encrypts with a key of 64 hexadecimal digits; None for "": nothing is encrypted."""
    if not key:
        return None
    from engines.llama.kv.snapshot_cipher import SnapshotCipher  # loads OpenSSL

    return SnapshotCipher(key)


def write_snapshot(
    path: Path, identity: bytes, cached: CachedTokens, state: memoryview, cipher: SnapshotCipher | None = None
) -> None:
    """Write the file, readable by its owner only, and flush it to disk. Raises OSError."""
    record = _packed_record(identity, cached)
    parts: Iterable[bytes | memoryview] = [state]
    if cipher:
        record = cipher.encrypted_record(record)
        parts = cipher.encrypted_state(state, record)
        prefix = _PREFIX.pack(_ENCRYPTED_MAGIC, _VERSION, len(record), state.nbytes + _ADDED_BYTES, 0)
    else:
        prefix = _PREFIX.pack(_MAGIC, _VERSION, len(record), state.nbytes, zlib.crc32(state))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(prefix + _hash(prefix, record) + record)
        file.writelines(parts)
        file.flush()
        os.fsync(descriptor)


def snapshot_bytes(cached: CachedTokens, state: memoryview) -> int:
    """The size of the file that `write_snapshot` would make; an encrypted one is 56 bytes larger."""
    return _PREFIX.size + _HASH_BYTES + len(_packed_record(bytes(32), cached)) + state.nbytes


def read_header(path: Path, cipher: SnapshotCipher | None = None) -> SnapshotHeader:
    """Read all but the state, which is not checked. Raises SnapshotDamaged, OSError."""
    with path.open("rb", buffering=0) as file:
        return _header(file, cipher)[0]


def read_state(
    path: Path, identity: bytes, cached: CachedTokens, into: memoryview, cipher: SnapshotCipher | None = None
) -> int:
    """Read the state into the beginning of `into`, checking every byte of the file. Returns its size in bytes.

    Raises SnapshotDamaged, also when the file is of another chat or larger than `into`, and OSError; the contents of
    `into` are then undefined.
    """
    with path.open("rb", buffering=0) as file:
        header, record = _header(file, cipher)
        if (header.identity, header.cached.tokens) != (identity, cached.tokens):
            raise SnapshotDamaged("of another chat")
        if header.state_bytes > into.nbytes:
            raise SnapshotDamaged("longer than it was")
        if cipher:
            _read_decrypted(file, into[: header.state_bytes], cipher, record)
        elif _read_checked(file, into[: header.state_bytes]) != header.state_crc:
            raise SnapshotDamaged("the state has changed")
        return header.state_bytes


def _read_checked(file: FileIO, into: memoryview) -> int:
    """Fill `into` from the file. Returns the CRC-32 of what was read."""
    crc = at = 0
    while at < into.nbytes:
        count = file.readinto(into[at : at + _BLOCK_BYTES])
        if not count:
            raise SnapshotDamaged("cut short")
        crc = zlib.crc32(into[at : at + count], crc)
        at += count
    return crc


def _read_decrypted(file: FileIO, into: memoryview, cipher: SnapshotCipher, record: bytes) -> None:
    """Fill `into` from the file, and decrypt it."""
    decryptor = cipher.state_decryptor(file.read(_NONCE_BYTES), record)
    at = 0
    while at < into.nbytes:
        count = file.readinto(into[at : at + _BLOCK_BYTES])
        if not count:
            raise SnapshotDamaged("cut short")
        decryptor.decrypt(into[at : at + count])
        at += count
    try:
        decryptor.check(file.read(_ADDED_BYTES - _NONCE_BYTES))
    except ValueError as error:
        raise SnapshotDamaged("the state has changed") from error


def _header(file: FileIO, cipher: SnapshotCipher | None) -> tuple[SnapshotHeader, bytes]:
    """The header, and the record as it stands in the file."""
    prefix, digest = file.read(_PREFIX.size), file.read(_HASH_BYTES)
    if len(prefix) < _PREFIX.size:
        raise SnapshotDamaged("cut short")
    magic, version, record_bytes, state_bytes, state_crc = _PREFIX.unpack(prefix)
    start = _PREFIX.size + _HASH_BYTES + record_bytes
    expected = (_ENCRYPTED_MAGIC if cipher else _MAGIC, _VERSION)
    if (magic, version) != expected or os.fstat(file.fileno()).st_size != start + state_bytes:
        raise SnapshotDamaged("of another version, or cut short")
    record = file.read(record_bytes)
    if _hash(prefix, record) != digest:  # also where a read gave less than was asked for
        raise SnapshotDamaged("the record has changed")
    try:
        identity, cached = _unpacked_record(cipher.decrypted_record(record) if cipher else record)
    except ValueError as error:
        raise SnapshotDamaged("encrypted under another key") from error
    state_bytes -= _ADDED_BYTES if cipher else 0
    return SnapshotHeader(identity=identity, cached=cached, state_bytes=state_bytes, state_crc=state_crc), record


def _hash(prefix: bytes, record: bytes) -> bytes:
    return hashlib.blake2b(prefix + record, digest_size=_HASH_BYTES).digest()


def _packed_record(identity: bytes, cached: CachedTokens) -> bytes:
    tokens, marks, text = cached.tokens, cached.marks, cached.text.encode("utf-8", _HALVES)
    return b"".join(
        (
            _COUNTS.pack(identity, len(tokens), len(marks), len(text)),
            struct.pack(f"<{len(tokens)}i", *tokens),
            struct.pack(f"<{2 * len(marks)}I", *(number for mark in marks for number in mark)),
            text,
        )
    )


def _unpacked_record(record: bytes) -> tuple[bytes, CachedTokens]:
    identity, tokens, marks, text_bytes = _COUNTS.unpack_from(record)
    at = _COUNTS.size
    numbers = struct.unpack_from(f"<{tokens}i", record, at)
    at += 4 * tokens
    places = struct.unpack_from(f"<{2 * marks}I", record, at)
    at += 8 * marks
    text = record[at : at + text_bytes].decode("utf-8", _HALVES)
    return identity, CachedTokens.restored(numbers, text, zip(places[::2], places[1::2], strict=True))


_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16
_HEAD_BYTES = 1 << 22  # metadata and vocabulary, or the most of them
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$")


def state_identity(model: Path, template: str, state_format: str) -> bytes:
    """32 bytes, equal only where a state may be loaded again.

    A state belongs to the weights that computed it, to `template`, which wrote its text, and to `state_format`: the
    library's version and the layout of its memory. Weights are told apart by each file's size, its time of change and
    a hash of its first 4 MiB and of 64 samples spread over it: 8 MiB in all, as to hash a file of 5 GB takes seconds.
    The time of change covers what the samples may miss; a model that is copied or touched loses its snapshots.
    """
    whole = hashlib.blake2b(digest_size=32)
    for text in (template, state_format):
        whole.update(hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    files, stem = [model], _PART.sub("", model.name)
    if stem != model.name:  # split, as `name-00001-of-00003.gguf`
        files = sorted(
            path for path in model.parent.iterdir() if _PART.search(path.name) and _PART.sub("", path.name) == stem
        )
    for file in files:
        whole.update(_hash_samples(file))
    return whole.digest()


def _hash_samples(path: Path) -> bytes:
    hashed = hashlib.blake2b()
    found = path.stat()
    hashed.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    with path.open("rb") as file:
        hashed.update(file.read(_HEAD_BYTES))
        for number in range(_SAMPLES):
            file.seek(max(0, found.st_size - _SAMPLE_BYTES) * number // (_SAMPLES - 1))
            hashed.update(file.read(_SAMPLE_BYTES))
    return hashed.digest()
