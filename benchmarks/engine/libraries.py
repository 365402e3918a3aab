"""How fast the libraries of llama.cpp read and write, against the first: in the processor's time of one thread.

    python -m benchmarks.engine.libraries [--library FILE …] [--rounds 7] [MODEL.gguf …]

Without `--library` those that are installed, the compiled one first. Without a model, random weights of a 0.5B shape in
Q4_0, and the same as Q4_K_M. In each round each library has a process of its own, and who begins changes.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.engine.bare import Bare
from benchmarks.engine.random_gguf import write_random_gguf
from engines.llama.bindings import llama_library
from engines.llama.library_file import library_files
from engines.llama.quantising import QUANTISATIONS

READ, WRITTEN = 512, 48  # tokens
WINDOW = 1_024


def main() -> None:
    """Print, for each model and library, its speeds as parts of the first library's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--library", action="append", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path("build"), help="where random weights are kept")
    parser.add_argument("--once", action="store_true", help="print the seconds of one library and model")
    chosen = parser.parse_args()
    libraries = chosen.library or [file.path for file in library_files(None)]
    if chosen.once:
        print(json.dumps(seconds(libraries[0], chosen.models[0])))
        return
    for model in chosen.models or random_models(chosen.folder):
        compare(model, libraries, chosen.rounds)


def compare(model: Path, libraries: list[Path], rounds: int) -> None:
    """Measure in turns, and print the medians' ratios."""
    found: dict[Path, list[tuple[float, float]]] = {library: [] for library in libraries}
    for number in range(rounds):
        for library in libraries if number % 2 == 0 else reversed(libraries):
            command = (sys.executable, "-m", __spec__.name, "--once", "--library", library, model)
            reading, writing = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            found[library].append((reading, writing))
    first = [median(column) for column in zip(*found[libraries[0]], strict=True)]
    for library, rows in found.items():
        reading, writing = (one / median(column) for one, column in zip(first, zip(*rows, strict=True), strict=True))
        tokens = READ / median(row[0] for row in rows), WRITTEN / median(row[1] for row in rows)
        print(
            f"{model.name}  {library.name} of {library.parent.name}: reading {reading:.3f} ({tokens[0]:.0f} tokens/s), "
            f"writing {writing:.3f} ({tokens[1]:.1f} tokens/s)",
            flush=True,
        )


def seconds(library: Path, model: Path) -> tuple[float, float]:
    """The processor's time of reading READ tokens, and of WRITTEN ones one by one after them."""
    bare = Bare(model, window=WINDOW, threads=1, batch=READ, ubatch=READ, library=library)
    prompt, answer = bare.tokens(READ), bare.tokens(WRITTEN)
    bare.seconds_to_read(prompt[:64])
    begun = process_time()
    bare.seconds_to_read(prompt)
    read = process_time()
    for place, token in enumerate(answer):
        bare.seconds_to_read([token], after=READ + place)
    written = process_time()
    bare.close()
    return read - begun, written - read


def random_models(folder: Path) -> list[Path]:
    """The random weights in Q4_0, and written anew as Q4_K_M."""
    source = write_random_gguf(folder / "random.gguf")
    target = source.with_name("random-Q4_K_M.gguf")
    if not target.exists():
        api = llama_library().api
        parameters = api.llama_model_quantize_default_params()
        parameters.ftype, parameters.allow_requantize = QUANTISATIONS["Q4_K_M"], True
        if api.llama_model_quantize(os.fsencode(source), os.fsencode(target), parameters):
            raise SystemExit("llama.cpp cannot write Q4_K_M")
    return [source, target]


if __name__ == "__main__":
    main()
