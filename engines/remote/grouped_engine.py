"""A model on several servers: each answer comes from the one that is free and has read its beginning."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence

from engines.engine_settings import RemoteSettings
from engines.protocol import Message, Reply, Sampling
from engines.remote.engine import RemoteEngine
from engines.remote.grouped_reply import GroupedReply
from engines.remote.reply import EmptyReply
from engines.remote.server import find_key, parse_address
from engines.remote.server_group import Member, ServerGroup, ServerState
from engines.repetition import end_repetition
from engines.sampling_choice import SamplingChoice
from network import Connections


def open_server(settings: RemoteSettings, connections: Connections) -> RemoteEngine:
    """An engine on one server, with the key that is stored for it. Raises as RemoteEngine does, and KeyUnusable."""
    return RemoteEngine(settings, connections, find_key(parse_address(settings.url)))


class GroupedEngine:
    """See `Engine`. An answer goes on at another server where its own refuses, dies, or breaks off."""

    def __init__(self, servers: Sequence[RemoteSettings], connections: Connections) -> None:
        """Ask the servers for their models; one that answers is enough. Raises as RemoteEngine does."""
        self._group = ServerGroup([_member(place, one, connections) for place, one in enumerate(servers)])
        self._running = weakref.WeakSet[GroupedReply]()

    @property
    def servers(self) -> tuple[ServerState, ...]:
        """How each server is."""
        return self._group.states()

    @property
    def name(self) -> str:
        """`remote`."""
        return "remote"

    @property
    def model(self) -> str:
        """The model and the number of its servers."""
        return f"{self._any.served_model} at {len(self._group.states())} servers"

    @property
    def recommended(self) -> SamplingChoice:
        """None, as for one server."""
        return self._any.recommended

    @property
    def context_tokens(self) -> int:
        """The smallest window, so that any server can take over."""
        return min(one.engine.context_tokens for one in self._group.open_members() if one.engine)

    @property
    def keeps_thoughts(self) -> bool:
        """False: no server is sent any."""
        return False

    def count_tokens(self, text: str) -> int:
        """An estimate of the tokens of a text, rather too high."""
        return self._any.count_tokens(text)

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """An estimate of the tokens of a whole prompt, rather too high."""
        return self._any.count_prompt_tokens(messages)

    def reply(self, messages: Sequence[Message], sampling: Sampling, *, keep: bool = True) -> Reply:
        """Stream the next assistant message, as one server does. The iteration raises what the last server raised."""
        self._any.check(messages, sampling)
        reply = GroupedReply(self._group, messages, sampling, keep=keep)
        self._running.add(reply)
        return end_repetition(reply, sampling)

    def prefill(self, messages: Sequence[Message], *, thinks: bool = False) -> EmptyReply:
        """Compute nothing: no question leaves this machine before it has been asked."""
        return self._any.prefill(messages, thinks=thinks)

    def forget(self, messages: Sequence[Message]) -> None:
        """Do nothing: the servers' caches are out of reach."""

    def memory(self) -> Mapping[str, int]:
        """Nothing: the model is in the memory of other machines."""
        return {}

    def close(self) -> None:
        """End what runs. Any number of times; the engine cannot be used after."""
        for reply in tuple(self._running):
            reply.stop()
        self._group.close()

    @property
    def _any(self) -> RemoteEngine:
        """A server that has been reached: to count, and to check prompts, they are alike."""
        return next(one.engine for one in self._group.open_members() if one.engine)


def _member(place: int, settings: RemoteSettings, connections: Connections) -> Member:
    address = parse_address(settings.url)
    name = f"{address.host}:{address.port}{address.root}"
    return Member(place, name, lambda: open_server(settings, connections))
