"""Where a server answers, and when a question may go there unencrypted."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from engines.errors import AddressRefused, KeyUnusable
from network.connections import is_this_machine

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PREFIX = "remote:"
_HINT = "Write it as https://host:port, with no key in it."


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server: `root` is what its paths begin with, as `/openai`; "" for most."""

    secure: bool
    host: str
    port: int
    root: str

    @property
    def url(self) -> str:
        """The address in one way of writing it, by which its key is kept."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.root}"


def parse_address(url: str) -> ServerAddress:
    """The address that a URL means, with or without the `/v1` at its end. Raises AddressRefused."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise AddressRefused("The server's address cannot be read", f"{error}. {_HINT}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused("The server's address cannot be read", _HINT)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressRefused("The server's address has more in it than a place", _HINT)
    secure = parts.scheme == "https"
    root = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return ServerAddress(secure, parts.hostname, port or (443 if secure else 80), root)


def parse_model_reference(text: str) -> tuple[str, str]:
    """The URL and the model's name in `remote:URL#model`; the name may be missing, and is "" then."""
    url, _, model = text.removeprefix(PREFIX).partition("#")
    return url, model


def require_encryption(address: ServerAddress, peer: str) -> None:
    """Raises AddressRefused where text would leave the private network unencrypted. `peer`: a name or an address."""
    if address.secure or is_this_machine(peer):
        return
    try:
        private = ip_address(peer.split("%")[0]).is_private
    except ValueError:
        return  # a name: asked again with the address that it leads to
    if not private:
        raise AddressRefused(
            f"{address.host} would be sent the question unencrypted",
            "Use https, or set plain_http = true under [remote] if the way there is protected otherwise.",
        )


SERVICE = "carrel"
VARIABLE = "CARREL_REMOTE_KEY"
_WAIT_SECONDS = 3.0  # a keyring asks over D-Bus, where nobody may answer
_PLAINTEXT = "keyrings.alt"  # keeps keys readable on the disk
_T = TypeVar("_T")
log = logging.getLogger("carrel.engines")


def find_key(address: ServerAddress) -> str:
    """The key for a server: from the keyring, else from CARREL_REMOTE_KEY; "" where there is none.

    A keyring that does not answer has none: many servers want no key, and those that do will say so. Raises KeyUnusable
    for a key that no header can carry.
    """
    key = (_from_keyring(address) or os.environ.get(VARIABLE, "")).strip()
    if not (key.isascii() and key.isprintable()):
        raise KeyUnusable(f"The key for {address.host} has characters in it that no key has", "Enter it again.")
    return key


def store_key(address: ServerAddress, key: str) -> None:
    """Keep a server's key in the keyring. Raises KeyUnusable where there is none that is safe."""
    vault = _vault()
    if vault is None:
        hint = f"Set {VARIABLE} for the length of a run instead: Carrel writes no key to the disk itself."
        raise KeyUnusable("This system has no keyring that Carrel could use", hint)
    _answered(lambda: vault.set_password(SERVICE, address.url, key.strip()))


def delete_key(address: ServerAddress) -> bool:
    """Remove a server's key from the keyring; whether there was one. Raises KeyUnusable."""
    vault = _vault()
    if vault is None or _answered(lambda: vault.get_password(SERVICE, address.url)) is None:
        return False
    _answered(lambda: vault.delete_password(SERVICE, address.url))
    return True


def _from_keyring(address: ServerAddress) -> str | None:
    try:
        vault = _vault()
        return None if vault is None else _answered(lambda: vault.get_password(SERVICE, address.url))
    except KeyUnusable as problem:
        log.warning("%s %s", problem.title, problem.hint)
        return None


def _vault() -> "KeyringBackend | None":
    """The keyring in use; None where there is none, or it keeps keys in plain text."""
    import keyring
    from keyring.backends import chainer, fail

    chosen = _answered(keyring.get_keyring)
    found = chosen.backends if isinstance(chosen, chainer.ChainerBackend) else [chosen]
    safe = [
        one for one in found if not isinstance(one, fail.Keyring) and not type(one).__module__.startswith(_PLAINTEXT)
    ]
    return safe[0] if safe else None


def _answered(ask: Callable[[], _T]) -> _T:
    """What a keyring answers. Raises KeyUnusable when it fails or is silent."""
    answers: list[_T] = []
    failures: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001 - backends raise what their systems do
            failures.append(error)

    thread = threading.Thread(target=run, name="carrel-keyring", daemon=True)
    thread.start()
    thread.join(_WAIT_SECONDS)
    if answers:
        return answers[0]
    why = type(failures[0]).__name__ if failures else f"no answer in {_WAIT_SECONDS:.0f} s"
    hint = f"Unlock it and try again, or set {VARIABLE} for this run."
    raise KeyUnusable(f"The system's keyring cannot be used: {why}", hint)
