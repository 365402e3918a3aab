"""The first start from a fresh clone: seconds until the window is painted, bytes of the wheels, bytes on the disk.

Runs in a folder of its own, with an empty home and cache, and with a PATH that has Python, git, make and a few tools of
every system, but no compiler. The steps are those of `make run`; the window is painted offscreen and closed. An index
on this machine makes downloads take no time: then what is printed is all but that.

    python benchmarks/setup_time.py [--folder FOLDER] [--native]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.first_paint import CARREL, ROOT

TOOLS = ("git", "make", "sh", "env", "echo", "touch", "rm", "mkdir", "grep", "sed", "cat", "uname", "ldd", "dirname")
COMPILER = ("cc", "c++", "gcc", "g++", "as", "ld", "ar", "ranlib", "nm", "strip")


def environment(folder: Path, tools: tuple[str, ...]) -> dict[str, str]:
    """An empty home and cache, only these tools, and how this machine reaches its package index."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    for tool in tools:
        if found := shutil.which(tool):
            (programs / tool).symlink_to(found)
    passed = {name: value for name, value in os.environ.items() if name.upper().startswith(("PIP_", "SSL_", "HTTP"))}
    home = folder / "home"
    home.mkdir()
    places = {"HOME": str(home), "PIP_NO_CACHE_DIR": "1", "CARREL_HOME": str(home / "carrel")}
    return {**passed, **places, "PATH": str(programs), "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}


def timed(command: list[str], where: Path, variables: dict[str, str], until: str = "") -> float:
    """Seconds until the command has ended, or has said `until`."""
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=where, env=variables, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = next((time.perf_counter() - begun for line in process.stdout if until and line.strip() == until), 0.0)
        process.stdout.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:60]} ended with {process.returncode}")
    return said if until else time.perf_counter() - begun


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def main() -> None:
    """Print the seconds of each step, then the sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the clone is made; default: the system's temporary folder")
    parser.add_argument("--native", action="store_true", help="compile llama.cpp, with the compiler of this machine")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        folder, clone = Path(made), Path(made) / "carrel"
        variables = environment(folder, (*TOOLS, *COMPILER) if given.native else TOOLS)
        install = ["make", "install", *(["LLAMA=native"] if given.native else [])]
        paint = [str(clone / ".venv/bin/python"), "-c", CARREL, str(folder / "home/carrel")]
        steps = {
            "clone": timed(["git", "clone", "--quiet", str(ROOT), str(clone)], folder, variables),
            "make install": timed(install, clone, variables),
            "first window": timed(paint, clone, variables, until="painted"),
        }
        for name, seconds in {**steps, "together": sum(steps.values())}.items():
            print(f"{name:16} {seconds:7.1f} s")
        download = [str(clone / ".venv/bin/python"), "-m", "pip", "download", "--quiet", "--require-hashes"]
        download += ["--only-binary", ":all:", "--dest", str(folder / "wheels")]
        download += ["--requirement", "requirements/build.txt", "--requirement", "requirements/run.txt"]
        timed(download, clone, variables)
        embedders = clone / ".venv/share/carrel"
        for name, place in {"wheels": folder / "wheels", "embedder": embedders, ".venv": clone / ".venv"}.items():
            print(f"{name:16} {size(place) / 1e6:7.0f} MB")


if __name__ == "__main__":
    main()
