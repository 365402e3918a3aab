"""Builds the tree and both packages twice, in folders of different names, and compares their bytes.

    python packaging/reproducible.py [--quick]

Ends with 1, and names the files that differ, unless both builds are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

import appimage
import debian_package
from application_tree import BUILD, build_tree
from shared_objects import PackagingError


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 and mode of each file below, and where each link leads."""
    return {str(path.relative_to(folder)): _digest(path) for path in sorted(folder.rglob("*")) if not path.is_dir()}


def build_twice(*, quick: bool) -> dict[str, tuple[str, str]]:
    """What differs between two builds, by name, with the digests of both. Raises PackagingError."""
    first, second = (_built(BUILD / name, quick=quick) for name in ("first", "the second build"))
    return {
        name: (first.get(name, ""), second.get(name, ""))
        for name in first | second
        if first.get(name) != second.get(name)
    }


def _built(out: Path, *, quick: bool) -> dict[str, str]:
    shutil.rmtree(out, ignore_errors=True)
    tree = build_tree(out / "carrel")
    found = digests(tree)
    packages = (
        debian_package.build_package(tree, out, debian_package.QUICK if quick else debian_package.SMALL),
        appimage.build_appimage(tree, appimage.held_runtime(), out, appimage.QUICK if quick else appimage.SMALL),
    )
    found |= {package.name: _digest(package) for package in packages}
    for package in packages:
        sys.stdout.write(f"{found[package.name]}  {package.name}\n")
    shutil.rmtree(out)
    return found


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    with path.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()} {path.stat().st_mode & 0o777:o}"


def main() -> int:
    """Say whether both builds are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="compress little")
    try:
        differing = build_twice(quick=parser.parse_args().quick)
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, (first, second) in differing.items():
        sys.stdout.write(f"{name}\n  {first}\n  {second}\n")
    sys.stdout.write("Two builds differ.\n" if differing else "Two builds are the same bytes.\n")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
