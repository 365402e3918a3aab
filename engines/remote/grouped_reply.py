"""An answer of a group of servers, which goes on at another where one fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engines.errors import QuestionRefused, ServerRefused, ServerUnreachable
from engines.protocol import Finish, Message, Piece, Reply, Sampling, Usage
from engines.remote.resumption import Diverged, Resumption
from engines.remote.server_group import Member, ServerGroup


class GroupedReply:
    """A running answer; see `Reply`.

    Where a server fails before it has said anything of the answer, the next one begins; where it fails in the middle,
    the next is asked to go on, and what it repeats is left out. Counts are of all servers, times of the last.
    """

    def __init__(self, group: ServerGroup, messages: Sequence[Message], sampling: Sampling, *, keep: bool) -> None:
        self._group, self._messages, self._sampling, self._keep = group, tuple(messages), sampling, keep
        self._tried: list[Member] = []
        self._said, self._has_thought = "", False
        self._before = self._answer_tokens = 0  # tokens of servers that failed, and of the answer so far
        self._reply: Reply | None = None
        self._lock = threading.Lock()
        self._begun = self._stopped = False
        self._finish: Finish | None = None

    def __iter__(self) -> Iterator[Piece]:
        """Stream the answer once; a second iteration is empty. Raises what the last server that was tried raised."""
        if self._begun:
            return
        self._begun = True
        failure: ServerUnreachable | ServerRefused | None = None
        while not self._stopped:
            member = self._group.choose(self._messages, self._tried)
            if member is None:
                assert failure is not None
                raise failure
            self._tried.append(member)
            try:
                yield from self._answer_of(member)
            except QuestionRefused:
                raise
            except (ServerUnreachable, ServerRefused) as problem:
                self._group.note_failure(member, problem)
                failure = problem
            except Diverged:
                assert failure is not None
                raise failure from None
            else:
                return

    def stop(self) -> None:
        """End the stream at once, in whatever state the network is. Any thread, any number of times."""
        with self._lock:
            self._stopped, reply = True, self._reply
        if reply is not None:
            reply.stop()

    @property
    def finish(self) -> Finish:
        """The reason why the answer ended; `stopped` until then."""
        return self._finish or "stopped"

    @property
    def usage(self) -> Usage:
        """Counts so far."""
        found = self._reply.usage if self._reply else Usage()
        return replace(found, output_tokens=found.output_tokens + self._before)

    def _answer_of(self, member: Member) -> Iterator[Piece]:
        """The rest of the answer by one server. Raises as its reply does, and Diverged."""
        resumption = Resumption(self._said) if self._said else None
        hides_thoughts = self._has_thought or bool(self._said)
        with self._group.asking(member, self._messages):
            reply = self._begin(member)
            if reply is None:
                return
            try:
                for piece in reply:
                    shown = self._shown(piece, resumption, hides_thoughts)
                    if shown is not None:
                        yield shown
                if resumption and (rest := resumption.flush()):
                    self._said += rest
                    yield Piece(rest, 0)
            except (ServerUnreachable, ServerRefused):
                self._before += reply.usage.output_tokens
                raise
            finally:
                reply.stop()  # above all for GeneratorExit: nobody reads on
        if not self._stopped:
            self._group.note_answer(member)
            self._finish = reply.finish

    def _begin(self, member: Member) -> Reply | None:
        """The reply of a server, to the question or to what has been said so far; None where it is to say no more."""
        assert member.engine is not None
        left = self._sampling.max_tokens - self._answer_tokens
        if left <= 0:
            self._finish = "length"
            return None
        messages = [*self._messages, Message("assistant", self._said)] if self._said else self._messages
        reply = member.engine.reply(messages, replace(self._sampling, max_tokens=left), keep=self._keep)
        with self._lock:
            self._reply = reply
            if self._stopped:
                reply.stop()
        return reply

    def _shown(self, piece: Piece, resumption: Resumption | None, hides_thoughts: bool) -> Piece | None:
        """The piece as it is shown; None where nothing of it is."""
        if piece.kind == "thought":
            self._has_thought = True
            return None if hides_thoughts else piece
        if piece.recasts and resumption is None:
            self._said, self._has_thought = piece.text, True
            return piece
        self._answer_tokens += piece.tokens
        text = resumption.feed(piece.text) if resumption else piece.text
        self._said += text
        return replace(piece, text=text, recasts=False)
