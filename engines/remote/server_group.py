"""Several servers of one model: which is asked next, which are down, and when these are tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

from engines.errors import ServerRefused
from engines.protocol import Message
from engines.remote.engine import RemoteEngine
from engines.remote.server_load import PromptPlaces
from errors import AppError

# gRPC's connection back-off: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md
_FIRST_WAIT_SECONDS, _WAIT_FACTOR, _MOST_WAIT_SECONDS = 1.0, 1.6, 120.0
_MUCH_BUSIER = 4  # requests: as many as a server of Carrel's own writes at once; so many more cost more than a prefill
_LOAD_SECONDS = 5.0  # for which what a server told of its load is believed
log = logging.getLogger("carrel.engines")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """A server of a group. `in_flight`: our questions that it answers now; `others`: those of others, if it tells.

    `problem`: why it is not asked now; "" where it is. `retry_seconds`: until it is tried again.
    """

    name: str
    model: str
    in_flight: int
    others: int | None
    answered: int
    failed: int
    problem: str = ""
    retry_seconds: float = 0.0


@dataclass(eq=False, slots=True)
class Member:
    """A server of a group; `engine` None: it was never reached. All fields are the group's, under its lock."""

    place: int
    name: str
    open: Callable[[], RemoteEngine] = field(repr=False)
    engine: RemoteEngine | None = None
    in_flight: int = 0
    others: int | None = None
    tells_load: bool = True
    load_at: float = 0.0
    asked_at: float = 0.0
    answered: int = 0
    failed: int = 0
    failures_in_row: int = 0
    retry_at: float = 0.0
    problem: AppError | None = None
    is_probed: bool = False

    @property
    def load(self) -> int:
        """Requests that it runs and that wait for it, as far as is known."""
        return self.in_flight + (self.others or 0)


class ServerGroup:
    """Chooses servers, and remembers how they are. Safe to use from any thread."""

    def __init__(self, members: Sequence[Member], now: Callable[[], float] = monotonic) -> None:
        """Open the servers side by side; returns once one is open. Raises the first's AppError where none opens."""
        self._members, self._now = tuple(members), now
        self._lock = threading.Lock()
        self._places = PromptPlaces()
        self._work = ThreadPoolExecutor(len(members), thread_name_prefix="carrel-servers")
        self._closed = False
        opening: set[Future[None]] = {self._work.submit(self._open, member) for member in members}
        while opening and not self.open_members():
            opening = wait(opening, return_when=FIRST_COMPLETED)[1]
        if not self.open_members():
            self.close()
            raise next(member.problem for member in self._members if member.problem)

    def open_members(self) -> list[Member]:
        """The servers that have been reached at least once."""
        with self._lock:
            return [member for member in self._members if member.engine is not None]

    def choose(self, messages: Sequence[Message], tried: Collection[Member]) -> Member | None:
        """The server to ask: the one with the beginning of the prompt unless it is much busier, else the least busy.

        Of those that are down the one that may be up again first, where no other is left; None: all have been `tried`.
        """
        self._look_after()
        place = self._places.find(messages)
        with self._lock:
            left = [one for one in self._members if one.engine is not None and one not in tried]
            if not left:
                return None
            up = [one for one in left if one.problem is None]
            if not up:
                return min(left, key=lambda one: one.retry_at)
            least = min(up, key=lambda one: (one.load, one.asked_at))
            known = next((one for one in up if one.place == place), None)
            chosen = known if known and known.load <= least.load + _MUCH_BUSIER else least
            chosen.asked_at = self._now()
            return chosen

    @contextmanager
    def asking(self, member: Member, messages: Sequence[Message]) -> Iterator[None]:
        """Count a question of ours as in flight while the block runs."""
        with self._lock:
            member.in_flight += 1
        self._places.note(messages, member.place)
        try:
            yield
        finally:
            with self._lock:
                member.in_flight -= 1

    def note_answer(self, member: Member) -> None:
        """Note that a server has answered to the end."""
        with self._lock:
            member.answered += 1
            member.failures_in_row, member.problem = 0, None

    def note_failure(self, member: Member, problem: AppError) -> None:
        """Note that a server has failed: it is tried again later, after each failure in a row later still."""
        log.warning("%s. %s", problem.title, problem.hint)
        with self._lock:
            member.failed += 1
            self._put_off(member, problem)

    def states(self) -> tuple[ServerState, ...]:
        """How each server is."""
        now = self._now()
        with self._lock:
            return tuple(
                ServerState(
                    name=one.name,
                    model=one.engine.served_model if one.engine else "",
                    in_flight=one.in_flight,
                    others=one.others,
                    answered=one.answered,
                    failed=one.failed,
                    problem=f"{one.problem.title}. {one.problem.hint}" if one.problem else "",
                    retry_seconds=max(0.0, one.retry_at - now) if one.problem else 0.0,
                )
                for one in self._members
            )

    def close(self) -> None:
        """Close every server. May be called twice."""
        self._closed = True
        self._work.shutdown(wait=False, cancel_futures=True)
        for member in self.open_members():
            if member.engine:
                member.engine.close()

    def _look_after(self) -> None:
        """On other threads: try those again whose time has come, and ask the others how busy they are."""
        now = self._now()
        with self._lock:
            due = [one for one in self._members if not one.is_probed and (_is_due(one, now) or _is_untold(one, now))]
            for one in due:
                one.is_probed = True
        for one in due:
            with suppress(RuntimeError):  # closed meanwhile
                self._work.submit(self._probe, one)

    def _probe(self, member: Member) -> None:
        try:
            if member.problem is not None:
                self._open(member)
            elif member.engine is not None:
                told = member.engine.requests_told()
                with self._lock:
                    member.tells_load = told is not None
                    member.others = None if told is None else max(0, told - member.in_flight)
                    member.load_at = self._now()
        except AppError as problem:
            with self._lock:
                self._put_off(member, problem)
        finally:
            with self._lock:
                member.is_probed = False

    def _open(self, member: Member) -> None:
        """Reach a server, from anew where it was down. Its failure is noted."""
        try:
            engine = member.open()
        except AppError as problem:
            with self._lock:
                self._put_off(member, problem)
            return
        with self._lock:
            others = [one.engine.served_model for one in self._members if one.engine and one is not member]
            if others and not engine.is_named and engine.served_model != others[0]:
                hint = f"The others have {others[0]}. Take it out of `servers`, or name a model: URL#model."
                told = ServerRefused(f"{member.name} has another model: {engine.served_model}", hint)
                self._put_off(member, told)
                return
            member.engine = engine
            member.failures_in_row, member.problem = 0, None
        if self._closed:
            engine.close()

    def _put_off(self, member: Member, problem: AppError) -> None:
        """Try a server again later; the lock is held."""
        wait_s = min(_MOST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * _WAIT_FACTOR**member.failures_in_row)
        member.failures_in_row += 1
        member.problem, member.retry_at = problem, self._now() + wait_s


def _is_due(member: Member, now: float) -> bool:
    return member.problem is not None and member.retry_at <= now


def _is_untold(member: Member, now: float) -> bool:
    return member.problem is None and member.tells_load and now - member.load_at > _LOAD_SECONDS
