"""A hub on this machine that serves the files of one model, and can misbehave as networks and servers do."""

import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGE = (".safetensors", ".bin", ".gguf")


@dataclass
class Hub:
    """What is served, by name; what goes wrong; what was asked.

    `drops`: how many answers break off in the middle, or for `drop_always` all. `wrong_bytes`, `stated_sizes`,
    `stated_checksums`: by file name, instead of the truth. `elsewhere`: bodies come from another address.
    """

    repository: str
    revision: str
    files: dict[str, bytes]
    drops: int = 0
    drop_always: bool = False
    wrong_bytes: dict[str, bytes] = field(default_factory=dict)
    stated_sizes: dict[str, int] = field(default_factory=dict)
    stated_checksums: dict[str, str] = field(default_factory=dict)
    stated_revision: str | None = None
    elsewhere: bool = False
    ignores_ranges: bool = False
    hold: threading.Event | None = None
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    endpoint: str = ""

    def checksum(self, name):
        """As the hub states it: sha256 of large files, git's name of small ones."""
        if name in self.stated_checksums:
            return self.stated_checksums[name]
        content = self.files[name]
        if name.endswith(LARGE):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()

    def listing(self):
        """What the hub's API says of the repository."""
        siblings = []
        for name, content in self.files.items():
            size = self.stated_sizes.get(name, len(content))
            large = {"lfs": {"sha256": self.checksum(name), "size": size}} if name.endswith(LARGE) else {}
            blob = self.checksum(name) if not large else "0" * 40
            siblings.append({"rfilename": name, "size": size, "blobId": blob, **large})
        return {"sha": self.revision, "siblings": siblings, "cardData": {"license": "apache-2.0"}}


@contextmanager
def serving(hub):
    """Answers at `hub.endpoint` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        if hub.hold:
            hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self):
        if name := self._name():
            self._send_head(name)

    def do_GET(self):
        if self.path.startswith(f"/api/models/{self.hub.repository}?"):
            listing = json.dumps(self.hub.listing()).encode()
            self._send(200, {"Content-Length": str(len(listing))})
            self.wfile.write(listing)
        elif name := self._name():
            self._send_body(name)

    def log_message(self, *_):
        pass

    def _name(self):
        """The file that is asked for; None, once the answer says so, where there is none."""
        self.hub.asked.append((self.command, self.path, self.headers.get("Range")))
        name = self.path.removeprefix(f"/{self.hub.repository}/resolve/{self.hub.revision}/").removeprefix(
            "/elsewhere/"
        )
        if name in self.hub.files:
            return name
        self._send(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": self.hub.revision, "Content-Length": "0"})
        return None

    def _send(self, status, headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()

    def _send_head(self, name):
        hub = self.hub
        size = str(hub.stated_sizes.get(name, len(hub.files[name])))
        headers = {"X-Repo-Commit": hub.stated_revision or hub.revision, "ETag": f'"{hub.checksum(name)}"'}
        if not hub.elsewhere:
            self._send(200, {**headers, "Content-Length": size})
            return
        place = hub.endpoint.replace("127.0.0.1", "localhost")
        linked = {"X-Linked-Size": size, "X-Linked-Etag": headers["ETag"], "Location": f"{place}/elsewhere/{name}"}
        self._send(302, {**headers, **linked, "Content-Length": "0"})

    def _send_body(self, name):
        hub = self.hub
        content = hub.wrong_bytes.get(name, hub.files[name])
        start = 0 if hub.ignores_ranges else int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        place = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        self._send(206 if start else 200, {**place, "Content-Length": str(max(0, len(content) - start))})
        if name.endswith(LARGE):
            content = self._disturbed(content, start)
        self.wfile.write(content[start:])

    def _disturbed(self, content, start):
        """What of a large file is sent."""
        hub = self.hub
        if hub.hold:
            self.wfile.write(content[start : start + 1000])
            self.wfile.flush()
            hub.hold.wait()
        if not hub.drops and not hub.drop_always:
            return content
        self.close_connection = True
        hub.drops = max(0, hub.drops - 1)
        return content[: start if hub.drop_always and start else start + len(content) // 3]
