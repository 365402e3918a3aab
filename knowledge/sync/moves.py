"""Which files that are new somewhere are the same as files that are gone elsewhere."""

from collections.abc import Callable
from pathlib import Path

from knowledge.ledger.rows import Known, Move, Stat
from knowledge.sync.changes import Change, Changes
from knowledge.sync.walk import UNSETTLED


def find_moves(changes: Changes, is_welcome: Callable[[Change], bool]) -> None:
    """Move from `to_read` and `gone` to `moves` what is surely one file: same inode, size and time of its content.

    `is_welcome`: whether what stands at the new place may be indexed at all. A move across file systems, or of a file
    just written, is recognised later, by its content.
    """
    gone = {_identity(known.stat): known for known in changes.gone.values() if _is_telling(known.stat)}
    left: list[Change] = []
    for change in changes.to_read:
        known = gone.get(_identity(change.found.stat)) if not change.found.reason else None
        if known and keeps_text(known, change.found.path) and is_welcome(change):
            del gone[_identity(known.stat)], changes.gone[known.id]
            changes.moves.append(Move(known.id, change.folder.id, str(change.found.path), change.found.stat))
        else:
            left.append(change)
    changes.to_read = left


def keeps_text(known: Known, path: Path) -> bool:
    """Whether the file's text would be read the same at this path: what parses it goes by the name's ending."""
    return known.status in ("indexed", "waiting") and Path(known.path).suffix.lower() == path.suffix.lower()


def _identity(stat: Stat) -> tuple[int, int, int]:
    return stat.inode, stat.size_bytes, stat.mtime_ns


def _is_telling(stat: Stat) -> bool:
    return stat.inode != 0 and stat.mtime_ns != UNSETTLED
