"""The address and the key of a server, and the rule for unencrypted questions."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from engines.errors import AddressRefused, KeyUnusable
from engines.system_keyring import SystemKeyring
from network import is_this_machine

REMOTE_PREFIX = "remote:"
_HINT = "Write it as https://host:port, with no key in it."


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server. `root`: the prefix of its paths, as `/openai`; "" for most."""

    secure: bool
    host: str
    port: int
    root: str

    @property
    def url(self) -> str:
        """The address in its normal form, under which its key is stored."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.root}"


def parse_address(url: str) -> ServerAddress:
    """The address of a URL, with or without the `/v1` at its end. Raises AddressRefused."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise AddressRefused("The server's address is not valid", f"{error}. {_HINT}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused("The server's address is not valid", _HINT)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressRefused("The server's address contains more than a host and a path", _HINT)
    secure = parts.scheme == "https"
    root = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return ServerAddress(secure, parts.hostname, port or (443 if secure else 80), root)


def parse_model_reference(text: str) -> tuple[str, str]:
    """The URL and the model's name in `remote:URL#model`; "" where the name is missing."""
    url, _, model = text.removeprefix(REMOTE_PREFIX).partition("#")
    return url, model


def require_encryption(address: ServerAddress, peer: str) -> None:
    """Raises AddressRefused if text would leave the private network unencrypted. `peer`: a name or an address."""
    if address.secure or is_this_machine(peer):
        return
    try:
        private = ip_address(peer.split("%")[0]).is_private
    except ValueError:
        return  # a name: checked again with the address that it resolves to
    if not private:
        raise AddressRefused(
            f"The question would go to {address.host} unencrypted",
            "Use https, or set plain_http = true under [remote] if the connection is protected otherwise.",
        )


VARIABLE = "CARREL_REMOTE_KEY"
log = logging.getLogger("carrel.engines")


def find_key(address: ServerAddress) -> str:
    """The key for a server: from the keyring, else from CARREL_REMOTE_KEY; "" where there is none.

    A keyring that does not answer counts as empty: many servers need no key, and the others will say so. Raises
    KeyUnusable for a key that no header can carry.
    """
    stored = None
    try:
        stored = SystemKeyring(VARIABLE).find(address.url)
    except KeyUnusable as problem:
        log.warning("%s %s", problem.title, problem.hint)
    key = (stored or os.environ.get(VARIABLE, "")).strip()
    if not (key.isascii() and key.isprintable()):
        raise KeyUnusable(f"The key for {address.host} contains invalid characters", "Enter it again.")
    return key


def store_key(address: ServerAddress, key: str) -> None:
    """Store a server's key in the keyring. Raises KeyUnusable where there is no safe one."""
    SystemKeyring(VARIABLE).store(address.url, key.strip())


def delete_key(address: ServerAddress) -> bool:
    """Delete a server's key from the keyring. False when there was none. Raises KeyUnusable."""
    return SystemKeyring(VARIABLE).delete(address.url)
