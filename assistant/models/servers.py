"""Models on other machines: their references, opening them, and the mask that keeps personal data here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.guards import Policy, summary
from assistant.home import Home
from assistant.models.masking import Masked, Restorer, find_personal, mask
from assistant.models.routing import RoutableModel
from assistant.settings import ServerSettings, Settings
from assistant.settings_file import load_settings
from assistant.values import Turn
from engines import (
    REMOTE_PREFIX,
    Engine,
    Finish,
    Message,
    Piece,
    PieceKind,
    RemoteSettings,
    Reply,
    Sampling,
    SamplingChoice,
    ServerState,
    Usage,
    open_remote,
    parse_address,
    parse_model_reference,
)
from errors import AppError
from network import Connections, is_this_machine


class PersonalDataStays(AppError):
    """The question or its passages hold personal data, which the settings keep on this machine."""

    def __init__(self, summary: str, places: Sequence[str], model: str) -> None:
        hint = (
            f"It is in {', '.join(places)}. Use a model on this machine, or let [guard] in the settings mask it"
            " instead. If the server runs on this machine, say so with `carrel remote local`."
        )
        super().__init__(f"Nothing was sent to {model}, as the question or its passages contain {summary}", hint)


class MaskedEngine:
    """A remote engine; see `Engine`. Every message is masked before it is sent."""

    def __init__(self, engine: Engine, policy: Policy) -> None:
        """`policy`: what is masked, and what keeps a prompt here."""
        self._engine, self._policy = engine, policy

    @property
    def name(self) -> str:
        """The engine's own."""
        return self._engine.name

    @property
    def model(self) -> str:
        """The engine's own."""
        return self._engine.model

    @property
    def servers(self) -> tuple[ServerState, ...]:
        """The engine's own, where it has several."""
        return server_states(self._engine)

    @property
    def context_tokens(self) -> int:
        """The engine's own."""
        return self._engine.context_tokens

    @property
    def keeps_thoughts(self) -> bool:
        """The engine's own."""
        return self._engine.keeps_thoughts

    @property
    def recommended(self) -> SamplingChoice:
        """The engine's own."""
        return self._engine.recommended

    def count_tokens(self, text: str) -> int:
        """The engine's count, of the masked text."""
        return self._engine.count_tokens(mask([text], self._policy.allowed).texts[0])

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """The engine's count, of the masked prompt."""
        return self._engine.count_prompt_tokens(_messages(messages, self._mask(messages)))

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> MaskedReply:
        """Stream the next assistant message with the personal data restored. Raises PersonalDataStays too."""
        masked = self._checked(messages)
        texts = [*(one.text for one in messages), *sampling.stop]
        stops = tuple(mask(texts, self._policy.allowed).texts[len(messages) :])
        reply = self._engine.reply(_messages(messages, masked), replace(sampling, stop=stops), keep=keep)
        return MaskedReply(reply, masked.values)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> Reply:
        """The engine's own prefill, of the masked prompt."""
        return self._engine.prefill(_messages(messages, self._checked(messages)), thinks=thinks)

    def forget(self, messages: Sequence[Message]) -> None:
        """The engine's own, of the masked messages."""
        self._engine.forget(_messages(messages, self._mask(messages)))

    def memory(self) -> Mapping[str, int]:
        """The engine's own."""
        return self._engine.memory()

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()

    def _mask(self, messages: Sequence[Message]) -> Masked:
        return mask([message.text for message in messages], self._policy.allowed)

    def _checked(self, messages: Sequence[Message]) -> Masked:
        """The masked messages. Raises PersonalDataStays where one holds what must not be sent."""
        found = [(at, one) for at, message in enumerate(messages) for one in find_personal(message.text)]
        blocked = [(at, one) for at, one in found if self._policy.blocked([one])]
        if blocked:
            places = dict.fromkeys(_place(messages, at, one.start) for at, one in blocked)
            raise PersonalDataStays(summary(one.kind for _, one in blocked), tuple(places), self.model)
        return self._mask(messages)


_PASSAGE = re.compile(r'<passage n="(\d+)" source="([^"]*)"')


def _place(messages: Sequence[Message], at: int, start: int) -> str:
    """The place in a prompt, for people: `passage 2 (letter.txt)`, `the question`."""
    before = messages[at].text[:start]
    opened = list(_PASSAGE.finditer(before))
    if opened and before.rfind("</passage>") < opened[-1].start():
        return f"passage {opened[-1][1]} ({html.unescape(opened[-1][2])})"
    if messages[at].role == "user":
        return "the question" if at == len(messages) - 1 else "an earlier question"
    return "an earlier answer" if messages[at].role == "assistant" else "the persona's prompt"


