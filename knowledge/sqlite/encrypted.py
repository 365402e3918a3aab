"""SQLite files encrypted with SQLCipher: each page with AES-256-CBC, and a code that shows any change of it.

The format: https://www.zetetic.net/sqlcipher/design/. SQLCipher is a library of its own beside Python's SQLite. In one
process they do not see each other's locks: a file is opened by one of them only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlcipher3 import dbapi2 as sqlcipher

KEY_BYTES, SALT_BYTES = 32, 16
PAGE_BYTES = 4096  # SQLCipher's default
_IV_BYTES, _CODE_BYTES, _NONCE_BYTES = 16, 64, 12
_PLAIN_HEAD = b"SQLite format 3\0"  # the file holds the salt in its place
_CODE_SALT_MASK, _CODE_ROUNDS = 0x3A, 2


@dataclass(frozen=True, slots=True)
class DatabaseKey:
    """The key of encrypted databases: 32 bytes, and 16 of salt, which a damaged file cannot lose then."""

    secret: bytes = field(repr=False)

    @property
    def reserved_bytes(self) -> int:
        """Bytes at the end of each page that hold no content."""
        return _IV_BYTES + _CODE_BYTES

    def connect(self, path: Path, timeout_s: float = 5.0, *, read_only: bool = False) -> sqlite3.Connection:
        """An open connection in autocommit mode. It raises sqlite3's exceptions and gives sqlite3's kind of rows."""
        with _as_sqlite3():
            connection = EncryptedConnection(
                f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
                uri=True,
                timeout=timeout_s,
                isolation_level=None,
                check_same_thread=False,
            )
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
        if self.secret:
            connection.execute(f"PRAGMA key = \"x'{self.secret.hex()}'\"")
        return cast(sqlite3.Connection, connection)

    def page(self, number: int, encrypted: bytes) -> bytes | None:
        """A page in clear, without the reserved bytes; None if it is not as it was written with this key."""
        start = SALT_BYTES if number == 1 else 0
        body, code = encrypted[start:-_CODE_BYTES], encrypted[-_CODE_BYTES:]
        expected = hmac.digest(self._code_key(), body + struct.pack("<I", number), "sha512")
        if len(encrypted) != PAGE_BYTES or not hmac.compare_digest(code, expected):
            return None
        cipher = Cipher(algorithms.AES(self.secret[:KEY_BYTES]), modes.CBC(body[-_IV_BYTES:]))
        return _PLAIN_HEAD[:start] + cipher.decryptor().update(body[:-_IV_BYTES])

    def encrypted(self, content: bytes) -> bytes:
        """Other content that belongs to the database, under AES-256-GCM."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._content_key()).encrypt(nonce, content, None)

    def decrypted(self, content: bytes) -> bytes:
        """The content of `encrypted`. Raises ValueError for one of another key, or one that has changed."""
        try:
            return AESGCM(self._content_key()).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None)
        except InvalidTag as error:
            raise ValueError("another key, or changed") from error

    def _content_key(self) -> bytes:
        return hashlib.blake2b(key=self.secret, person=b"content", digest_size=KEY_BYTES).digest()

    def _code_key(self) -> bytes:
        salt = bytes(byte ^ _CODE_SALT_MASK for byte in self.secret[KEY_BYTES:])
        return hashlib.pbkdf2_hmac("sha512", self.secret[:KEY_BYTES], salt, _CODE_ROUNDS, KEY_BYTES)


_NO_KEY = DatabaseKey(b"")  # SQLCipher reads and writes what is not encrypted, too


class EncryptedConnection(sqlcipher.Connection):  # type: ignore[misc]
    """SQLCipher's connection in the place of sqlite3's."""

    def cursor(self, factory: object = None) -> EncryptedCursor:
        """A cursor that raises sqlite3's exceptions."""
        return cast(EncryptedCursor, super().cursor(EncryptedCursor))

    @property
    def row_factory(self) -> object:
        """sqlite3.Row, or None for tuples."""
        return sqlcipher.Connection.row_factory.__get__(self)

    @row_factory.setter
    def row_factory(self, factory: object) -> None:
        sqlcipher.Connection.row_factory.__set__(self, sqlcipher.Row if factory is sqlite3.Row else factory)


class EncryptedCursor(sqlcipher.Cursor):  # type: ignore[misc]
    """SQLCipher's cursor, which raises sqlite3's exceptions."""

    def execute(self, sql: str, parameters: Any = ()) -> EncryptedCursor:
        """Run one statement."""
        with _as_sqlite3():
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, rows: Iterable[Any]) -> EncryptedCursor:
        """Run one statement with each row of parameters."""
        with _as_sqlite3():
            super().executemany(sql, rows)
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        with _as_sqlite3():
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        with _as_sqlite3():
            return cast(list[Any], super().fetchall())

    def __next__(self) -> Any:
        """The next row."""
        with _as_sqlite3():
            return super().__next__()


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    """Raise SQLCipher's exceptions as those of the same name in sqlite3."""
    try:
        yield
    except sqlcipher.Error as error:
        translated = getattr(sqlite3, type(error).__name__)(*error.args)
        translated.sqlite_errorcode = getattr(error, "sqlite_errorcode", None)
        translated.sqlite_errorname = getattr(error, "sqlite_errorname", None)
        raise translated from error


class DatabaseInUse(Exception):
    """Somebody else has the database open."""


@contextmanager
def copied_database(
    source: Path, target: Path, key_from: DatabaseKey | None, key_to: DatabaseKey | None
) -> Iterator[None]:
    """Write a database under another key, or without one (None), to a new file; nobody else may use it in the block.

    Raises DatabaseInUse, and sqlite3.Error: also when `target` does not hold all that `source` does.
    """
    database = (key_from or _NO_KEY).connect(source, 1.0)
    with closing(database):
        _take(database)
        secret = f"x'{key_to.secret.hex()}'" if key_to else ""
        database.execute("ATTACH DATABASE ? AS target KEY ?", (str(target), secret))
        database.execute("SELECT sqlcipher_export('target')").fetchall()
        for number in ("user_version", "application_id"):  # which an export leaves out
            (value,) = database.execute(f"PRAGMA {number}").fetchone()
            database.execute(f"PRAGMA target.{number} = {value}")
        if database.execute("PRAGMA target.quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the copy is not whole")
        database.execute("DETACH DATABASE target")
        yield


def _take(database: sqlite3.Connection) -> None:
    """Lock the database for this connection alone, and write its log into it."""
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        database.execute("PRAGMA journal_mode = DELETE").fetchall()
        database.execute("BEGIN EXCLUSIVE")
        database.execute("COMMIT")  # the lock stays
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise DatabaseInUse from error
        raise
