"""The engine's own process: it opens one model and answers requests until they end."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import IO, Protocol

from engines.errors import ComputationFailed, EngineDied
from engines.process.failures import failure
from engines.process.wire import (
    LARGEST_REQUEST,
    Alive,
    Begin,
    Close,
    CountPromptTokens,
    Counts,
    CountTokens,
    Done,
    Ended,
    Forget,
    Look,
    Memory,
    Open,
    Opened,
    Owners,
    Ping,
    Prepare,
    Progress,
    Request,
    Response,
    Stop,
    Text,
    Value,
    decode_request,
    encode,
    read_frame,
    write_frame,
)
from engines.protocol import Engine, Reply
from errors import AppError
from network import guard_process

_CALLERS = 8  # threads that answer requests other than replies
_FAREWELL_SECONDS = 120.0  # for writing chats to disk, 1 GB on a slow one; then the process ends without
_PROGRESS_STEP = 0.01
_SCORE_FILE = Path("/proc/self/oom_score_adj")
_FIRST_TO_GO = "500"  # of 1,000: where memory runs out, the system ends this process before the window's
_log = logging.getLogger("carrel.engines")


class SteppingEngine(Engine, Protocol):
    """An engine that tells that it is computing."""

    @property
    def steps(self) -> int:
        """The number of steps computed so far."""
        ...


class EngineHost:
    """Carries out requests and writes the responses. `ended` is set when the process shall end."""

    def __init__(self, responses: IO[bytes]) -> None:
        self.ended = Event()
        self._responses, self._writing = responses, Lock()
        self._engine: SteppingEngine | None = None
        self._prepared: dict[int, Reply] = {}
        self._running: dict[int, Reply] = {}
        self._callers = ThreadPoolExecutor(_CALLERS, "caller")

    def open(self, opening: Open) -> None:
        """Load the model and tell how far it is."""
        told = 0.0

        def tell(share: float | None) -> None:
            nonlocal told
            if share is None or share >= min(1.0, told + _PROGRESS_STEP):
                told = share or told
                self._send(Progress(share))

        def load() -> Response:
            self._engine = engine = _open_engine(opening, tell)
            return Opened(engine.name, engine.model, engine.context_tokens, engine.keeps_thoughts, engine.recommended)

        self._respond(0, load)
        if self._engine is None:
            self.ended.set()

    def take(self, request: Request) -> None:
        """Begin to carry out a request; returns at once."""
        match request:
            case Ping():
                self._send(Alive(self._engine.steps if self._engine else 0))
            case Close():
                self.ended.set()
            case Begin(number):
                self._running[number] = self._prepared.pop(number)
                Thread(target=self._stream, args=(number, self._running[number]), daemon=True).start()
            case Look(number) if reply := self._running.get(number):
                self._send(Counts(number, reply.usage))
            case Stop(number) if number in self._running:
                self._running[number].stop()
            case Stop(number):
                self._prepared.pop(number, None)
            case CountTokens() | CountPromptTokens() | Prepare() | Forget() | Memory() if engine := self._engine:
                self._callers.submit(self._respond, request.id, lambda: self._answer(request, engine))

    def close(self) -> None:
        """End every reply and free the model's memory."""
        if self._engine:
            self._engine.close()

    def _answer(self, request: Request, engine: Engine) -> Response:
        match request:
            case CountTokens(number, text):
                return Value(number, engine.count_tokens(text))
            case CountPromptTokens(number, messages):
                return Value(number, engine.count_prompt_tokens(messages))
            case Prepare(number, messages, sampling, keep, thinks):
                self._prepared[number] = (
                    engine.reply(messages, sampling, keep=keep) if sampling else engine.prefill(messages, thinks=thinks)
                )
                return Done(number)
            case Forget(number, messages):
                engine.forget(messages)
                return Done(number)
            case Memory(number):
                return Owners(number, dict(engine.memory()))
        raise TypeError(request)

    def _stream(self, number: int, reply: Reply) -> None:
        def stream() -> Response:
            for piece in reply:
                self._send(Text(number, piece.text, piece.tokens, reply.usage, piece.kind, piece.recasts))
            return Ended(number, reply.finish, reply.usage)

        self._respond(number, stream)
        del self._running[number]

    def _respond(self, number: int, act: Callable[[], Response]) -> None:
        """Send what `act` returns, or the error that it raises.

        An engine that died ends the process, and so does lack of memory: no thread can be trusted then.
        """
        try:
            self._send(act())
        except AppError as error:
            self._send(failure(number, error))
            if isinstance(error, EngineDied):
                self.ended.set()
        except MemoryError:
            self.ended.set()
            raise
        except Exception as error:  # noqa: BLE001 the thread's boundary: a bug fails one request, not the process
            _log.exception("a request failed")
            reason = f"{type(error).__name__}: {error}."
            self._send(failure(number, ComputationFailed(self._engine.name if self._engine else "The engine", reason)))

    def _send(self, response: Response) -> None:
        with self._writing, suppress(OSError, ValueError):  # Carrel is gone: the end of the requests says so too
            write_frame(self._responses, encode(response))


def serve() -> None:
    """Read requests from standard input and write responses until the input ends; then close the engine."""
    guard_process()  # an engine has no reason to open a connection
    # Whatever libraries print goes to standard error instead of between the frames.
    requests, responses = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # are Carrel's: this process ends with it, once chats are on disk
        with suppress(AttributeError):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(OSError):
        _SCORE_FILE.write_text(_FIRST_TO_GO)
    opening = decode_request(read_frame(requests, LARGEST_REQUEST))
    assert isinstance(opening, Open)
    logging.basicConfig(level=logging.DEBUG if opening.debug else logging.INFO, format="%(levelname)s %(message)s")
    host = EngineHost(responses)
    opener = Thread(target=host.open, args=(opening,), daemon=True)
    opener.start()
    Thread(target=_listen, args=(requests, host), daemon=True).start()
    try:
        host.ended.wait()
        faulthandler.dump_traceback_later(_FAREWELL_SECONDS, exit=True)
        if not opener.is_alive():
            host.close()
    finally:
        os._exit(0)  # a thread that is still loading does not end by itself


def _listen(requests: IO[bytes], host: EngineHost) -> None:
    try:
        while True:
            host.take(decode_request(read_frame(requests, LARGEST_REQUEST)))
    except EOFError:
        pass
    finally:
        host.ended.set()


def _open_engine(opening: Open, on_progress: Callable[[float | None], None]) -> SteppingEngine:
    """The engine; each adapter takes some 80 ms to import."""
    if opening.engine == "transformers":
        from engines.transformers.engine import TransformersEngine

        return TransformersEngine(opening.path, opening.settings.transformers)
    from engines.llama.engine import LlamaEngine

    return LlamaEngine(opening.path, opening.settings.llama, on_progress)
