"""Copies the Python that runs this into a folder, where it runs wherever the folder lies.

Python finds its library beside its own program (`bin/python3` → `lib/python3.11/os.py`), so nothing has to be set.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

from shared_objects import PackagingError, missing, run_path, take_library

VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
QT_LIBRARIES = "$ORIGIN/../site-packages/PySide6/Qt/lib"


def copy_interpreter(tree: Path, *, drop: list[str], carried: list[str]) -> None:
    """Copy program, standard library and what these need of `carried`, the libraries that a bare system may lack.

    `drop`: names or patterns below the standard library and among its compiled modules.
    """
    library = tree / "lib" / VERSION
    _copy_standard_library(library, drop)
    (tree / "bin").mkdir(parents=True)
    program = tree / "bin" / VERSION
    shutil.copyfile(Path(sys.base_prefix) / "bin" / VERSION, program)
    program.chmod(0o755)
    run_path(program, "$ORIGIN/../lib")
    shared = str(sysconfig.get_config_var("INSTSONAME"))
    if ".so" in shared:  # else it is in the program
        shutil.copyfile(Path(sysconfig.get_config_var("LIBDIR")) / shared, tree / "lib" / shared)
        (tree / "lib" / shared).chmod(0o755)
    for module in (library / "lib-dynload").glob("*.so"):
        run_path(module, "$ORIGIN/../..", QT_LIBRARIES)
    carry_libraries(tree, carried)


def carry_libraries(tree: Path, carried: list[str]) -> None:
    """Copy what the tree needs of `carried` to its `lib`, until nothing of these is missing."""
    while wanted := sorted(set(missing(tree)) & set(carried)):
        for name in wanted:
            take_library(name, tree / "lib")


def site_packages(tree: Path) -> Path:
    """The folder of the tree in which Python looks for installed packages."""
    return tree / "lib" / VERSION / "site-packages"


def _copy_standard_library(library: Path, drop: list[str]) -> None:
    base = {"platbase": sys.base_exec_prefix}  # not a virtual environment's
    source, compiled = (
        Path(sysconfig.get_path("stdlib")),
        Path(sysconfig.get_path("platstdlib", vars=base), "lib-dynload"),
    )
    if not (source / "os.py").is_file() or not compiled.is_dir():
        raise PackagingError(f"{sys.executable} has no standard library that can be copied.")
    ignored = shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "lib-dynload", *drop)
    shutil.copytree(source, library, ignore=ignored)
    shutil.copytree(compiled, library / "lib-dynload", ignore=ignored)
    for build in library.glob("_sysconfigdata_*.py"):  # where and how this Python was compiled concerns nobody
        build.write_text(build.read_text("utf-8").replace(sys.base_prefix, "/usr"), "utf-8")
    (library / "site-packages").mkdir()
