"""Waiting for a call that cannot be stopped, without having to wait for its end."""

from concurrent.futures import Future, wait
from threading import Event
from typing import TypeVar

Result = TypeVar("Result")

_POLL_SECONDS = 0.02


class InterruptedWait(Exception):
    """The wait was given up."""


def result_unless(stopped: Event, running: Future[Result]) -> Result:
    """The call's result, or what it raised. Raises InterruptedWait within 20 ms of `stopped`; the call ends unheard."""
    while not stopped.is_set():
        if wait((running,), timeout=_POLL_SECONDS).done:
            return running.result()
    running.cancel()
    raise InterruptedWait
