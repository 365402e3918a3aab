"""A server on this machine that speaks OpenAI's chat completions over a real engine, and can misbehave."""

import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from engines.protocol import Engine, Message, Reply, Sampling
from errors import AppError
from tests.http_server import answering


@dataclass
class OpenAIServer:
    """What it serves, what goes wrong, what it was asked.

    `maker`: whose server it passes for; vLLM's counts tokens in every chunk. `refuses`: a status and a message for
    every chat. `fault`: `hang` before the answer; in the middle of it `silent`, `cut`, `junk`, `nested`, `error`,
    `endless`: a line without an end, `unclosed`: an event without one, `babble`: text without end, `trickle`: a byte
    now and then, or `surrogate`: half a character; `page` instead of it; `elsewhere`: a redirect. `says`: the parts of
    every answer, instead of the engine's. `takes_no_variables`: of templates, as vLLM for Mistral's own tokenizer.
    `figures`: what `/metrics` says; "": there is none.
    """

    engine: Engine
    model: str = "tiny"
    maker: str = "vllm"
    key: str = ""
    refuses: tuple[int, str] | None = None
    fault: str = ""
    tokenizes: bool = True
    says: Sequence[Mapping[str, object]] = ()
    takes_no_variables: bool = False
    figures: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    running: int = 0
    url: str = ""

    def die(self) -> None:
        """Break every connection that is open now."""
        for one in tuple(self._open):
            one.shutdown(socket.SHUT_RDWR)

    _open: set[socket.socket] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(server: OpenAIServer, encrypted: ssl.SSLContext | None = None) -> Iterator[OpenAIServer]:
    """Answers at `server.url` while the block runs; `encrypted`: with the certificate in it."""
    with answering(_Handler, encrypted, model=server) as server.url:
        try:
            yield server
        finally:
            server.ended.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: OpenAIServer

    def setup(self) -> None:
        super().setup()
        self.model._open.add(self.connection)

    def finish(self) -> None:
        self.model._open.discard(self.connection)
        super().finish()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self._admitted() and self.path == "/v1/models":
            entry: dict[str, object] = {"id": self.model.model, "object": "model", "owned_by": self.model.maker}
            if self.model.maker == "vllm":
                entry["max_model_len"] = self.model.engine.context_tokens
            self._send(200, {"object": "list", "data": [entry]})
        elif self.path == "/metrics" and self.model.figures:
            self._send(200, self.model.figures)
        elif self.path != "/v1/models":
            self._send(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._admitted():
            return
        if self.path == "/tokenize" and self.model.tokenizes:
            self._send(200, {"tokens": list(range(self.model.engine.count_tokens(body["prompt"])))})
        elif self.path == "/v1/chat/completions":
            self.model.asked.append(body)
            self._chat(body)
        else:
            self._send(404, {"detail": "Not Found"})

    def _admitted(self) -> bool:
        given = self.headers.get("Authorization")
        self.model.keys.append(given)
        if self.model.key and given != f"Bearer {self.model.key}":
            self._send(401, {"error": {"message": f"Incorrect API key provided: {given}", "code": "invalid_api_key"}})
            return False
        return True

    def _send(self, status: int, told: object, headers: Mapping[str, str] | None = None) -> None:
        content = told.encode() if isinstance(told, str) else json.dumps(told).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _chat(self, body: Mapping[str, Any]) -> None:
        if self.model.refuses:
            status, message = self.model.refuses
            self._send(status, {"error": {"message": message}})
        elif self.model.fault == "hang":
            self.model.ended.wait()
        elif self.model.fault == "page":
            self._send(200, "<html>Sign in</html>")
        elif self.model.fault == "elsewhere":
            self._send(307, "", {"Location": "http://192.0.2.1/v1/chat/completions"})
        elif problem := self._refused(body):
            self._send(400, {"error": {"message": problem, "code": 400, "type": "BadRequestError"}})
        else:
            self._stream(body)

    def _refused(self, body: Mapping[str, Any]) -> str:
        """The template's words against the messages, or vLLM's for what the window cannot hold; "": nothing is said."""
        if self.model.takes_no_variables and "chat_template_kwargs" in body:
            return "chat_template is not supported for Mistral tokenizers."
        window = self.model.engine.context_tokens
        try:
            prompt = self.model.engine.count_prompt_tokens(_messages(body))
        except AppError as error:
            return error.hint
        if prompt >= window:
            return f"This model's maximum context length is {window} tokens. Your request has {prompt} input tokens."
        if prompt + body.get("max_tokens", 0) > window:
            return f"'max_tokens' is too large: {body['max_tokens']}. Your request has {prompt} input tokens."
        return ""

    def _stream(self, body: Mapping[str, Any]) -> None:
        engine = self.model.engine
        room = engine.context_tokens - engine.count_prompt_tokens(_messages(body))
        try:
            reply = engine.reply(_messages(body), _sampling(body, room))
        except AppError as error:
            self._send(400, {"error": {"message": f"{error.title}. {error.hint}"}})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.model.running += 1
        try:
            with self._stopped_when_they_leave(reply):
                self._answer(reply, body)
        finally:
            self.model.running -= 1

    def _answer(self, reply: Reply, body: Mapping[str, Any]) -> None:
        told = body["stream_options"]
        self._event(_chunk({"role": "assistant", "content": ""}))
        written = 0
        for delta in self.model.says:
            self._event(_chunk(delta))
        for at, piece in enumerate(() if self.model.says else reply):
            written += piece.tokens
            self._misbehave(at)
            counts = _usage(reply, written) if told.get("continuous_usage_stats") else None
            name = "content" if piece.kind == "answer" else "reasoning_content"
            self._event(_chunk({name: piece.text}, usage=counts))
        reason = "length" if reply.finish == "length" else "stop"
        self._event(_chunk({}, reason))
        if told["include_usage"]:
            self._event({"choices": [], "usage": _usage(reply, reply.usage.output_tokens)})
        self._write(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _misbehave(self, at: int) -> None:
        """What goes wrong after two pieces."""
        if at != 2:
            return
        match self.model.fault:
            case "cut":
                raise ConnectionAbortedError
            case "silent":
                self.model.ended.wait()
            case "error":
                self._event({"error": {"message": "CUDA out of memory", "code": 500}})
            case "trickle":
                while True:
                    self._write(b":")
                    time.sleep(0.01)
            case fault:
                for content in _SENT.get(fault, ()):
                    self._write(content)

    @contextmanager
    def _stopped_when_they_leave(self, reply: Reply) -> Iterator[None]:
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                with suppress(OSError):
                    readable, _, _ = select.select([self.connection], [], [], 0.01)
                    if readable and not self.connection.recv(1, socket.MSG_PEEK):
                        break
                time.sleep(0.005)
            reply.stop()

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _event(self, told: object) -> None:
        self._write(f"data: {json.dumps(told)}\n\n".encode())

    def _write(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")


def _messages(body: Mapping[str, Any]) -> list[Message]:
    return [Message(one["role"], one["content"]) for one in body["messages"]]


def _sampling(body: Mapping[str, Any], room: int) -> Sampling:
    named = ("temperature", "top_k", "top_p", "min_p", "seed")
    given = {name: body[name] for name in named if name in body}
    stop = tuple(body.get("stop", ()))
    thinks = body.get("chat_template_kwargs", {}).get("enable_thinking", False)
    tokens = None if thinks else 0
    return Sampling(**given, stop=stop, max_tokens=body.get("max_tokens", room), thinking_tokens=tokens)


def _chunk(delta: Mapping[str, object], reason: str | None = None, usage: object = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"object": "chat.completion.chunk", "choices": [choice], **({"usage": usage} if usage else {})}


def _usage(reply: Reply, written: int) -> dict[str, Any]:
    usage = reply.usage
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": written,
        "prompt_tokens_details": {"cached_tokens": usage.reused_tokens},
    }


_SENT: Mapping[str, Sequence[bytes]] = {
    "junk": [b"data: {not json\n\n"],
    "nested": [b"data: " + b"[" * 100_000 + b"\n\n"],
    "endless": [b"x" * (1 << 16)] * 40,
    "unclosed": [b"data: x\n" * (1 << 10)] * (1 << 10),
    "babble": [b"data: " + json.dumps(_chunk({"content": "la " * 100})).encode() + b"\n\n"] * (1 << 16),
    "surrogate": [b'data: {"choices": [{"delta": {"content": "<\\ud800>"}}]}\n\n'],
}
