"""What the programs and shared libraries below a folder need from each other and from the system (ELF).

Runs `patchelf`, `strip` and `readelf`, and `ldd` to find the libraries of the system that are copied.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ELF_MAGIC = b"\x7fELF"


class PackagingError(Exception):
    """A package cannot be built; the text says what to do."""


def output_of(*command: str | Path) -> str:
    """What a program writes. Raises PackagingError: it is not installed, or it failed."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError as error:
        raise PackagingError(f"{command[0]} is not installed; docs/packaging.md lists what is needed.") from error
    except subprocess.CalledProcessError as error:
        raise PackagingError(f"{' '.join(map(str, command))[:200]}: {error.stderr[-2000:]}") from error


def elf_files(folder: Path) -> Iterator[Path]:
    """Programs and shared libraries below, links left out, in the order of their paths."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size > len(ELF_MAGIC):
            with path.open("rb") as file:
                if file.read(len(ELF_MAGIC)) == ELF_MAGIC:
                    yield path


def needed(path: Path) -> set[str]:
    """Names of the libraries that the loader must find for this one."""
    return set(output_of("patchelf", "--print-needed", path).split())


def missing(folder: Path) -> dict[str, str]:
    """Libraries that files below need and that are not there, each with the first file that needs it."""
    there = {path.name for path in folder.rglob("*.so*")}
    wanted: dict[str, str] = {}
    for path in elf_files(folder):
        for name in sorted(needed(path) - there):
            wanted.setdefault(name, str(path.relative_to(folder)))
    return wanted


def closure(roots: Iterable[Path], folder: Path) -> set[Path]:
    """The libraries of `folder` that `roots` need, and those that these need."""
    found: set[Path] = set()
    waiting = list(roots)
    while waiting:
        for name in needed(waiting.pop()):
            if (library := folder / name).is_file() and library not in found:
                found.add(library)
                waiting.append(library)
    return found


def system_library(name: str) -> Path:
    """The file of this system's library, such as `libssl.so.3`. Raises PackagingError."""
    for line in output_of("/sbin/ldconfig", "-p").splitlines():
        entry, _, path = line.strip().partition(" => ")
        if entry.split()[0] == name and "x86-64" in entry.replace("AArch64", "x86-64"):
            return Path(path).resolve()
    raise PackagingError(f"This system has no {name}.")


def take_library(name: str, folder: Path) -> Path:
    """Copy a library of the system into `folder`, where it finds its neighbours."""
    target = folder / name
    shutil.copyfile(system_library(name), target)
    target.chmod(0o755)
    run_path(target, "$ORIGIN")
    return target


def run_path(path: Path, *places: str) -> None:
    """Have the loader look in these places for what `path` needs."""
    output_of("patchelf", "--set-rpath", ":".join(places), path)


def drop_library(folder: Path, pattern: str, name: str) -> None:
    """Delete the library that fits `pattern` as well, and take its name off what claims to need it."""
    for path in folder.glob(pattern):
        if path.name == name:
            path.unlink()
        elif name in needed(path):
            output_of("patchelf", "--remove-needed", name, path)


def strip_symbols(folder: Path) -> int:
    """Drop symbols that only debuggers read, from whatever has them; bytes saved.

    Libraries in a `….libs` folder were renamed when their wheel was made, and do not load after it.
    """
    saved = 0
    for path in elf_files(folder):
        if path.parent.suffix != ".libs" and " .symtab " in output_of("readelf", "--section-headers", "--wide", path):
            before = path.stat().st_size
            output_of("strip", "--strip-unneeded", path)
            saved += before - path.stat().st_size
    return saved


def least_glibc(folder: Path) -> str:
    """The oldest C library that has every function that is used below, such as `2.36`."""
    return ".".join(map(str, greatest_version(elf_files(folder), "GLIBC")))


def greatest_version(paths: Iterable[Path], name: str) -> tuple[int, ...]:
    """The newest version of the C library, `GLIBC`, or the C++ library, `GLIBCXX`, that these files ask for."""
    pattern = re.compile(rf"\b{name}_(\d+(?:\.\d+)+)")
    found = {
        version for path in paths for version in pattern.findall(output_of("readelf", "--version-info", "--wide", path))
    }
    return max(tuple(map(int, version.split("."))) for version in found)
