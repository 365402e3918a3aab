"""The tree that every package for Linux holds: built by `make deb`, run by `make test-packages`."""

import os
import subprocess
from pathlib import Path

import pytest

from application_tree import BUILD, CONTENTS, EMBEDDER, tree_bytes
from debian_package import depends
from interpreter import VERSION

TREE = BUILD / "carrel"
MOST_MB = 600
OPTIONAL = {
    "FlagEmbedding",
    "PIL",
    "gguf",
    "mcp",
    "opentelemetry",
    "peft",
    "prometheus_client",
    "spacy",
    "sse_starlette",
}
OPTIONAL |= {"starlette", "torch", "uvicorn"}  # of the extras
IMPORT_ALL = """
import importlib, pkgutil, sys
failed = set()
for name in "errors assistant desktop engines knowledge network personas serving tuning".split():
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), name + "."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                failed.add(error.name.partition(".")[0])
print(*sorted(failed))
"""
OPEN_ALL = """
import ctypes, os, sys
for line in sys.stdin:
    child = os.fork()
    if not child:
        try:
            ctypes.CDLL(line.strip())
            os._exit(0)
        except OSError as error:
            print(error, flush=True)
            os._exit(1)
    os.waitpid(child, 0)
"""

pytestmark = [
    pytest.mark.packages,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not TREE.is_dir(), reason="`make deb` builds it"),
]


def run(*command: str | Path, told: str = "") -> str:
    """Run a program of the tree, with nothing of this environment."""
    variables = {"HOME": os.environ["HOME"], "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, input=told, capture_output=True, text=True, cwd="/", env=variables)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def python(program: str, told: str = "") -> str:
    """Run a program with the tree's Python, in which Carrel's packages are found as in an installation."""
    start = f"import importlib.util, sys; importlib.util.find_spec('carrel') and __import__('carrel')\n{program}"
    return run(TREE / "bin" / VERSION, "-I", "-c", start, told=told)


def test_every_module_is_there_but_those_of_the_extras() -> None:
    assert set(python(IMPORT_ALL).split()) <= OPTIONAL


def test_every_library_finds_what_it_needs() -> None:
    paths = [str(path) for path in TREE.rglob("*.so*") if "platformthemes" not in str(path) and "cups" not in path.name]
    assert python(OPEN_ALL, "\n".join(paths)) == ""


def test_it_answers_from_a_folder_at_its_first_start(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "lease.md").write_text("The lease of the flat ends on 30 June 2027.", "utf-8")
    home = ("--home", tmp_path / "home")
    answer = run(TREE / "bin" / "carrel", *home, "ask", "--folder", tmp_path / "notes", "When does the lease end?")
    assert "30 June 2027. [1]" in answer
    assert (tmp_path / "home" / "models" / EMBEDDER.name / "model.safetensors").is_file()


def test_it_is_as_small_as_promised() -> None:
    assert (tree_bytes(TREE) - tree_bytes(TREE / EMBEDDER.parent)) / 1e6 <= MOST_MB


def test_each_library_of_the_system_has_a_package() -> None:
    assert "libxcb-cursor0" in depends(TREE)
    assert not [name for name in CONTENTS["system"]["carried"] if name.startswith("libreadline")]  # GPL


def test_nothing_names_the_folder_of_the_build() -> None:
    found = subprocess.run(["grep", "-rl", str(BUILD), str(TREE)], capture_output=True, text=True)
    assert found.stdout == ""
