"""Fresh processes in a fraction of a second: each is forked from one that has imported the product and done nothing."""

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

from tests.faults.disk_shim import Disk, DiskFault
from tests.faults.privileges import obey_permissions

HERE = Path(__file__).parent
DEFAULT_LIMIT_S = 60.0


@dataclass(slots=True)
class Outcome:
    """How a process ended. `said`: what it told on the way, in order; its result last."""

    exit_code: int | None
    said: list[Any] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0
    disk_counts: dict[str, int] = field(default_factory=dict)

    @property
    def was_killed(self) -> bool:
        return self.exit_code == -signal.SIGKILL

    def returned(self) -> Any:
        """What the act gave back. The test fails with the process's own traceback if it did not end well."""
        assert self.exit_code == 0 and not self.error, self.error or f"ended with {self.exit_code}"
        return self.said[-1]


class Running:
    """A process at its act."""

    def __init__(self, process: Any, ear: Connection, started: float) -> None:
        self._process, self._ear, self._started = process, ear, started
        self._outcome = Outcome(None)

    def kill(self) -> None:
        self._process.kill()

    def hear(self, limit_s: float = DEFAULT_LIMIT_S) -> Any:
        """The next thing that it tells."""
        assert self._ear.poll(limit_s), "it says nothing"
        return self._take(self._ear.recv())

    def hear_nothing(self, seconds: float) -> None:
        """Fail if it tells anything within this time."""
        assert not self._ear.poll(seconds)

    def end(self, limit_s: float = DEFAULT_LIMIT_S) -> Outcome:
        """Wait for its end. One that hangs is killed, and its outcome says so."""
        deadline = time.monotonic() + limit_s
        with suppress(EOFError, ConnectionResetError):
            while self._ear.poll(max(0.0, deadline - time.monotonic())):
                self._take(self._ear.recv())
        self._process.join(max(0.0, deadline - time.monotonic()))
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
            self._outcome.error = f"hung for {limit_s:g} s"
        self._outcome.exit_code = self._process.exitcode
        self._outcome.seconds = time.monotonic() - self._started
        self._ear.close()
        return self._outcome

    def _take(self, message: tuple[str, Any]) -> Any:
        kind, value = message
        if kind == "said":
            self._outcome.said.append(value)
        else:
            setattr(self._outcome, kind, value)
        return value


class Processes:
    """Starts processes that act."""

    def __init__(self, shim: Path | None) -> None:
        self.has_shim = shim is not None
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["acts"])
        only_there = {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent.parent)]), "PYTHONWARNINGS": "ignore"}
        if shim:
            only_there["LD_PRELOAD"] = str(shim)
        with mock.patch.dict(os.environ, only_there):
            forkserver.ensure_running()

    def start(
        self, act: Callable[..., Any], *arguments: Any, fault: DiskFault | None = None, bound: bool = False
    ) -> Running:
        """Have a process of its own call `act(tell, *arguments)`; `bound` by permissions, even if we are root."""
        ear, mouth = self._context.Pipe(duplex=False)
        started = time.monotonic()
        process = self._context.Process(target=_perform, args=(mouth, act, arguments, fault, bound), daemon=True)
        process.start()
        mouth.close()
        return Running(process, ear, started)

    def run(
        self,
        act: Callable[..., Any],
        *arguments: Any,
        fault: DiskFault | None = None,
        kill_after_s: float | None = None,
        limit_s: float = DEFAULT_LIMIT_S,
        bound: bool = False,
    ) -> Outcome:
        """Start it and wait for its end, killing it `kill_after_s` after its first word if that is given."""
        running = self.start(act, *arguments, fault=fault, bound=bound)
        if kill_after_s is not None:
            with suppress(EOFError):
                running.hear()
                time.sleep(kill_after_s)
            running.kill()
        return running.end(limit_s)


def _perform(
    mouth: Connection,
    act: Callable[..., Any],
    arguments: Sequence[Any],
    fault: DiskFault | None,
    bound: bool,
) -> None:
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr
    if bound:
        obey_permissions()
    lock = threading.Lock()

    def tell(value: Any) -> None:
        with lock:
            mouth.send(("said", value))

    try:
        if fault:
            Disk().arm(fault)
        result = act(tell, *arguments)
        if fault:
            mouth.send(("disk_counts", Disk().counts()))
        tell(result)
    except BaseException:
        mouth.send(("error", traceback.format_exc()))
        raise
    os._exit(0)
