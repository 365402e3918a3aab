"""The wheel: whole, the same each time, of one name, and working where it is installed, away from its source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = (
    "assistant",
    "carrel_desktop",
    "desktop",
    "engines",
    "errors",
    "knowledge",
    "network",
    "personas",
    "serving",
    "tuning",
)
FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
NO_SOURCE = shutil.ignore_patterns("__pycache__")
PAGE = "<h1>Lease</h1><p>The lease of the flat ends on 30 June 2027.</p><p>The notice period is three months.</p>"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def build(folder: Path, umask: int) -> Path:
    """Build the wheel from a copy of the source in a new folder."""
    source = folder / "source"
    source.mkdir(parents=True)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=NO_SOURCE)
    for name in FILES:
        shutil.copy(ROOT / name, source)
    for path in source.rglob("*"):
        path.chmod((0o777 if path.is_dir() else 0o666) & ~umask)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run([*command, "--wheel-dir", folder, source], check=True, env=environment, umask=umask)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("build") / "once", 0o022)


@dataclass(frozen=True)
class Installation:
    """An environment that has the wheel, and sees the libraries of this one but not its source."""

    programs: Path
    variables: Mapping[str, str]
    elsewhere: Path

    def run(self, program: str, *arguments: str | Path) -> str:
        """What it prints, started in a folder of no meaning."""
        command = [self.programs / program, *arguments]
        done = subprocess.run(
            command, cwd=self.elsewhere, env=self.variables, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False, symlinks=os.name != "nt")
    programs = folder / "venv" / Path(sysconfig.get_path("scripts")).name
    python = programs / Path(sys.executable).name
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(command, check=True)
    say = "import sysconfig; print(sysconfig.get_path('purelib'))"
    place = subprocess.run([python, "-c", say], check=True, capture_output=True, text=True).stdout.strip()
    Path(place, "libraries.pth").write_text(sysconfig.get_path("purelib"))
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    places = {"HOME": str(folder), "CARREL_HOME": str(folder / "home"), "QT_QPA_PLATFORM": "offscreen"}
    return Installation(programs, {**kept, **places}, elsewhere)


@pytest.fixture(scope="module")
def lease(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lease")
    (folder / "lease.html").write_text(PAGE)
    return folder


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    paths = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if path.is_file()]
    tree = {path.relative_to(ROOT).as_posix() for path in paths if path.suffix != ".pyc"}
    packed = {
        name.removeprefix("carrel_desktop/") for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name
    }
    assert packed == {path.removeprefix("carrel_desktop/") for path in tree}


def test_it_takes_one_name_in_site_packages(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    assert {name.split("/")[0] for name in archive.namelist() if ".dist-info/" not in name} == {"carrel_desktop"}
    (declared,) = (archive.read(name) for name in archive.namelist() if name.endswith("top_level.txt"))
    assert declared == b"carrel_desktop\n"


def test_two_builds_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again", 0o077).read_bytes() == wheel.read_bytes()


def test_help_is_printed(installed: Installation) -> None:
    assert "usage: carrel" in installed.run("carrel", "--help")
    assert "usage: carrel" in installed.run("python", "-m", "carrel_desktop", "--help")


def test_a_question_is_answered_from_a_folder(installed: Installation, lease: Path) -> None:
    """The page is read by a confined child; with the embedder absent, keywords find it."""
    said = installed.run("carrel", "ask", "--folder", lease, "When does the lease end?")
    assert "> The lease of the flat ends on 30 June 2027. [1]" in said
    assert "lease.html" in said
    assert json.loads(installed.run("carrel", "connections", "--json"))["connections"] == []


def test_llama_cpp_loads_in_a_process_of_its_own(installed: Installation) -> None:
    checks = json.loads(installed.run("carrel", "doctor", "--json"))["checks"]
    assert {check["name"]: check["ok"] for check in checks}["llama.cpp"]


def test_the_window_opens(installed: Installation) -> None:
    """A later start finds it, raises it and ends."""
    first = subprocess.Popen([installed.programs / "carrel-window"], cwd=installed.elsewhere, env=installed.variables)
    lock = Path(installed.variables["CARREL_HOME"], "window.lock")
    while not lock.exists():
        assert first.poll() is None
    command, place = [installed.programs / "carrel-window"], installed.elsewhere
    while subprocess.run(command, cwd=place, env=installed.variables, check=False, capture_output=True).returncode:
        assert first.poll() is None  # it has not begun to listen
    assert first.poll() is None
    first.kill()
    first.wait()
