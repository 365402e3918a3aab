"""A hub on this machine that serves the files of one model, and can misbehave as networks and servers do."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.http_server import answering

LARGE = (".safetensors", ".bin", ".gguf")


@dataclass
class Hub:
    """What is served, by name; what goes wrong; what was asked.

    `drops`: how many answers break off in the middle. `wrong_bytes`, `stated_sizes`: by file name, instead of the
    truth. `hold`: large files stop halfway until it is set. `ignores_ranges`: files are sent whole. `asked`: method,
    path and range of every file. `results`: of every search. `token`: without it nothing is served.
    """

    repository: str
    revision: str
    files: dict[str, bytes]
    drops: int = 0
    wrong_bytes: dict[str, bytes] = field(default_factory=dict)
    stated_sizes: dict[str, int] = field(default_factory=dict)
    stated_revision: str | None = None
    hold: threading.Event | None = None
    ignores_ranges: bool = False
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    results: list[dict[str, object]] = field(default_factory=list)
    token: str = ""
    endpoint: str = ""

    def checksum(self, name: str) -> str:
        """As the hub states it: sha256 of large files, git's name of small ones."""
        content = self.files[name]
        if name.endswith(LARGE):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()

    def asked_for(self, name: str) -> list[tuple[str, str, str | None]]:
        """Every request for a file."""
        return [request for request in self.asked if request[1].endswith(f"/{name}")]

    def listing(self) -> dict[str, object]:
        """What the hub's API says of the repository."""
        siblings = []
        for name, content in self.files.items():
            size = self.stated_sizes.get(name, len(content))
            large = {"lfs": {"sha256": self.checksum(name), "size": size}} if name.endswith(LARGE) else {}
            blob = self.checksum(name) if not large else "0" * 40
            siblings.append({"rfilename": name, "size": size, "blobId": blob, **large})
        return {"sha": self.stated_revision or self.revision, "siblings": siblings}


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Answers at `hub.endpoint` while the block runs."""
    with answering(_Handler, hub=hub) as hub.endpoint:
        try:
            yield hub
        finally:
            if hub.hold:
                hub.hold.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self) -> None:
        listings = f"/api/models/{self.hub.repository}"
        if self.hub.token and self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            self._send(401, {"Content-Length": "0"})
        elif self.path.startswith("/api/models?"):
            self.hub.asked.append((self.command, self.path, None))
            results = json.dumps(self.hub.results).encode()
            self._send(200, {"Content-Length": str(len(results))})
            self.wfile.write(results)
        elif self.path in (f"{listings}?blobs=true", f"{listings}/revision/{self.hub.revision}?blobs=true"):
            listing = json.dumps(self.hub.listing()).encode()
            self._send(200, {"Content-Length": str(len(listing))})
            self.wfile.write(listing)
        elif name := self._name():
            self._send_body(name)

    def log_message(self, *_: object) -> None:
        pass

    def _name(self) -> str | None:
        """The file that is asked for; None, once the answer says so, where there is none."""
        self.hub.asked.append((self.command, self.path, self.headers.get("Range")))
        name = self.path.removeprefix(f"/{self.hub.repository}/resolve/{self.hub.revision}/")
        if name in self.hub.files:
            return name
        self._send(404, {"Content-Length": "0"})
        return None

    def _send(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def _send_body(self, name: str) -> None:
        hub = self.hub
        content = hub.wrong_bytes.get(name, hub.files[name])
        begin, _, last = (self.headers.get("Range") or "bytes=0-")[6:].partition("-")
        start, end = int(begin), min(int(last or len(content)) + 1, len(content))
        is_part = bool(start or last) and not hub.ignores_ranges
        start, end = (start, end) if is_part else (0, len(content))
        place = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"} if is_part else {}
        self._send(206 if is_part else 200, {**place, "Content-Length": str(max(0, end - start))})
        body = content[start:end]
        self.wfile.write(self._disturbed(body) if name.endswith(LARGE) else body)

    def _disturbed(self, body: bytes) -> bytes:
        """Rest of a large file that is sent, once nothing holds it."""
        hub = self.hub
        if hub.hold:
            half = len(body) // 2
            self.wfile.write(body[:half])
            self.wfile.flush()
            hub.hold.wait()
            body = body[half:]
        if not hub.drops:
            return body
        self.close_connection = True
        hub.drops -= 1
        return body[: len(body) // 3]
