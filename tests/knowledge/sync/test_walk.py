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
    assert [(found.path.name, found.reason.partition(":")[0]) for found in walk(tmp_path)] == [
        ("a.md", ""),
        ("loop", "a link to a folder"),
    ]


def test_a_pipe_is_named_with_its_reason_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (found,) = walk(tmp_path)
    assert found.reason == "not a regular file"


def test_a_dangling_link_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "nowhere.md")
    (found,) = walk(tmp_path)
    assert found.reason == "a link to a file that is not there"


def link(folder: Path, target: Path) -> str:
    """The reason why a link in `folder` is not followed."""
    folder.mkdir(exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("words")
    (folder / "notes.txt").symlink_to(target)
    return next(found.reason for found in walk(folder) if found.path.name == "notes.txt")


def test_a_link_out_of_the_watched_folders_is_not_followed(tmp_path: Path) -> None:
    assert "leads out of your folders" in link(tmp_path / "w", tmp_path / "home" / ".netrc")
    assert next(walk(tmp_path / "w", watched=[tmp_path / "home"])).reason.startswith("a link to a hidden file")
    assert next(walk(tmp_path / "w", watched=[tmp_path / "home"], hidden=True)).reason == ""


def test_a_link_into_another_watched_folder_is_followed(tmp_path: Path) -> None:
    assert "leads out of your folders" in link(tmp_path / "w", tmp_path / "other" / "a.md")
    (found,) = walk(tmp_path / "w", watched=[tmp_path / "other"])
    assert (found.reason, found.stat.size_bytes) == ("", len("words"))


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    assert link(tmp_path / "w", tmp_path / "w" / "sub" / "a.md") == ""


def test_a_link_through_a_link_is_judged_by_where_it_ends(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "out").symlink_to(tmp_path)
    (tmp_path / "outside.md").write_text("words")
    (tmp_path / "w" / "a.md").symlink_to(tmp_path / "w" / "out" / "outside.md")
    assert next(found.reason for found in walk(tmp_path / "w") if found.path.name == "a.md").startswith("a link that")


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
