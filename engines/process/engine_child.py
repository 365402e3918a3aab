"""One process that runs an engine, the pipes to it, and the watch over its silence."""

from __future__ import annotations

import logging
import subprocess
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic

from engines.process.launch import start_engine_process
from engines.process.wire import (
    LARGEST_RESPONSE,
    Alive,
    Close,
    Counts,
    Failed,
    Malformed,
    Open,
    Opened,
    Ping,
    Progress,
    Request,
    Response,
    Text,
    decode_response,
    encode,
    read_frame,
    write_frame,
)

_LOGGED_LINES = 40
_LINE_BYTES = 4096
_log = logging.getLogger("carrel.engines")

Mailbox = SimpleQueue[Response | None]
"""Responses to one request; None: the process has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """Seconds that a process may take. One that exceeds them is killed.

    `silence`: until it answers a ping, whatever it computes. `still`: for one step while it computes; reading 6 GB from
    a slow disk for a single token takes as long. `opening`: for opening a model, with `opening_bytes_per_second`;
    measuring it takes 20 s of these. `closing`: for writing chats to disk, 1 GB on a slow one. `tick`: between pings.
    """

    silence: float = 30.0
    still: float = 300.0
    opening: float = 120.0
    opening_bytes_per_second: float = 20e6
    closing: float = 120.0
    tick: float = 1.0


class EngineChild:
    """A process with one model. Any thread may call it; nothing but `call` and `close` waits.

    `restarts`: another one follows if this one dies. `ended`: it has died, or is being closed.
    """

    def __init__(self, opening: Open, limits: ChildLimits, *, restarts: bool) -> None:
        """Start it and have it begin to load the model; `opened` tells how that goes. Raises EngineMissing."""
        self.restarts = restarts
        self.ended, self.closing = Event(), False
        self.opened = Mailbox()
        self._limits, self._opening_until = limits, monotonic() + _opening_seconds(opening.path, limits)
        self._numbers = count(1)
        self._lock = Lock()
        self._mailboxes: dict[int, Mailbox] = {0: self.opened}
        self._heard = self._moved = monotonic()
        self._steps = 0
        self._stderr_lines: deque[str] = deque(maxlen=_LOGGED_LINES)
        self._requests = SimpleQueue[bytes | None]()
        self._process = start_engine_process()
        self._threads = [
            Thread(target=act, name=f"engine-{act.__name__}", daemon=True)
            for act in (self._write, self._read, self._log_lines)
        ]
        for thread in self._threads:
            thread.start()
        self.send(opening)
        Thread(target=self._watch, name="engine-watch", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def send(self, request: Request) -> None:
        """Send a request that is not answered. It never waits, and may run in a finalizer."""
        self._requests.put(encode(request))

    def next_id(self) -> int:
        """An id for a request."""
        return next(self._numbers)

    def submit(self, number: int, request: Request) -> Mailbox:
        """Send a request. Returns where its responses arrive, up to the last one."""
        mailbox = Mailbox()
        with self._lock:
            if self.ended.is_set():
                mailbox.put(None)
                return mailbox
            self._begin_waiting()
            self._mailboxes[number] = mailbox
        self.send(request)
        return mailbox

    def call(self, number: int, request: Request, seconds: float | None = None) -> Response | None:
        """Send a request and wait for its response; None when the process has ended, or after `seconds`."""
        with suppress(Empty):
            return self.submit(number, request).get(timeout=seconds)
        return None

    def close(self) -> None:
        """Have it close the engine, and wait until it has ended. Any number of times."""
        with self._lock:
            self._begin_waiting()
            self.closing = True
        self.send(Close())
        self.wait()
        for thread in self._threads:
            thread.join()

    def wait(self) -> None:
        """Wait until it has ended: it is closing, or has died."""
        try:
            self._process.wait(self._limits.closing)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _begin_waiting(self) -> None:
        if not self._mailboxes and not self.closing:
            self._heard = self._moved = monotonic()

    def _write(self) -> None:
        """Send the requests. This thread may block where the process does not read."""
        stdin = self._process.stdin
        assert stdin
        with suppress(OSError):
            while (payload := self._requests.get()) is not None:
                write_frame(stdin, payload)
        with suppress(OSError):  # unsent data to a dead process is lost
            stdin.close()

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout
        try:
            while True:
                self._deliver(decode_response(read_frame(stdout, LARGEST_RESPONSE)))
        except (EOFError, OSError):
            pass
        except Malformed as malformed:
            self._stderr_lines.append(f"a malformed response: {malformed}")
        self._lose()
        stdout.close()
        self._requests.put(None)

    def _deliver(self, response: Response) -> None:
        self._heard = monotonic()
        match response:
            case Alive(steps):
                if steps != self._steps:
                    self._steps, self._moved = steps, self._heard
                return
            case Failed(kind="EngineDied"):
                return self._end_requests()  # it closes by itself
            case Opened() | Progress():
                number = 0
            case Failed(id=0):
                number, self.closing = 0, True  # it ends by itself
            case _:
                number = response.id
        with self._lock:
            mailbox = self._mailboxes.get(number)
            if not isinstance(response, Text | Counts | Progress):
                self._mailboxes.pop(number, None)
        if mailbox:
            mailbox.put(response)

    def _end_requests(self) -> None:
        with self._lock:
            self.ended.set()
            mailboxes, self._mailboxes = self._mailboxes, {}
        for mailbox in mailboxes.values():
            mailbox.put(None)

    def _lose(self) -> None:
        """Tell whoever waits that the process has ended; end it where it only broke the protocol."""
        self._end_requests()
        if not self.closing:
            self._process.kill()
        code = self._process.wait()
        if not self.closing:
            self._threads[-1].join()
            _log.warning("The engine's process ended with %s:\n%s", code, "\n".join(self._stderr_lines))

    def _watch(self) -> None:
        """Ping the process while somebody waits for it, and kill it when it hangs."""
        while not self.ended.wait(self._limits.tick):
            with self._lock:
                waiting, opening = bool(self._mailboxes) or self.closing, 0 in self._mailboxes
            if not waiting:
                continue
            now = monotonic()
            late = now > self._opening_until if opening else now > self._moved + self._limits.still
            if late or now > self._heard + self._limits.silence:
                self._stderr_lines.append("it stood still")
                self._process.kill()
                return
            self.send(Ping())

    def _log_lines(self) -> None:
        stderr = self._process.stderr
        assert stderr
        while line := stderr.readline(_LINE_BYTES):
            self._stderr_lines.append(line.decode("utf-8", "replace").rstrip())
            _log.debug("%s", self._stderr_lines[-1])
        stderr.close()


def _opening_seconds(path: Path, limits: ChildLimits) -> float:
    files = path.iterdir() if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return limits.opening + size / limits.opening_bytes_per_second
