"""Carrel's engines against the libraries that they use, and against what a person would wait for otherwise.

    python -m benchmarks.engine [--only turns … vllm transformers] [--rounds 5] [--json]

Random weights in the shape of Qwen2.5-0.5B, written once, in Q4_0 for llama.cpp and in bfloat16 for the others: right
for speed, not for sense. Sides take turns; the ratio is the median of the rounds' own. llama-bench is compiled once,
from the sources of the installed bindings. An engine whose library is not installed is named and left out.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.engine import decode, drafting, folders, parallel, parking, reading, turns
from benchmarks.engine.random_gguf import write_random_gguf
from benchmarks.engine.row import Row
from engines.engine_settings import LlamaSettings
from engines.errors import EngineMissing

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "carrel"
BUILD = Path(__file__).with_name("build_llama_bench.sh")
PARTS = ("turns", "parking", "reading", "parallel", "decode", "drafting", "vllm", "transformers")


def main() -> None:
    """Measure and print, line by line."""
    arguments = _arguments()
    found = []
    for row in measure(arguments.model, arguments.only, arguments.rounds, arguments.llama_bench):
        found.append(row)
        print(line(row), file=sys.stderr if arguments.json else sys.stdout, flush=True)
    if arguments.json:
        print(json.dumps([_plain(row) for row in found]))


def measure(model: Path | None, parts: list[str], rounds: int, llama_bench: Path | None) -> Iterator[Row]:
    """The rows of the parts asked for, as they are done. `model`, `llama_bench`: None makes them."""
    settings = LlamaSettings(flash_attention=False)
    folder = CACHE / "benchmarks" / "qwen2.5-0.5b-shape-bf16"
    run: dict[str, Callable[[], list[Row]]] = {
        "turns": lambda: turns.rows(model or _gguf(), settings, rounds),
        "parking": lambda: parking.rows(model or _gguf(), settings, rounds),
        "reading": lambda: reading.rows(model or _gguf(), settings, rounds),
        "parallel": lambda: parallel.rows(model or _gguf(), settings, rounds),
        "decode": lambda: decode.rows(model or _gguf(), settings, rounds, llama_bench or _build()),
        "drafting": lambda: drafting.rows(settings, rounds),
        "vllm": lambda: folders.vllm_rows(folder, min(rounds, 3)),
        "transformers": lambda: folders.transformers_rows(folder, min(rounds, 3)),
    }
    for part in parts:
        try:
            yield from run[part]()
        except EngineMissing as missing:
            print(f"{part}: left out. {missing.title}. {missing.hint}", file=sys.stderr)


def line(row: Row) -> str:
    """A line of a Markdown table."""
    return (
        f"| {row.what} | {row.reference} | {row.ours:.4g} {row.unit} | {row.theirs:.4g} {row.unit} |"
        f" **{row.ratio:.3g}** | {row.reach} | {len(row.rounds)} |"
    )


def _gguf() -> Path:
    return write_random_gguf(CACHE / "benchmarks" / "qwen2.5-0.5b-shape-words-q4_0.gguf")


def _build() -> Path:
    return Path(subprocess.check_output([BUILD], text=True).strip())


def _plain(row: Row) -> dict[str, object]:
    return {
        "what": row.what,
        "reference": row.reference,
        "unit": row.unit,
        "ratio": row.ratio,
        "reach": row.reach,
        "rounds": row.rounds,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", type=Path, help="a GGUF file whose vocabulary has a token for each letter")
    parser.add_argument("--llama-bench", type=Path, help="default: built once by build_llama_bench.sh")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
