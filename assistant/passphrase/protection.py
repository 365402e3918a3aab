"""Who may open a home: nobody asks for a key where no passphrase is set; elsewhere it is found once a process."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.home import Home
from assistant.passphrase.header import Header, PassphraseWrong
from engines import KeyUnusable, SystemKeyring
from errors import AppError

if TYPE_CHECKING:
    from assistant.passphrase.home_key import HomeKey
    from knowledge import DatabaseKey

VARIABLE = "CARREL_PASSPHRASE"

Ask = Callable[[str], str]
"""Asks a person for the passphrase; gets the problem with the one before, "" at first. Raises AppError to give up."""


class HomeLocked(AppError):
    """The passphrase is needed, and nobody can be asked."""

    def __init__(self) -> None:
        hint = f"Run Carrel in a terminal, which asks for it, or set {VARIABLE}."
        super().__init__("This home is protected by a passphrase", hint)


class Protection:
    """The passphrase of a home and, once it is open, the key. Safe to use from any thread.

    `ask`: for the passphrase, where it is neither remembered in the system's keyring nor in CARREL_PASSPHRASE.
    """

    def __init__(self, home: Home, ask: Ask | None = None) -> None:
        self._home, self._ask = home, ask
        self._key: HomeKey | None = None
        self._lock = threading.Lock()

    @property
    def is_set(self) -> bool:
        """True if a passphrase is set. Costs two look-ups."""
        return self._home.has_passphrase

    @property
    def is_open(self) -> bool:
        """True if no passphrase has to be asked for. Raises PassphraseFileDamaged."""
        try:
            return not self.is_set or bool(self._opened(None, None))
        except (HomeLocked, KeyUnusable):
            return False

    def home_key(self) -> HomeKey | None:
        """The key; None where no passphrase is set. Raises HomeLocked, PassphraseWrong, PassphraseFileDamaged."""
        return self._opened(None, self._ask) if self.is_set else None

    def database_key(self) -> DatabaseKey | None:
        """The key of conversations and ledger; None where they are not encrypted. Raises as `home_key` does."""
        key = self.home_key()
        return key.databases if key else None

    def snapshot_key(self) -> str:
        """The key of the chats that models keep on disk; "" where they are not encrypted. Raises as `home_key` does."""
        key = self.home_key()
        return key.snapshots if key else ""

    def unlock(self, passphrase: str) -> None:
        """Open the home. Takes 0.4 s. Raises PassphraseWrong."""
        self._opened(passphrase, None)

    def remember(self) -> None:
        """Keep the key of the open home in the system's keyring. Raises KeyUnusable."""
        if key := self.home_key():
            SystemKeyring(VARIABLE).store(self._account, key.secret.hex())

    def forget(self) -> None:
        """Delete the key from the system's keyring. Raises KeyUnusable."""
        SystemKeyring(VARIABLE).delete(self._account)

    def _opened(self, passphrase: str | None, ask: Ask | None) -> HomeKey | None:
        from assistant.passphrase import conversion, home_key  # load SQLCipher and OpenSSL

        with self._lock:
            header = conversion.finished_header(self._home)
            if header is None:
                return None
            if passphrase is not None:
                self._key = home_key.HomeKey.unwrapped(header, passphrase)
            elif self._key is None or not self._key.fits(header):
                self._key = self._remembered(header, home_key.HomeKey) or self._asked(header, home_key.HomeKey, ask)
            return self._key

    def _remembered(self, header: Header, kind: type[HomeKey]) -> HomeKey | None:
        try:
            secret = SystemKeyring(VARIABLE).find(self._account) or ""
            key = kind(bytes.fromhex(secret))
        except (KeyUnusable, ValueError):  # then it is asked for
            return None
        return key if secret and key.fits(header) else None

    def _asked(self, header: Header, kind: type[HomeKey], ask: Ask | None) -> HomeKey:
        if given := os.environ.get(VARIABLE):
            key = kind.unwrapped(header, given)
            os.environ.pop(VARIABLE, None)  # no child process needs it
            return key
        problem = ""
        while ask:
            try:
                return kind.unwrapped(header, ask(problem))
            except PassphraseWrong as wrong:
                problem = wrong.title
        raise HomeLocked

    @property
    def _account(self) -> str:
        return f"passphrase of {self._home.path}"
