"""Keys of the API: who may ask, whom, and of which folders. Only digests are kept on disk."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from errors import AppError

_PREFIX = "carrel-"
_SECRET_BYTES = 32  # 256 bits: no guess finds one, so a plain digest need not be slow
_NAME = re.compile(r"[\w.-]{1,40}")
MAX_REQUESTS_PER_MINUTE = 100_000


class AccessRefused(AppError):
    """A key may not do what was asked for with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key, without its secret. `digest`: SHA-256 of that, in hexadecimal.

    `personas`, `folders`: all that it may ask; none: any. `search_only`: no model writes for it. `requests_per_minute`:
    how many it may make.
    """

    name: str
    digest: str
    personas: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    search_only: bool = False
    requests_per_minute: int = 600
    created_at: float = 0.0

    def check_persona(self, persona_id: str) -> None:
        """Raises AccessRefused for a persona that it may not ask."""
        if self.personas and persona_id not in self.personas:
            raise AccessRefused(f"This key may not ask {persona_id}", f"It may ask {', '.join(self.personas)}.")

    def check_writing(self) -> None:
        """Raises AccessRefused where no model may write for it."""
        if self.search_only:
            raise AccessRefused("This key may only search", "Use /v1/search, or a key that may ask.")

    def check_unrestricted(self) -> None:
        """Raises AccessRefused for a key that is limited to personas or folders."""
        if self.personas or self.folders:
            raise AccessRefused("This key may not use models directly", "Ask a persona, as in “carrel/001-reader”.")

    def reachable(self, wanted: Sequence[Path]) -> list[Path] | None:
        """The folders to search of those wanted; None: all. Raises AccessRefused for one that it may not search."""
        if not self.folders:
            return list(wanted) or None
        for path in wanted:
            if not any(path.is_relative_to(folder) for folder in self.folders):
                raise AccessRefused(f"This key may not search {path}", "Leave `folders` out to search what it may.")
        return list(wanted) or list(self.folders)


class ApiKeys:
    """The keys of a home, in a file that only its owner can read. Safe to use from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._read_at: tuple[int, int] | None = None
        self._keys: tuple[ApiKey, ...] = ()

    def all(self) -> tuple[ApiKey, ...]:
        """Every key, in the order in which they were made. Raises AppError where the file is damaged."""
        with self._lock:
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                self._keys, self._read_at = (), None
                return ()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._read_at:
                self._keys, self._read_at = _load(self._path), stamp
            return self._keys

    def add(self, key: ApiKey) -> str:
        """Make a key like this one and return its secret, which is kept nowhere. Raises AppError for a bad name."""
        if not _NAME.fullmatch(key.name):
            raise AppError(f"“{key.name}” is no name for a key", "Use up to 40 letters, digits, dots and hyphens.")
        if any(known.name == key.name for known in self.all()):
            raise AppError(f"There is a key {key.name} already", "Remove it first, or choose another name.")
        secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        self._write((*self.all(), replace(key, digest=digest_of(secret), created_at=time.time())))
        return secret

    def remove(self, name: str) -> None:
        """Remove a key; what runs with it is not stopped. Raises AppError where there is none."""
        kept = tuple(key for key in self.all() if key.name != name)
        if len(kept) == len(self.all()):
            raise AppError(f"There is no key {name}", "`carrel serve keys` lists them.")
        self._write(kept)

    def find(self, secret: str) -> ApiKey | None:
        """The key of a secret; None where no key has it."""
        return self.of_digest(digest_of(secret))

    def of_digest(self, digest: str) -> ApiKey | None:
        """The key with this digest; None where it has been removed."""
        found = [key for key in self.all() if hmac.compare_digest(key.digest, digest)]
        return found[0] if found else None

    def _write(self, keys: Sequence[ApiKey]) -> None:
        rows = [asdict(key) | {"folders": [str(folder) for folder in key.folders]} for key in keys]
        fresh = self._path.with_suffix(".new")
        with self._lock:
            fresh.write_text(json.dumps({"keys": rows}, indent=1), "utf-8")  # private, as the home's umask has it
            fresh.replace(self._path)
            self._read_at = None


def digest_of(secret: str) -> str:
    """SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _load(path: Path) -> tuple[ApiKey, ...]:
    try:
        rows = json.loads(path.read_text("utf-8"))["keys"]
        return tuple(_key(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise AppError(f"The keys in {path} cannot be read", "Delete the file, and make new keys.") from error


def _key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(**{**row, "personas": tuple(row["personas"]), "folders": tuple(map(Path, row["folders"]))})


class RequestRate:
    """Counts requests by key: a bucket that fills in a minute. For one thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: ApiKey) -> float:
        """Count a request; return 0, or the seconds to wait where the key has made too many."""
        now, per_second = self._now(), key.requests_per_minute / 60
        left, at = self._left.get(key.digest, (float(key.requests_per_minute), now))
        left = min(float(key.requests_per_minute), left + (now - at) * per_second)
        if left < 1:
            self._left[key.digest] = (left, now)
            return (1 - left) / per_second
        self._left[key.digest] = (left - 1, now)
        return 0.0
