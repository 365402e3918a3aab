"""Builds the .deb, for Debian 12, Ubuntu 22.04 and later.

python packaging/debian_package.py [--tree build/packages/carrel] [--out build/packages]
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tomllib
from pathlib import Path

from application_tree import BUILD, build_tree, commit_time, set_modes, tree_bytes
from desktop_files import LINUX, version, write_desktop_files
from shared_objects import PackagingError, elf_files, least_glibc, missing, needed, output_of

SMALL, QUICK = ("-Zxz", "-z6"), ("-Zzstd", "-z1")
INSTALLED = Path("usr/lib/carrel")
LIBRARIES = tomllib.loads((LINUX / "libraries.toml").read_text("utf-8"))
_CONTROL = """Package: carrel
Version: {version}
Architecture: {architecture}
Maintainer: The Carrel authors <carrel@localhost>
Installed-Size: {kibibytes}
Depends: {depends}
Recommends: ca-certificates, xdg-utils, {recommends}
Suggests: fonts-noto-cjk
Section: utils
Priority: optional
Description: ask your own files, and see where each answer comes from
 A private desk in a library. Point Carrel at a folder and ask: the answer
 comes with citations, and each citation opens the right place in the right
 file. Everything runs on this machine: the files' text, the vectors, the
 search and the model.
"""
_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Carrel
Comment: /usr/lib/carrel/share/doc/carrel/THIRD-PARTY.txt lists all that this package
 holds of others, with the text of each licence.

Files: *
Copyright: The Carrel authors
License: Apache-2.0
 On Debian systems the text of the licence is in /usr/share/common-licenses/Apache-2.0.
"""


def build_package(tree: Path, out: Path, compression: tuple[str, ...] = SMALL) -> Path:
    """Build the package from the tree, the same bytes each time. Raises PackagingError."""
    out.mkdir(parents=True, exist_ok=True)
    root = out / "debian"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(tree, root / INSTALLED, symlinks=True)
    lay_out(root)
    architecture = output_of("dpkg", "--print-architecture").strip()
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(control(tree, tree_bytes(root), architecture), "utf-8")
    set_modes(root)
    package = out / f"carrel_{version()}_{architecture}.deb"
    os.environ["SOURCE_DATE_EPOCH"] = str(commit_time())
    output_of("dpkg-deb", "--root-owner-group", "--threads-max=2", *compression, "--build", root, package)
    shutil.rmtree(root)
    return package


def lay_out(root: Path) -> None:
    """Write what lies outside the tree: the command, the menu's entry, the icons, the licence."""
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "carrel").symlink_to("../lib/carrel/bin/carrel")
    write_desktop_files(root / "usr" / "share", commit_time())
    documents = root / "usr" / "share" / "doc" / "carrel"
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(_COPYRIGHT, "utf-8")


def control(tree: Path, installed_bytes: int, architecture: str) -> str:
    """The description of the package for apt."""
    return _CONTROL.format(
        version=version(),
        architecture=architecture,
        kibibytes=-(-installed_bytes // 1024),
        depends=", ".join([f"libc6 (>= {least_glibc(tree)})", *depends(tree)]),
        recommends=", ".join(sorted(LIBRARIES["optional"].values())),
    )


def depends(tree: Path) -> list[str]:
    """Debian's packages that have what the tree needs. Raises PackagingError: a library is not listed."""
    optional = {name for path in elf_files(tree) if path.name in LIBRARIES["optional"] for name in needed(path)}
    certain = {name for path in elf_files(tree) if path.name not in LIBRARIES["optional"] for name in needed(path)}
    wanted = set(missing(tree)) - (optional - certain)
    if unknown := sorted(wanted - LIBRARIES["needed"].keys()):
        raise PackagingError(f"packaging/linux/libraries.toml names no package for {', '.join(unknown)}.")
    return sorted({LIBRARIES["needed"][name] for name in wanted} - {""})


def main() -> int:
    """Build the tree where there is none, then the package, and print its size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, help="one that is built already")
    parser.add_argument("--quick", action="store_true", help="compress little, to try the package")
    parser.add_argument("--out", type=Path, default=BUILD)
    arguments = parser.parse_args()
    try:
        tree = arguments.tree or build_tree(BUILD / "carrel")
        package = build_package(tree, arguments.out, QUICK if arguments.quick else SMALL)
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{package}: {package.stat().st_size / 1e6:.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
