"""One fixed place for every case of a family: a home and a folder that begin the same each time."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults import acts
from tests.faults.processes import Processes

NOTES = 24


@dataclass(frozen=True, slots=True)
class Stage:
    """`home` and `notes` are used by each case in turn; `indexed` is how they begin, once indexed."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def notes(self) -> Path:
        return self.root / "notes"

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.notes,)

    def clear(self) -> None:
        """An empty home, and a folder of notes that was never indexed."""
        for folder in (self.home, self.notes):
            shutil.rmtree(folder, ignore_errors=True)
        self.home.mkdir(parents=True)
        write_notes(self.notes)

    def index(self, processes: Processes) -> None:
        """Index the notes once, and keep how that looks."""
        self.clear()
        processes.run(acts.save_turns, self.home, self.folders, 3).returned()
        processes.run(acts.index, self.home, self.folders).returned()
        shutil.copytree(self.root, self.root.with_name(f"{self.root.name}-indexed"))

    def restore(self) -> None:
        """Begin again from the indexed notes."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.root.with_name(f"{self.root.name}-indexed"), self.root)


def write_notes(folder: Path) -> None:
    """Notes of several sections, a page that gives no text and one that is not read."""
    for number in range(NOTES):
        path = folder / f"part-{number % 3}" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"# Part {part}\n\nkettle {number} of part {part}\n\n" for part in range(4)))
    (folder / "empty.md").write_text("")
    (folder / "tool.xyz").write_bytes(b"\0\1\2")


def edit(folder: Path) -> None:
    """Change every second note in one paragraph, and add a few."""
    for path in sorted(folder.rglob("*.md"))[::2]:
        path.write_text(path.read_text().replace("kettle", "teapot", 1) + "\n\nadded\n")
    for number in range(6):
        (folder / f"new-{number}.md").write_text(f"# New\n\nkettle new {number}\n")


def delete(folder: Path) -> None:
    """Remove half the notes."""
    for path in random.Random(1).sample(sorted(folder.rglob("*.md")), 12):
        path.unlink()


def move(folder: Path) -> None:
    """Rename a folder and some notes."""
    (folder / "part-0").rename(folder / "moved")
    paths = sorted((folder / "part-1").iterdir())
    for path in paths[:4]:
        path.rename(path.with_name(f"renamed-{path.name}"))


Change = Callable[[Path], None]
