"""The walk: what a folder holds right now."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from knowledge.sync.walk import CLOCK_STEP_NS, UNSETTLED, FolderMissing, list_directories, settled
from tests.knowledge.sync.sync_library import walk


def names(folder: Path, **kwargs: Any) -> list[str]:
    return [f.path.name for f in walk(folder, **kwargs)]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.md").write_text("x")
    (tmp_path / ".secret.md").write_text("x")
    (tmp_path / "a.md").write_text("x")
    assert names(tmp_path) == ["a.md"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == ["a.md"]


def test_a_pipe_is_named_with_its_reason_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (found,) = walk(tmp_path)
    assert found.reason == "not a regular file"


def test_a_dangling_link_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "nowhere.md")
    (found,) = walk(tmp_path)
    assert "cannot be read" in found.reason


def test_a_missing_folder_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing):
        list(walk(tmp_path / "unmounted"))


def test_a_skipped_folder_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_text("x")
    assert names(tmp_path, skip=frozenset({tmp_path / "sub"})) == []


def test_a_file_written_just_now_is_not_taken_for_settled(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("x")
    future = time.time_ns() + 10**9
    os.utime(path, ns=(future, future))
    (found,) = walk(tmp_path)
    assert found.stat.mtime_ns == -1


def test_a_name_that_is_not_text_is_shown_and_explained(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    (found,) = walk(tmp_path)
    assert (found.path.name, found.reason) == ("caf\ufffd.md", "its name is not valid Unicode")


def fingerprint(folder: Path) -> bytes:
    return next(list_directories(folder)).fingerprint()


def test_a_fingerprint_shows_every_change_of_a_directory(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("x")
    seen = [fingerprint(tmp_path)]
    path.write_text("xy")
    seen.append(fingerprint(tmp_path))
    os.utime(path, ns=(1, 1))
    seen.append(fingerprint(tmp_path))
    path.chmod(0o400)
    seen.append(fingerprint(tmp_path))
    path.rename(tmp_path / "b.md")
    seen.append(fingerprint(tmp_path))
    (tmp_path / "c.md").write_text("x")
    seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)


def test_a_fingerprint_stays_while_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    before = fingerprint(tmp_path)
    (tmp_path / "a.md").read_text()
    assert fingerprint(tmp_path) == before


def test_hidden_files_are_found_where_they_are_wanted(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.md").write_text("x")
    assert names(tmp_path, hidden=True) == ["config.md"]


@pytest.mark.parametrize(
    ("age_ns", "is_settled"),
    [(10**9, True), (10**6, False), (-CLOCK_STEP_NS // 2, False), (-CLOCK_STEP_NS * 2, True), (10**18, True)],
)
def test_only_times_around_now_may_come_again(age_ns: int, is_settled: bool) -> None:
    now = time.time_ns()
    assert (settled(now - age_ns, now) != UNSETTLED) == is_settled
