"""The key of a home: 32 random bytes, kept only under the passphrase or in the system's keyring."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.passphrase.header import Header, PassphraseWrong, State
from errors import AppError
from knowledge import DatabaseKey

# OWASP's first choice for scrypt: 128 MiB and 0.4 s for each guess.
_N, _R, _P = 1 << 17, 8, 1
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12
SHORTEST_PASSPHRASE = 8  # characters


class PassphraseTooShort(AppError):
    """It could be guessed."""

    def __init__(self) -> None:
        hint = (
            f"Take {SHORTEST_PASSPHRASE} characters at least; four or more words that do not belong together are good."
        )
        super().__init__("The passphrase is too short", hint)


@dataclass(frozen=True, slots=True)
class HomeKey:
    """`secret`: never shown."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> HomeKey:
        """A key that nobody has."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @property
    def databases(self) -> DatabaseKey:
        """The key of the conversations, their copies and the ledger."""
        return DatabaseKey(self._derived(b"databases", 48))

    @property
    def snapshots(self) -> str:
        """The key of the chats that models keep on disk: 32 bytes as hexadecimal digits."""
        return self._derived(b"snapshots", 32).hex()

    @property
    def owner(self) -> bytes:
        """The secret with which processes of this home know each other."""
        return self._derived(b"owner", 32)

    def fits(self, header: Header) -> bool:
        """True if it is the key of this home."""
        return hmac.compare_digest(self._derived(b"check", 16), header.check)

    def wrapped(self, passphrase: str, state: State) -> Header:
        """The header of a home with this key and this passphrase. Takes 0.4 s. Raises PassphraseTooShort."""
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise PassphraseTooShort
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        check = self._derived(b"check", 16)
        header = Header(salt=salt, n=_N, r=_R, p=_P, nonce=nonce, wrapped=b"", check=check, state=state)
        return replace(header, wrapped=AESGCM(_derive(passphrase, header)).encrypt(nonce, self.secret, check))

    @classmethod
    def unwrapped(cls, header: Header, passphrase: str) -> HomeKey:
        """The key. Takes 0.4 s. Raises PassphraseWrong."""
        try:
            return cls(AESGCM(_derive(passphrase, header)).decrypt(header.nonce, header.wrapped, header.check))
        except InvalidTag as wrong:
            raise PassphraseWrong from wrong

    def _derived(self, purpose: bytes, size: int) -> bytes:
        return hashlib.blake2b(key=self.secret, person=purpose, digest_size=size).digest()


def _derive(passphrase: str, header: Header) -> bytes:
    typed = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(
        typed,
        salt=header.salt,
        n=header.n,
        r=header.r,
        p=header.p,
        maxmem=2 * header.memory_bytes,
        dklen=_KEY_BYTES,
    )
