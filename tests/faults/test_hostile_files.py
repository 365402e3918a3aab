"""Files that mean harm end as a document or a reason, within the limits, and the next file does not wait."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from knowledge.parse import Unreadable
from knowledge.parse.process.parser_process import LIMIT_SECONDS, MEMORY_BYTES, SECONDS_PER_MB, ParserProcess
from tests.faults.hostile_files import bombs, mutated, valid_files
from tests.faults.seeds import seeds
from tests.faults.small_files import AROUND

SUFFIXES = sorted(valid_files())
FILES = 134  # mutated files of each format
MORE_FILES = 300  # of those whose parts are of several formats, or that are read byte by byte
OF_MANY_PARTS = frozenset({".doc", ".xls", ".ppt", ".xlsb", ".eml", *AROUND})
GRACE_S = 1.0  # to end a process that is out of time
NEXT_FILE_S = 1.0


class Watched:
    """A parser and what its processes take."""

    def __init__(self, parser: ParserProcess, note: Path) -> None:
        self._parser, self._note = parser, note
        note.write_text("kettle")
        parser.parse(note)
        self._began_bytes = _resident_bytes()

    def parse(self, path: Path) -> str:
        """How it ended. Fails where anything but a document or a reason comes of it, or it takes too much."""
        before, began = _parsers(), time.monotonic()
        try:
            document = self._parser.parse(path)
            ended = f"a document of {len(document.text)} characters"
            assert "root:" not in document.text, "it read a file of ours"
        except Unreadable as reason:
            assert reason.reason
            ended = reason.reason
        took_s = time.monotonic() - began
        limit_s = LIMIT_SECONDS + SECONDS_PER_MB * path.stat().st_size / 1e6
        assert took_s <= limit_s + GRACE_S, f"{took_s:.1f} s"
        if _parsers() == before:
            took_bytes = _resident_bytes() - self._began_bytes
            assert took_bytes <= MEMORY_BYTES, f"{took_bytes / 2**20:.0f} MiB"
        else:
            self._assert_goes_on()
        return ended

    def _assert_goes_on(self) -> None:
        began = time.monotonic()
        assert self._parser.parse(self._note).text == "kettle"
        assert time.monotonic() - began <= NEXT_FILE_S, "the next file waited"


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with ParserProcess() as parser:
        yield Watched(parser, tmp_path_factory.mktemp("notes") / "note.md")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_valid_files_are_read(watched: Watched, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"valid{suffix}"
    path.write_bytes(valid_files()[suffix])
    assert watched.parse(path).startswith("a document")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_mutated_files_end_as_a_document_or_a_reason(watched: Watched, tmp_path: Path, suffix: str) -> None:
    for seed in seeds(MORE_FILES if suffix in OF_MANY_PARTS else FILES):
        path = tmp_path / f"{seed}{suffix}"
        path.write_bytes(mutated(suffix, random.Random(f"{suffix}-{seed}")))
        try:
            watched.parse(path)
        except Exception as error:
            error.add_note(f"seed {seed}: {path}")
            raise
        path.unlink()


@pytest.mark.parametrize("name", sorted(bombs()))
def test_bombs_end_as_a_document_or_a_reason(watched: Watched, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(bombs()[name]())
    print(watched.parse(path))  # noqa: T201


def _parsers() -> list[psutil.Process]:
    return [
        child for child in psutil.Process().children() if "knowledge.parse.process.serve" in " ".join(child.cmdline())
    ]


def _resident_bytes() -> int:
    """The most that the parser's process has held so far."""
    (parser,) = _parsers()
    status = Path(f"/proc/{parser.pid}/status").read_text()
    (kib,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(kib) * 1024
