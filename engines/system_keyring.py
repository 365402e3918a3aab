"""The system's keyring, where a person wants a secret to be kept: never in plain text, and never waited for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from engines.errors import KeyUnusable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "carrel"
_WAIT_SECONDS = 3.0  # a keyring asks over D-Bus, where nobody may answer
_PLAINTEXT = "keyrings.alt"  # stores keys in plain text
_T = TypeVar("_T")


class SystemKeyring:
    """Secrets by account. Raises KeyUnusable when the keyring fails or does not answer.

    `variable`: the environment variable that a person can set instead.
    """

    def __init__(self, variable: str) -> None:
        self._variable = variable

    def find(self, account: str) -> str | None:
        """The secret of an account; None where there is none, or no safe keyring."""
        keyring = self._safe()
        return self._call(lambda: keyring.get_password(SERVICE, account)) if keyring else None

    def store(self, account: str, secret: str) -> None:
        """Store a secret. Raises KeyUnusable where there is no safe keyring, too."""
        keyring = self._safe()
        if keyring is None:
            hint = f"Set {self._variable} for each run instead: Carrel itself writes no key to disk."
            raise KeyUnusable("This system has no keyring that Carrel can use", hint)
        self._call(lambda: keyring.set_password(SERVICE, account, secret))

    def delete(self, account: str) -> bool:
        """Delete a secret. False when there was none."""
        keyring = self._safe()
        if keyring is None or self._call(lambda: keyring.get_password(SERVICE, account)) is None:
            return False
        self._call(lambda: keyring.delete_password(SERVICE, account))
        return True

    def _safe(self) -> KeyringBackend | None:
        """The keyring in use; None where there is none, or it stores keys in plain text."""
        import keyring.backends.chainer

        chosen = self._call(keyring.get_keyring)
        found = chosen.backends if isinstance(chosen, keyring.backends.chainer.ChainerBackend) else [chosen]
        safe = [
            one
            for one in found
            if not isinstance(one, keyring.backends.fail.Keyring) and not type(one).__module__.startswith(_PLAINTEXT)
        ]
        return safe[0] if safe else None

    def _call(self, call: Callable[[], _T]) -> _T:
        answers: list[_T] = []
        failures: list[Exception] = []

        def run() -> None:
            try:
                answers.append(call())
            except Exception as error:  # noqa: BLE001 - backends raise anything
                failures.append(error)

        thread = threading.Thread(target=run, name="carrel-keyring", daemon=True)
        thread.start()
        thread.join(_WAIT_SECONDS)
        if answers:
            return answers[0]
        why = type(failures[0]).__name__ if failures else f"no answer in {_WAIT_SECONDS:.0f} s"
        hint = f"Unlock it and try again, or set {self._variable} for this run."
        raise KeyUnusable(f"The system's keyring cannot be used: {why}", hint)
