"""How indexing is to be done: at which pace, until when, and who is told how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

from knowledge.sync.pace import Pace
from knowledge.sync.progress import Tally


@dataclass(frozen=True, slots=True)
class Work:
    """What every step of a run is given. `stopped`: whether the run is to end."""

    pace: Pace
    stopped: Callable[[], bool]
    tally: Tally

    def wait(self, worked_s: float = 0.0) -> None:
        """Return when the next piece of work may begin; the last one took `worked_s` seconds."""
        self.pace.wait(worked_s, self.stopped, self.tally.hold)
