"""Builds the folder that every package for Linux holds: Python, the libraries, Carrel and its embedder.

    python packaging/application_tree.py [--out build/packages/carrel]

It runs wherever it lies: `bin/carrel` finds the rest beside itself.
"""

from __future__ import annotations

import argparse
import os
import py_compile
import shutil
import sys
import tomllib
from importlib.metadata import distribution
from importlib.util import cache_from_source
from pathlib import Path

import interpreter
from libraries import ROOT, extract_embedder, install_libraries, prune_libraries, prune_qt
from notices import Component, library_components, own_parts, python_component, system_component, write_notices
from shared_objects import PackagingError, drop_library, output_of, run_path, strip_symbols

BUILD = ROOT / "build" / "packages"
EMBEDDER = Path("share/carrel/packed/multilingual-e5-small")  # unpacked into the home at the first start
CONTENTS = tomllib.loads((Path(__file__).parent / "contents.toml").read_text("utf-8"))
_LAUNCHER = """#!/bin/sh
# Starts Carrel with the Python beside it, whatever the person's own Python is set to.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONSAFEPATH
exec "$(dirname "$(readlink -f "$0")")/{python}" -I "$(dirname "$(readlink -f "$0")")/../lib/start.py" "$@"
"""
_START = """import sys

from {module} import {function}

if __name__ == "__main__":
    sys.argv[0] = "carrel"
    sys.exit({function}())
"""


def build_tree(tree: Path) -> Path:
    """Build the tree, in place of an earlier one, and return its folder. Raises PackagingError."""
    shutil.rmtree(tree, ignore_errors=True)
    python, qt = CONTENTS["python"], CONTENTS["qt"]
    interpreter.copy_interpreter(tree, drop=python["drop"], carried=CONTENTS["system"]["carried"])
    site = interpreter.site_packages(tree)
    install_libraries(site)
    own, components = own_packages(site), list(library_components(site))  # before the lists of their parts go
    prune_libraries(site, CONTENTS["libraries"]["drop"])
    prune_qt(site, qt["modules"], qt["plugins"], qt["translations"])
    for pattern, library in CONTENTS["libraries"]["unused"].items():
        drop_library(site, pattern, library)
    strip_symbols(tree)
    for engine in site.glob("xllamacpp/*.so"):
        run_path(engine, "$ORIGIN/../../..")
    interpreter.carry_libraries(tree, CONTENTS["system"]["carried"])
    extract_embedder(tree / EMBEDDER)
    write_launcher(tree, site)
    write_notices(tree, kept_components(tree, components))
    compile_modules(tree, own)
    set_modes(tree)
    return tree


def kept_components(tree: Path, libraries: list[Component]) -> list[Component]:
    """Everything of others that is in the tree. `libraries`: all that were installed."""
    site = interpreter.site_packages(tree)
    there = {path.name.rpartition("-")[0].lower() for path in site.glob("*.dist-info")}
    kept = [each for each in libraries if each.name.replace("-", "_").replace(".", "_").lower() in there]
    copied = [system_component(path.name) for path in sorted((tree / "lib").glob("*.so*")) if "python" not in path.name]
    return [*kept, *copied, *own_parts(), python_component(tree / "lib" / interpreter.VERSION)]


def own_packages(site: Path) -> list[str]:
    """Carrel's packages and modules in `site`."""
    (names,) = site.glob("carrel_desktop-*.dist-info/top_level.txt")
    return names.read_text("utf-8").split()


def write_launcher(tree: Path, site: Path) -> None:
    """Write `bin/carrel`, which calls what the installed Carrel names as its entry point."""
    (carrel,) = site.glob("carrel_desktop-*.dist-info")
    (entry,) = (each for each in distribution("carrel-desktop").at(carrel).entry_points if each.name == "carrel")
    start = _START.format(module=entry.module, function=entry.attr)
    (tree / "lib" / "start.py").write_text(start, "utf-8")
    launcher = tree / "bin" / "carrel"
    launcher.write_text(_LAUNCHER.format(python=interpreter.VERSION), "utf-8")
    launcher.chmod(0o755)


def compile_modules(tree: Path, own: list[str]) -> None:
    """Compile every module with its own Python: without times and places, so that two builds are the same bytes.

    Only Carrel's packages, `own`, keep their sources; the others' would be 40 MB.
    """
    library = tree / "lib" / interpreter.VERSION
    mine = {interpreter.site_packages(tree) / name for name in own}
    for path in sorted(library.rglob("*.py")):
        kept = bool(mine & {path, *path.parents}) or path.with_suffix("") in mine
        target = cache_from_source(path) if kept else path.with_suffix(".pyc")
        shown = str(path.relative_to(tree))
        if compiled_to(path, Path(target), shown) and not kept:
            path.unlink()


def compiled_to(path: Path, target: Path, shown: str) -> bool:
    """True if the module compiles; some of the libraries' are templates, or meant for another Python."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    try:
        py_compile.compile(str(path), str(target), dfile=shown, doraise=True, quiet=1, invalidation_mode=unchecked)
    except py_compile.PyCompileError:
        return False
    return True


def set_modes(tree: Path) -> None:
    """Give every file the modes of an installed one, and the time of the commit."""
    moment = commit_time()
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def commit_time() -> int:
    """Seconds since 1970 of the commit that is packaged, or `SOURCE_DATE_EPOCH`."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or output_of("git", "-C", ROOT, "log", "-1", "--format=%ct"))


def tree_bytes(tree: Path) -> int:
    """Bytes of all files below."""
    return sum(path.lstat().st_size for path in tree.rglob("*") if not path.is_dir())


def main() -> int:
    """Build the tree and print its size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=BUILD / "carrel")
    tree = parser.parse_args().out
    try:
        build_tree(tree)
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    models = tree_bytes(tree / EMBEDDER.parent)
    sys.stdout.write(f"{tree}: {(tree_bytes(tree) - models) / 1e6:.0f} MB and an embedder of {models / 1e6:.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
