"""An S3-compatible store on loopback, in memory: what LanceDB asks of one, conditional writes among it."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

import pytest


class Objects(dict[str, bytes]):
    """What a store holds, by key. `refuses`: a status and a code for every request; `hangs`: until it is set."""

    refuses: tuple[int, str] | None = None
    hangs: threading.Event | None = None


def lead_to(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the environment lead to a store."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT": endpoint,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)


@contextmanager
def s3_store() -> Iterator[tuple[str, Objects]]:
    """The store's endpoint, and its objects."""
    objects = Objects()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"objects": objects, "parts": {}}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", objects
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    objects: Objects
    parts: dict[str, dict[int, bytes]]
    lock = threading.Lock()

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        if self.objects.hangs:
            self.objects.hangs.wait(60)
        if self.objects.refuses:
            status, code = self.objects.refuses
            self._body()
            self._reply(status, _xml("Error", f"<Code>{code}</Code>"))
            return False
        return True

    def do_PUT(self) -> None:
        key, query = self._target()
        body = self._body()
        if "uploadId" in query:
            self.parts[query["uploadId"]][int(query["partNumber"])] = body
            return self._reply(200)
        with self.lock:
            if self.headers.get("If-None-Match") == "*" and key in self.objects:
                return self._reply(412)
            self.objects[key] = body
        return self._reply(200)

    def do_POST(self) -> None:
        key, query = self._target()
        body = self._body()
        if "uploads" in query:
            upload = f"u{len(self.parts)}"
            self.parts[upload] = {}
            return self._reply(200, _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>"))
        if "delete" in query:
            names = re.findall(r"<Key>.*?</Key>", body.decode())
            for name in names:
                self.objects.pop(unescape(name[5:-6]), None)
            return self._reply(200, _xml("DeleteResult", "".join(f"<Deleted>{name}</Deleted>" for name in names)))
        parts = self.parts.pop(query["uploadId"])
        self.objects[key] = b"".join(parts[n] for n in sorted(parts))
        return self._reply(200, _xml("CompleteMultipartUploadResult", "<ETag>e</ETag>"))

    def do_GET(self) -> None:
        key, query = self._target()
        if "list-type" in query:
            return self._reply(200, self._listing(query))
        if key not in self.objects:
            return self._reply(404, _xml("Error", "<Code>NoSuchKey</Code>"))
        body = self.objects[key]
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return self._reply(200, body)
        first, last = wanted.groups()
        start = int(first) if first else max(len(body) - int(last), 0)
        end = min(int(last) + 1 if first and last else len(body), len(body))
        return self._reply(206, body[start:end], {"Content-Range": f"bytes {start}-{end - 1}/{len(body)}"})

    def do_HEAD(self) -> None:
        key, _ = self._target()
        body = self.objects.get(key)
        self._reply(404 if body is None else 200, body or b"")

    def do_DELETE(self) -> None:
        key, _ = self._target()
        self.objects.pop(key, None)
        self._reply(204)

    def log_message(self, format: object, *args: object) -> None:
        """Nothing: requests are no news."""

    def _target(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        return unquote(parts.path).strip("/").partition("/")[2], query

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _listing(self, query: Mapping[str, str]) -> bytes:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter")
        after = query.get("start-after", "")
        files: list[str] = []
        folders: set[str] = set()
        for key in sorted(self.objects):
            if not key.startswith(prefix) or key <= after:
                continue
            rest = key[len(prefix) :]
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.split(delimiter)[0] + delimiter)
            else:
                files.append(key)
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.objects[key])}</Size><ETag>e</ETag>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for key in files
        )
        shared = "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in sorted(folders)
        )
        return _xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{entries}{shared}")

    def _reply(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Length": str(len(body)),
            "ETag": '"e"',
            "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()


def _xml(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0"?><{name}>{inner}</{name}>'.encode()
