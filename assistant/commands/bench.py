"""`carrel bench`: run the benchmarks that come with the source on this machine."""

import argparse
import subprocess
import sys
from pathlib import Path

from assistant.terminal import Terminal
from errors import AppError

SOURCE = Path(__file__).parents[2]
MODULES = {
    "all": ("benchmarks.targets", "every target, met or not, on this machine; some minutes"),
    "load": ("benchmarks.api_load", "many clients of a running `carrel serve` at once"),
    "engine": ("benchmarks.engine", "llama.cpp through Carrel against llama.cpp itself; half an hour"),
    "retrieval": ("benchmarks.search", "milliseconds of a search by stage"),
    "index": ("benchmarks.sync", "syncing the index against a bare walk and a bare embedder"),
    "startup": ("benchmarks.first_paint", "the first paint against a bare window"),
}


class BenchmarksMissing(AppError):
    """Carrel was installed without its source."""

    def __init__(self) -> None:
        super().__init__(
            "The benchmarks are not installed", "They come with Carrel's source: run `carrel bench` there."
        )


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="what", required=True, metavar="|".join(MODULES))
    for name, (_, words) in MODULES.items():
        part = actions.add_parser(name, parents=[shared], help=words)
        part.add_argument("options", nargs=argparse.REMAINDER, help="options of the benchmark, after --")
        part.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run a benchmark in a process of its own, with its figures on stdout and its progress on stderr."""
    module, _ = MODULES[arguments.what]
    if not (SOURCE / "benchmarks").is_dir():
        raise BenchmarksMissing
    options = [option for option in arguments.options if option != "--"]
    command = [sys.executable, "-m", module, *options, *(["--json"] if arguments.json else [])]
    if subprocess.run(command, cwd=SOURCE, check=False).returncode:
        raise AppError(f"The benchmark {arguments.what} failed", "Its output above shows the cause.")
    return 0
