"""Where a server answers, and when a question may go there unencrypted."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from engines.failures import AddressRefused
from network.connections import is_this_machine

PREFIX = "remote:"
_HINT = "Write it as https://host:port, with no key in it."


@dataclass(frozen=True, slots=True)
class Address:
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


def parse_address(url: str) -> Address:
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
    return Address(secure, parts.hostname, port or (443 if secure else 80), root)


def split_model(text: str) -> tuple[str, str]:
    """The URL and the model's name in `remote:URL#model`; the name may be missing, and is "" then."""
    url, _, model = text.removeprefix(PREFIX).partition("#")
    return url, model


def check_plain_http(address: Address, peer: str) -> None:
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
