"""What vLLM and transformers take from what they read before, and how fast transformers writes, in Carrel's engines."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.engine.bare import letters
from benchmarks.engine.random_folder import write_random_folder
from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import TransformersSettings, VllmSettings
from engines.models.machine import gpu_memory
from engines.protocol import Engine, Message, Sampling, Usage
from engines.transformers.causal_lm import transformers_library
from engines.transformers.engine import TransformersEngine
from engines.vllm.engine import VllmEngine
from engines.vllm.runtime import vllm_library

WINDOW, HISTORY, NEW, ANSWER = 4_096, 2_000, 20, 24  # tokens
WRITTEN = 48  # tokens that a speed is taken over
DEPTH = 200  # tokens of the prompt before them


def vllm_rows(folder: Path, rounds: int) -> list[Row]:
    """Turn 2 against turn 1, and many answers at once against `vllm bench`; five minutes on a GPU.

    `folder`: where the model is, or will be written. Raises EngineMissing.
    """
    vllm_library()
    load = _GPU_LOAD if gpu_memory() else _CPU_LOAD
    settings = VllmSettings(context_tokens=WINDOW, max_num_seqs=256, max_num_batched_tokens=8192)
    engine = VllmEngine(write_random_folder(folder), settings)
    try:
        turns = _turns(engine, rounds)
        _throughput(engine, load, seed=0)  # warms up
        ours = [_throughput(engine, load, seed=number + 1) for number in range(rounds)]
    finally:
        engine.close()  # the reference needs its memory
    theirs = [_vllm_bench(folder, load, settings) for _ in range(rounds)]
    what = f"vLLM: {load.answers} answers at once, {load.prompt:,} tokens read and {load.answer} written each"
    return [*turns, Row(what, "vllm bench throughput", "tokens/s", "≥ 0.95", tuple(zip(ours, theirs, strict=True)))]


@dataclass(frozen=True, slots=True)
class Load:
    """Answers at once, and the tokens of each prompt and answer."""

    answers: int
    prompt: int
    answer: int


_GPU_LOAD, _CPU_LOAD = Load(128, 512, 128), Load(4, 64, 16)


# What `vllm bench throughput` runs; the command itself asks for the package `vllm`, which its build for CPUs is not.
_VLLM_BENCH = """
from vllm.benchmarks import throughput
from vllm.utils.argparse_utils import FlexibleArgumentParser

if __name__ == "__main__":
    parser = FlexibleArgumentParser()
    throughput.add_cli_args(parser)
    throughput.main(parser.parse_args())
"""


def _throughput(engine: Engine, load: Load, seed: int) -> float:
    """Tokens written in a second by all answers together."""
    sampling = Sampling(temperature=0, max_tokens=load.answer)
    chats = [[Message("user", letters(load.prompt, seed * load.answers + at))] for at in range(load.answers)]

    def written(chat: Sequence[Message]) -> int:
        reply = engine.reply(chat, sampling, keep=False)
        list(reply)
        return reply.usage.output_tokens

    begun = perf_counter()
    with ThreadPoolExecutor(load.answers) as pool:
        tokens = sum(pool.map(written, chats))
    return tokens / (perf_counter() - begun)


def _vllm_bench(folder: Path, load: Load, settings: VllmSettings) -> float:
    """The same by vLLM's own benchmark, in a process that is given the whole GPU."""
    with TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        options = {
            "model": folder,
            "dataset-name": "random",
            "random-input-len": load.prompt,
            "random-output-len": load.answer,
            "num-prompts": load.answers,
            "max-model-len": settings.context_tokens,
            "max-num-seqs": settings.max_num_seqs,
            "max-num-batched-tokens": settings.max_num_batched_tokens,
            "output-json": report,
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = [sys.executable, "-c", _VLLM_BENCH, *arguments]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
        subprocess.run(command, check=True, env=environment, stdout=sys.stderr)
        return load.answers * load.answer / float(json.loads(report.read_text("utf-8"))["elapsed_time"])


def transformers_rows(folder: Path, rounds: int) -> list[Row]:
    """Turn 2 against turn 1, and writing against transformers' own loop; two minutes. Raises EngineMissing."""
    transformers_library()
    engine = TransformersEngine(write_random_folder(folder), TransformersSettings(context_tokens=WINDOW))
    try:
        return [*_turns(engine, rounds), _writing(engine, folder, rounds)]
    finally:
        engine.close()


def _turns(engine: Engine, rounds: int) -> list[Row]:
    drawn, name = random.Random(0), engine.name
    pairs = [_two_turns(engine, drawn.randrange(1 << 30)) for _ in range(rounds)]
    cached = tuple((float(second.reused_tokens), float(second.prompt_tokens)) for _, second in pairs)
    waited = tuple((second.first_token_seconds, first.first_token_seconds) for first, second in pairs)
    return [
        Row(f"{name}: tokens of turn 2 that were there", "its whole prompt", "tokens", "≥ 0.9", cached),
        Row(f"{name}: first token of turn 2, after {HISTORY:,} tokens", "of turn 1", "s", "< 1", waited),
    ]


def _two_turns(engine: Engine, seed: int) -> tuple[Usage, Usage]:
    """A question of HISTORY tokens and one of NEW."""
    chat = [Message("user", letters(HISTORY, seed))]
    text, first = _answered(engine, chat)
    _, second = _answered(engine, [*chat, Message("assistant", text), Message("user", letters(NEW, seed + 1))])
    return first, second


def _answered(engine: Engine, messages: Sequence[Message]) -> tuple[str, Usage]:
    reply = engine.reply(messages, Sampling(temperature=0, max_tokens=ANSWER))
    return "".join(piece.text for piece in reply), reply.usage


def _writing(engine: TransformersEngine, folder: Path, rounds: int) -> Row:
    """Greedy tokens per second after the first, of the engine and of `generate` on a model loaded for it."""
    library = transformers_library()
    bare = library.transformers.AutoModelForCausalLM.from_pretrained(str(folder), dtype=library.torch.float32).eval()
    question = [Message("user", letters(DEPTH, 1))]
    prompt = library.torch.tensor([engine._folder.prompt(question)[1]])

    def ours() -> float:
        reply = engine.reply(question, Sampling(temperature=0, max_tokens=WRITTEN), keep=False)
        list(reply)
        return reply.usage.decode_tokens_per_second

    def theirs() -> float:
        times = _Times()
        mask = library.torch.ones_like(prompt)
        bare.generate(prompt, attention_mask=mask, max_new_tokens=WRITTEN, do_sample=False, streamer=times)
        return (WRITTEN - 1) / (times.taken[-1] - times.taken[1])

    what = f"transformers: writing {WRITTEN} tokens, float32"
    return Row(what, "transformers' generate", "tokens/s", "≥ 0.97", in_turns(ours, theirs, rounds))


class _Times:
    """A streamer for `generate`: when each token came, the prompt first."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def put(self, tokens: Any) -> None:
        self.taken.append(perf_counter())

    def end(self) -> None:
        pass
