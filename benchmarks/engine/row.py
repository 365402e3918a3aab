"""One line of the comparison, and how its rounds are taken."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio`: the median over the rounds of ours / reference. `reach`: what it should be, as `≤ 1.1`."""

    what: str
    reference: str
    unit: Literal["s", "ms", "tokens/s", "tokens"]
    reach: str
    rounds: tuple[tuple[float, float], ...]

    @property
    def ratio(self) -> float:
        """Dimensionless; which direction is better is in `reach`."""
        return median(ours / theirs for ours, theirs in self.rounds)

    @property
    def ours(self) -> float:
        """The median of our rounds, in `unit`."""
        return median(ours for ours, _ in self.rounds)

    @property
    def theirs(self) -> float:
        """The median of the reference's rounds, in `unit`."""
        return median(theirs for _, theirs in self.rounds)


def in_turns(ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> tuple[tuple[float, float], ...]:
    """Both measured `rounds` times, one after the other; who begins changes from round to round."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            reference = theirs()
            pairs.append((ours(), reference))
        else:
            own = ours()
            pairs.append((own, theirs()))
    return tuple(pairs)
