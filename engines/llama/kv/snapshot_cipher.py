"""Encrypts snapshots: AES-256-GCM, which also shows any change. A nonce stands before each text, a tag behind it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES, TAG_BYTES = 12, 16
ADDED_BYTES = NONCE_BYTES + TAG_BYTES
_BLOCK_BYTES = 1 << 20


class SnapshotCipher:
    """Encrypts and decrypts with one key."""

    def __init__(self, key: str) -> None:
        """`key`: 32 bytes as hexadecimal digits."""
        self._key = bytes.fromhex(key)

    def encrypted_record(self, record: bytes) -> bytes:
        """The record with nonce and tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, record, b"record")

    def decrypted_record(self, encrypted: bytes) -> bytes:
        """The record. Raises ValueError for one of another key, or one that has changed."""
        try:
            return AESGCM(self._key).decrypt(encrypted[:NONCE_BYTES], encrypted[NONCE_BYTES:], b"record")
        except InvalidTag as error:
            raise ValueError("another key, or changed") from error

    def encrypted_state(self, state: memoryview, record: bytes) -> Iterator[bytes | memoryview]:
        """Yield the state with nonce and tag, block by block. `record`: the encrypted one that it belongs to."""
        nonce, buffer = secrets.token_bytes(NONCE_BYTES), memoryview(bytearray(_BLOCK_BYTES + 15))
        encryptor = Cipher(algorithms.AES(self._key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(record)
        yield nonce
        for at in range(0, state.nbytes, _BLOCK_BYTES):
            yield buffer[: encryptor.update_into(state[at : at + _BLOCK_BYTES], buffer)]
        yield encryptor.finalize() + encryptor.tag

    def state_decryptor(self, nonce: bytes, record: bytes) -> StateDecryptor:
        """Return what decrypts a state block by block."""
        return StateDecryptor(self._key, nonce, record)


class StateDecryptor:
    """Decrypts a state in place."""

    def __init__(self, key: bytes, nonce: bytes, record: bytes) -> None:
        self._context = Cipher(algorithms.AES(key), modes.GCM(nonce)).decryptor()
        self._context.authenticate_additional_data(record)

    def decrypt(self, block: memoryview) -> None:
        """Decrypt a block where it lies."""
        context: CipherContext = self._context
        block[:] = context.update(block)

    def check(self, tag: bytes) -> None:
        """Raise ValueError unless every byte is as it was encrypted."""
        try:
            self._context.finalize_with_tag(tag)
        except InvalidTag as error:
            raise ValueError("another key, or changed") from error
