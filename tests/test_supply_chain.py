"""Nothing that is downloaded runs before its hash has been checked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
COMPILED = {"llama-cpp-python"}  # from its sources, which have a hash too


def normalized(requirement: str) -> str:
    """The name alone, as in PEP 503."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9_.-]", requirement)[0]).lower()


def requirements(lock: Path) -> dict[str, int]:
    """The number of hashes of each pinned requirement."""
    text = re.sub(r"\\\n", " ", lock.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all("==" in line for line in lines)
    return {line: line.count("--hash=sha256:") for line in lines}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_requirement_has_a_version_and_a_hash(lock: Path) -> None:
    assert requirements(lock)
    assert [line.split()[0] for line, hashes in requirements(lock).items() if not hashes] == []


@pytest.mark.parametrize(
    ("lock", "declared"),
    [("run", "dependencies"), ("llama", "llama"), ("dev", "dev"), ("ocr", "ocr")],
)
def test_lock_holds_what_the_project_declares(lock: str, declared: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = {**project["project"], **project["project"]["optional-dependencies"], **project["dependency-groups"]}
    locked = {normalized(line) for line in requirements(ROOT / "requirements" / f"{lock}.txt")}
    assert {normalized(one) for one in groups[declared]} <= locked


def test_pip_installs_and_downloads_by_hash_alone() -> None:
    """The one exception is Carrel itself, which brings nothing along."""
    makefile = re.sub(r"\\\n", " ", (ROOT / "Makefile").read_text("utf-8"))
    calls = [line for line in makefile.splitlines() if re.search(r"pip\b.* (install|download)\b", line)]
    assert calls
    for call in calls:
        assert "--require-hashes" in call or "--no-deps --no-build-isolation --editable ." in call, call
    assert re.findall(r"--no-binary (\S+)", makefile) == list(COMPILED)
