"""Everything that people, editors and systems do to a folder, at random."""

import os
import random
import shutil
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ENOUGH_FILES = 120
STEPS_PER_LOOK = 10
_GIB = 2**30
_NAMES = ["tea", "Kettle", "über uns", "naïve", "한국어", "日本語", "a b'c", "%41", "x" * 40]


class Churn:
    """A folder in turmoil. What is done, and to what, follows from the seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self._chance = root, random.Random(seed)
        self._away = root.with_name(f"{root.name}-away")
        self._folders, self._is_crowded, self._steps = [root], False, 0
        root.mkdir()

    def step(self) -> None:
        """Do one thing. Some find nothing to be done to, and do nothing."""
        makers, others = list(_MAKERS), list(_CHANGERS)
        if self._away.exists():
            if self._chance.random() < 0.3:
                self.settle()
            return
        if self._steps % STEPS_PER_LOOK == 0:
            self._look()
        self._steps += 1
        kinds = others if self._is_crowded or self._chance.random() < 0.5 else makers
        with suppress(OSError, IndexError):  # IndexError: a folder without files
            self._chance.choice(kinds)(self)

    def settle(self) -> None:
        """Bring back what was unmounted, closed or forbidden: what was indexed of it before is kept until then."""
        if self._away.exists():
            self._away.rename(self.root)
        for path, names, _ in os.walk(self.root):
            for folder in (Path(path, name) for name in names):
                if not folder.is_symlink():
                    folder.chmod(0o755)
            for entry in os.scandir(path):
                if entry.is_file(follow_symlinks=False):
                    Path(entry).chmod(0o644)

    # Makers

    def create(self) -> None:
        self._new().write_text(self._text())

    def create_empty_or_unread(self) -> None:
        self._new(self._chance.choice([".md", ".xyz", ""])).write_bytes(self._chance.choice([b"", b"\0\1\2" * 50]))

    def create_folder(self) -> None:
        (self._folder() / self._chance.choice(_NAMES)).mkdir()

    def copy(self) -> None:
        shutil.copyfile(self._file(), self._new())

    def create_both_forms(self) -> None:
        for form in ("NFC", "NFD"):
            name = unicodedata.normalize(form, f"café {self._chance.randrange(5)}.md")
            (self._folder() / name).write_text(self._text())

    def create_with_invalid_name(self) -> None:
        name = b"inv\xff\xfe" + str(self._chance.randrange(5)).encode() + b".md"
        Path(os.fsdecode(os.fsencode(self._folder()) + b"/" + name)).write_text(self._text())

    def create_with_long_name(self) -> None:
        (self._folder() / ("n" * 250 + f"{self._chance.randrange(10)}.md")).write_text(self._text())

    def link(self) -> None:
        self._new().symlink_to(self._file())

    def link_to_folder(self) -> None:
        self._new("").symlink_to(self._folder())

    def link_in_a_loop(self) -> None:
        path = self._new()
        path.symlink_to(path)

    def link_to_nothing(self) -> None:
        self._new().symlink_to("/nowhere/at/all")

    def make_fifo(self) -> None:
        os.mkfifo(self._new())

    def make_sparse(self) -> None:
        with self._new().open("wb") as file:
            file.truncate(5 * _GIB)

    # Changers

    def edit(self) -> None:
        self._file().write_text(self._text())

    def grow(self) -> None:
        with self._file().open("a") as file:
            for _ in range(3):
                file.write(self._text())
                file.flush()

    def save_atomically(self) -> None:
        path = self._file()
        draft = path.with_name(f".{path.name[:100]}.swp")
        draft.write_text(self._text())
        draft.replace(path)

    def save_with_backup(self) -> None:
        path = self._file()
        path.replace(path.with_name(f"{path.name[:100]}~"))
        path.write_text(self._text())

    def touch(self) -> None:
        os.utime(self._file())

    def rename(self) -> None:
        self._file().rename(self._new())

    def rename_over_another(self) -> None:
        self._file().replace(self._file())

    def swap(self) -> None:
        one, other, between = self._file(), self._file(), self.root / ".between"
        if one != other:
            one.rename(between)
            other.rename(one)
            between.rename(other)

    def rename_folder(self) -> None:
        folder = self._folder()
        if folder != self.root:
            folder.rename(folder.with_name(self._chance.choice(_NAMES)))

    def delete(self) -> None:
        self._file().unlink()

    def delete_folder(self) -> None:
        folder = self._folder()
        if folder != self.root and self._chance.random() < 0.3:
            shutil.rmtree(folder)

    def forbid(self) -> None:
        self._file().chmod(0)

    def permit(self) -> None:
        self._file().chmod(0o644)

    def close_folder(self) -> None:
        folder = self._folder()
        if folder != self.root:
            folder.chmod(0)

    def turn_into_folder(self) -> None:
        path = self._file()
        path.unlink()
        path.mkdir()

    def unmount(self) -> None:
        if self._chance.random() < 0.2:
            self.root.rename(self._away)

    def _new(self, suffix: str = ".md") -> Path:
        path = self._folder() / f"{self._chance.choice(_NAMES)}-{self._chance.randrange(40)}{suffix}"
        if path.exists() and not path.is_file():
            raise FileExistsError  # to write into a pipe would wait for a reader
        return path

    def _text(self) -> str:
        parts = range(self._chance.randrange(1, 4))
        return "".join(f"# Part {part}\n\nkettle {self._chance.randrange(500)} of part {part}\n\n" for part in parts)

    def _look(self) -> None:
        """Walk the folder, now and then: walking at every step would take most of the time."""
        self._folders, self._is_crowded = [self.root], False
        files = 0
        for path, names, found in os.walk(self.root):
            below = (Path(path, name) for name in sorted(names))
            self._folders += [f for f in below if not f.is_symlink() and len(f.parts) < len(self.root.parts) + 4]
            files += len(found)
        self._is_crowded = files > ENOUGH_FILES

    def _folder(self) -> Path:
        return self._chance.choice(self._folders)

    def _file(self) -> Path:
        """One that holds a text, or could; links and such are made anew rather than changed."""
        found = (Path(entry) for entry in os.scandir(self._folder()) if entry.is_file(follow_symlinks=False))
        return self._chance.choice(sorted(path for path in found if path.stat().st_size < _GIB))


_MAKERS: tuple[Callable[[Churn], None], ...] = (
    *[Churn.create] * 6, Churn.create_empty_or_unread, Churn.create_folder, Churn.copy, Churn.create_both_forms,
    Churn.create_with_invalid_name, Churn.create_with_long_name, Churn.link, Churn.link_to_folder,
    Churn.link_in_a_loop, Churn.link_to_nothing, Churn.make_fifo, Churn.make_sparse,
)  # fmt: skip
_CHANGERS: tuple[Callable[[Churn], None], ...] = (
    *[Churn.edit] * 4, Churn.grow, *[Churn.save_atomically] * 2, Churn.save_with_backup, Churn.touch, Churn.rename,
    Churn.rename_over_another, Churn.swap, Churn.rename_folder, *[Churn.delete] * 4, Churn.delete_folder, Churn.forbid,
    Churn.permit, Churn.close_folder, Churn.turn_into_folder, Churn.unmount,
)  # fmt: skip
