"""How fast answers are written, against llama.cpp's own llama-bench at the same depth.

    python -m benchmarks.decode [--rounds 5] [--model FILE] [--llama-bench PROGRAM] [--json]

A round is one sampled answer of ours and one run of llama-bench (which draws no tokens and decodes no text), one after
the other in turns, with the same file, threads, batches and flash attention. Speeds are those of the 128 tokens around
output tokens 64 and 1,000; llama-bench gets a context filled to the same depth. Ratios above 1 are in our favour.
"""

import argparse
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.random_gguf import write_random_gguf
from engines.llama.engine import LlamaEngine, usable_cores
from engines.protocol import Message, Sampling
from engines.settings import LlamaSettings

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "carrel"
BUILD = Path(__file__).with_name("build_llama_bench.sh")
WINDOW = 128  # tokens that a speed is taken over
MIDDLES = (64, 1_000)  # output tokens
QUESTION = (Message("user", "How much does a token cost at the end of a long answer?"),)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians over the rounds, in tokens per second; `ratio`: the median of the rounds' own ratios, ours / theirs."""

    output_token: int
    ratio: float
    ours: float
    llama_bench: float
    rounds: list[tuple[float, float]]


def main() -> None:
    """Run the comparison and print it."""
    arguments = _arguments()
    model = arguments.model or write_random_gguf(CACHE / "benchmarks" / "qwen2.5-0.5b-shape-q4_0.gguf")
    program = arguments.llama_bench or Path(subprocess.check_output([BUILD], text=True).strip())
    comparisons = compare(model, program, LlamaSettings(flash_attention=False), arguments.rounds)
    if arguments.json:
        print(json.dumps([asdict(comparison) for comparison in comparisons]))
        return
    print(f"{'output token':>12}  {'ours t/s':>9}  {'llama-bench t/s':>15}  {'ratio':>6}")
    for one in comparisons:
        print(f"{one.output_token:>12,}  {one.ours:>9.1f}  {one.llama_bench:>15.1f}  {one.ratio:>6.3f}")


def compare(model: Path, program: Path, settings: LlamaSettings, rounds: int) -> list[Comparison]:
    """Both, in turns, `rounds` times."""
    engine = LlamaEngine(model, settings)
    depth = engine.count_prompt_tokens(QUESTION)
    pairs = []
    for number in range(rounds):
        runs = [lambda: our_speeds(engine), lambda: llama_bench_speeds(program, model, settings, depth)]
        if number % 2:
            theirs, ours = runs[1](), runs[0]()
        else:
            ours, theirs = runs[0](), runs[1]()
        pairs.append(list(zip(ours, theirs, strict=True)))
    engine.close()
    return [_comparison(middle, [pair[at] for pair in pairs]) for at, middle in enumerate(MIDDLES)]


def our_speeds(engine: LlamaEngine) -> list[float]:
    """Tokens per second of one answer around each of MIDDLES, as the reader of the stream sees them."""
    last = MIDDLES[-1] + WINDOW // 2
    times = [0.0]
    for piece in engine.reply(QUESTION, Sampling(seed=1, max_tokens=last)):
        times += [perf_counter()] * piece.tokens
    if len(times) <= last:
        raise SystemExit(f"the model ended its answer after {len(times) - 1} tokens; {last} are needed")
    spans = [(max(1, middle - WINDOW // 2), middle + WINDOW // 2) for middle in MIDDLES]
    return [(end - start) / (times[end] - times[start]) for start, end in spans]


def llama_bench_speeds(program: Path, model: Path, settings: LlamaSettings, prompt_tokens: int) -> list[float]:
    """Tokens per second that llama-bench reports at the depths where the windows of MIDDLES begin."""
    depths = [prompt_tokens + middle - WINDOW // 2 for middle in MIDDLES]
    batch = str(settings.batch_tokens)
    command = [str(program), "-m", str(model), "-o", "json", "-r", "1", "-p", "0", "-n", str(WINDOW)]
    command += ["-d", ",".join(map(str, depths)), "-t", str(settings.threads or usable_cores())]
    command += ["-b", batch, "-ub", batch, "-fa", str(int(settings.flash_attention or False))]
    results = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    speeds = {result["n_depth"]: float(result["avg_ts"]) for result in results}
    return [speeds[depth] for depth in depths]


def _comparison(middle: int, pairs: list[tuple[float, float]]) -> Comparison:
    ratio = median(ours / theirs for ours, theirs in pairs)
    return Comparison(middle, ratio, median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), pairs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", type=Path, help="a GGUF file; default: random weights, shape of Qwen2.5-0.5B, Q4_0")
    parser.add_argument("--llama-bench", type=Path, help="default: built once by build_llama_bench.sh")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
