"""First paint and `carrel --help` of a packaged Carrel against those from source: fresh processes, in turns.

The figure is the median of the rounds' ratios.

    python -m benchmarks.packaged_start build/packages/carrel [--runs 15]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.first_paint import CARREL, ROOT

# Where a package keeps Carrel's folders under one name, importing that name makes them known.
INSTALLED = "import importlib.util\nif importlib.util.find_spec('carrel'): import carrel\n"


def seconds_until(line: str, command: list[str], where: Path) -> float:
    """Seconds from starting the program until it has written this line, or until it has ended where `line` is ""."""
    variables = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=where, env=variables) as child:
        assert child.stdout is not None
        while (said := child.stdout.readline()) and said.strip() != line:
            continue
        took = time.perf_counter() - began
        child.stdout.read()
    if child.returncode or (line and not said):
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return took


def main() -> None:
    """Print both medians and the median of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    (python,) = (arguments.tree.resolve() / "bin").glob("python3*")
    with tempfile.TemporaryDirectory() as home:
        kinds = {
            "first paint": (
                [sys.executable, "-c", CARREL, home],
                [str(python), "-I", "-c", INSTALLED + CARREL, home],
                "painted",
            ),
            "carrel --help": (
                [sys.executable, "-m", "desktop", "--help"],
                [str(python.with_name("carrel")), "--help"],
                "",
            ),
        }
        for name, (source, packaged, line) in kinds.items():
            rounds = [
                (seconds_until(line, source, ROOT), seconds_until(line, packaged, Path(home)))
                for _ in range(arguments.runs + 1)
            ][1:]  # the first warms the disk's cache
            ours, theirs = (statistics.median(column) * 1e3 for column in zip(*rounds, strict=True))
            ratio = statistics.median(packaged_s / source_s for source_s, packaged_s in rounds)
            print(f"{name}: from source {ours:.0f} ms, packaged {theirs:.0f} ms, {ratio:.2f} times")


if __name__ == "__main__":
    main()