_ANSWER: PieceKind = "answer"


class MaskedReply:
    """A running answer; see `Reply`."""

    def __init__(self, reply: Reply, values: Mapping[str, str]) -> None:
        self._reply, self._values = reply, values

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once, with the placeholders replaced."""
        restorer, tokens, kind = Restorer(self._values), 0, _ANSWER
        try:
            for piece in self._reply:
                if piece.kind != kind and (rest := restorer.flush()):
                    yield Piece(rest, tokens, kind)
                    tokens = 0
                tokens, kind = tokens + piece.tokens, piece.kind
                if (text := restorer.feed(piece.text)) or piece.recasts:
                    yield Piece(text, tokens, kind, piece.recasts)
                    tokens = 0
            if (rest := restorer.flush()) or tokens:
                yield Piece(rest, tokens, kind)
        except BaseException:  # mainly GeneratorExit: the reader has stopped
            self._reply.stop()
            raise

    def stop(self) -> None:
        """End the stream within 100 ms."""
        self._reply.stop()

    @property
    def usage(self) -> Usage:
        """The engine's counts."""
        return self._reply.usage

    @property
    def finish(self) -> Finish:
        """The engine's reason."""
        return self._reply.finish


def _messages(messages: Sequence[Message], masked: Masked) -> list[Message]:
    return [Message(message.role, text) for message, text in zip(messages, masked.texts, strict=True)]


_SCHEME = re.compile(r"^(https?):/+")


def asked_server(model: Path, server: ServerSettings) -> RemoteSettings | None:
    """The server that `remote:URL#model` names, or the settings' for `remote:` alone; None: the model is a file.

    Raises AppError for `remote:` where the settings name no server.
    """
    text = model.as_posix()
    if not text.startswith(REMOTE_PREFIX):
        return None
    url, name = parse_model_reference(text)
    if not url and not server.url:
        hint = "Set url under [remote] in the settings, or choose remote:URL#model."
        raise AppError("No model server is set up", hint)
    chosen = RemoteSettings(
        url=server.url, model=server.model, context_tokens=server.context_tokens, plain_http=server.plain_http
    )
    # A path has one slash where a URL has two.
    return replace(chosen, url=_SCHEME.sub(r"\1://", url), model=name) if url else chosen


def asked_servers(model: Path, settings: Settings) -> tuple[RemoteSettings, ...]:
    """The servers of a model: the one that it names, or those of the settings for `remote:`; none: it is a file.

    Raises AppError for `remote:` where the settings name no server.
    """
    remote, more = settings.remote, settings.model.servers
    if model.as_posix() != REMOTE_PREFIX or not more:
        one = asked_server(model, remote)
        return (one,) if one else ()
    named = [*([remote.url] if remote.url else ()), *more]
    found = [asked_server(Path(f"{REMOTE_PREFIX}{one}"), remote) for one in named]
    servers = [replace(one, model=one.model or remote.model) for one in found if one]
    return tuple({parse_address(one.url): one for one in servers}.values())


def open_server(asked: Sequence[RemoteSettings], policy: Policy, connections: Connections, *, trusted: bool) -> Engine:
    """An engine on a server, or several, masked; raises as `open_remote` does.

    An address of this machine may be the end of a tunnel. `trusted`: the person says that it is none.
    """
    engine = open_remote(asked, connections)
    if trusted and all(is_this_machine(parse_address(one.url).host) for one in asked):
        return engine
    return MaskedEngine(engine, policy)


def server_states(engine: Engine | None) -> tuple[ServerState, ...]:
    """How each server of a model is, where several share it."""
    states: tuple[ServerState, ...] = getattr(engine, "servers", ())
    return states


def describe(engine: Engine, *, chosen: bool) -> RoutableModel:
    """An open model, as routing sees it."""
    remote = isinstance(engine, MaskedEngine)
    return RoutableModel(
        model=engine.model, remote=remote, weight_bytes=engine.memory().get("weights") or None, chosen=chosen
    )


def history_texts(history: Sequence[Turn]) -> Iterator[str]:
    """The texts of earlier turns that a model reads."""
    for turn in history:
        yield turn.question
        yield from (passage.text for passage in turn.passages)
        yield turn.answer


def open_connections(home: Home) -> Connections:
    """The connections of a home, without a workspace."""
    settings = load_settings(home.settings)
    return Connections(home.connection_log, lambda: settings.network.offline)
