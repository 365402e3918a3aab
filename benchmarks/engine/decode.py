"""How fast answers are written: against llama.cpp's own llama-bench, and against llama-cpp-python's chat call.

llama-bench draws no tokens and decodes no text; ours samples. Both have the same file, threads, batches and flash
attention, and speeds are those of the WINDOW tokens around an output token, at the same depth.
"""

import json
import subprocess
from pathlib import Path
from time import perf_counter

from benchmarks.engine.bare import letters
from benchmarks.engine.row import Row, in_turns
from engines.engine_settings import EngineSettings, LlamaSettings, Tuning
from engines.llama.bindings import llama_library
from engines.llama.calibration import usable_cores
from engines.opening import open_engine
from engines.protocol import Engine, Message, Sampling

WINDOW = 128  # tokens that a speed is taken over
DEPTH = 2_000  # tokens of the prompt
MIDDLES = (64, 1_000, 2_000)  # output tokens
CHAT_MIDDLE = 500


def rows(model: Path, settings: LlamaSettings, rounds: int, llama_bench: Path | None) -> list[Row]:
    """All of them; `llama_bench` None leaves out what needs it. Some ten minutes for five rounds."""
    against_bench = against_llama_bench(model, settings, rounds, llama_bench) if llama_bench else []
    return [*against_bench, against_chat_call(model, settings, min(rounds, 3))]


def against_llama_bench(model: Path, settings: LlamaSettings, rounds: int, program: Path) -> list[Row]:
    """Both, in turns; who begins changes from round to round."""
    engine = open_engine(model, EngineSettings(llama=settings))
    question = [Message("user", letters(DEPTH, 0))]
    depth, tuning = engine.count_prompt_tokens(question), Tuning(threads=settings.threads or usable_cores())
    pairs = []
    for number in range(rounds):
        sides = [
            lambda: our_speeds(engine, question, MIDDLES),
            lambda: bench_speeds(program, model, tuning, depth),
        ]
        order = (0, 1) if number % 2 == 0 else (1, 0)
        found = {side: sides[side]() for side in order}
        pairs.append(list(zip(found[0], found[1], strict=True)))
    engine.close()
    return [
        Row(
            f"writing at depth {DEPTH:,}, output token {middle:,}",
            "llama-bench",
            "tokens/s",
            "≥ 0.97",
            tuple(pair[at] for pair in pairs),
        )
        for at, middle in enumerate(MIDDLES)
    ]


def against_chat_call(model: Path, settings: LlamaSettings, rounds: int) -> Row:
    """Around output token CHAT_MIDDLE, each side in an engine of its own, in turns."""
    question = [Message("user", letters(64, 0))]

    def ours() -> float:
        engine = open_engine(model, EngineSettings(llama=settings))
        (speed,) = our_speeds(engine, question, (CHAT_MIDDLE,))
        engine.close()
        return speed

    pairs = in_turns(ours, lambda: chat_call_speed(model, settings, question[0].text), rounds)
    what = f"writing at output token {CHAT_MIDDLE}"
    return Row(what, "llama-cpp-python's create_chat_completion", "tokens/s", "≥ 2.5", pairs)


def our_speeds(engine: Engine, question: list[Message], middles: tuple[int, ...]) -> list[float]:
    """Tokens per second of one answer around each of `middles`, as the reader of the stream sees them."""
    last = middles[-1] + WINDOW // 2
    times = [0.0]
    for piece in engine.reply(question, Sampling(seed=1, max_tokens=last)):
        times += [perf_counter()] * piece.tokens
    if len(times) <= last:
        raise SystemExit(f"the model ended its answer after {len(times) - 1} tokens; {last} are needed")
    return [_speed(times, middle) for middle in middles]


def chat_call_speed(model: Path, settings: LlamaSettings, question: str) -> float:
    """Tokens per second around CHAT_MIDDLE of the high-level call, with its own sampling and our threads and window.

    For each token it turns all that it has written into text again: some microsecond for each of them, so half a
    millisecond here and more with every token. This model's tokens are whole words, as a trained model's text is. Of a
    model that writes at random from all bytes, one that completes no character stops the stream, and from then on every
    token costs the square of those that wait: 42 ms a token after 190. That makes slow what nobody reads.
    """
    from llama_cpp import Llama

    threads = settings.threads or usable_cores()
    llama = Llama(str(model), n_ctx=settings.context_tokens, n_threads=threads, n_threads_batch=threads, verbose=False)
    times = [0.0]
    for _ in llama.create_chat_completion(
        [{"role": "user", "content": question}], stream=True, max_tokens=CHAT_MIDDLE + WINDOW // 2, seed=1
    ):
        times.append(perf_counter())
    llama.close()
    llama_library().release_threads()  # otherwise the engine that comes next would be slower for it
    return _speed(times[2:], CHAT_MIDDLE - 2)


def bench_speeds(program: Path, model: Path, tuning: Tuning, prompt_tokens: int) -> list[float]:
    """Tokens per second that llama-bench reports at the depths where the windows of MIDDLES begin."""
    depths = [prompt_tokens + middle - WINDOW // 2 for middle in MIDDLES]
    batch = str(tuning.batch_tokens)
    command = [str(program), "-m", str(model), "-o", "json", "-r", "1", "--no-warmup", "-p", "0", "-n", str(WINDOW)]
    command += ["-d", ",".join(map(str, depths)), "-t", str(tuning.threads)]
    command += ["-b", batch, "-ub", batch, "-fa", str(int(tuning.flash_attention))]
    results = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    speeds = {result["n_depth"]: float(result["avg_ts"]) for result in results}
    return [speeds[depth] for depth in depths]


def _speed(times: list[float], middle: int) -> float:
    start, end = max(1, middle - WINDOW // 2), middle + WINDOW // 2
    return (end - start) / (times[end] - times[start])
