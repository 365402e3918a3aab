"""Every target of the sources, met or not on this machine: `python -m benchmarks.targets [--model FILE] [--json]`.

The library holds the knowledge pages of the built-in personas. Times are medians, but where a percentile is named. A
model that is not given is the one of the person's settings; without any, what needs one is left out and said so.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from assistant.home import Home, find_home
from assistant.settings_file import SettingsFile
from assistant.values import Answered, Turn
from assistant.workspace import Workspace
from benchmarks.synthetic import percentile
from engines import Engine, Message, Sampling
from knowledge import Scope
from knowledge.search.query import ALL_STAGES
from personas import BUILTIN_PERSONAS

PERSONA = "410-llm-engineer"
QUESTIONS = Path(__file__).parents[1] / "tests" / "personas" / "questions" / f"{PERSONA}.jsonl"
TURNS = 5
TOKENS = 100
TOGETHER = 4


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the sources. `most`: the value must stay below the limit, else above it."""

    name: str
    value: float
    limit: float
    unit: str
    most: bool = True
    note: str = ""

    @property
    def met(self) -> bool:
        """True where the machine reaches it."""
        return self.value < self.limit if self.most else self.value > self.limit

    @property
    def row(self) -> str:
        """The row of the table."""
        wanted = f"{'<' if self.most else '>'} {self.limit:g} {self.unit}"
        met = "met" if self.met else "**not met**"
        return f"| {self.name} | {wanted} | {self.value:.3g} {self.unit} | {met} | {self.note} |"


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def questions() -> list[str]:
    """The persona's questions, written for its pages."""
    return [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]


def filled(home: Path) -> Workspace:
    """A workspace over the knowledge of the built-in personas, indexed."""
    workspace = Workspace(Home(home))
    workspace.library.add_folder(BUILTIN_PERSONAS)
    workspace.library.sync()
    return workspace


def retrieval(workspace: Workspace) -> Iterator[Target]:
    """The pipeline without generation: the question embedded, passages found, fused and selected."""
    stages, search = ALL_STAGES - {"cache"}, workspace.library.searcher.search
    asked = questions() * 2
    search(asked[0], scope=Scope(persona_id=PERSONA), stages=stages)
    ms = [timed(lambda one=one: search(one, scope=Scope(persona_id=PERSONA), stages=stages)) * 1000 for one in asked]  # type: ignore[misc]
    note = f"{len(asked)} questions, {workspace.library.chunk_count(Scope(persona_id=PERSONA)):,} passages"
    yield Target("retrieval, P50", percentile(ms, 50), 200, "ms", note=note)
    yield Target("retrieval, P99", percentile(ms, 99), 1000, "ms", note=note)


def loading(home: Path, model: Path) -> Iterator[Target]:
    """The first load, which tunes for the processor once, and the second, of a new process' workspace."""
    for name, limit in (("first load of the model", 30.0), ("second load", 1.0)):
        workspace = Workspace(Home(home))
        yield Target(name, timed(lambda: workspace.open_model(model, remember=False)), limit, "s")  # noqa: B023
        workspace.close()


def writing(engine: Engine) -> Iterator[Target]:
    """Speed alone and of several at once."""
    sampling = Sampling(temperature=0, max_tokens=TOKENS)

    def write(number: int) -> float:
        """Seconds for TOKENS tokens, at the pace of an answer that may end before."""
        reply = engine.reply([Message("user", f"Count to a thousand, from {number}, in words.")], sampling)
        seconds = timed(lambda: list(reply))
        return seconds * TOKENS / max(reply.usage.output_tokens, 1)

    write(0)
    reply = engine.reply([Message("user", "Tell a long story about a harbour.")], sampling)
    list(reply)
    yield Target("writing", reply.usage.decode_tokens_per_second, 20, "tokens/s", most=False)
    yield Target(f"{TOKENS} tokens", statistics.median(write(n) for n in range(1, 4)), 5, "s", note="short prompts")
    with ThreadPoolExecutor(TOGETHER) as pool:
        together = list(pool.map(write, range(10, 10 + TOGETHER)))
    yield Target(f"{TOGETHER} at once, mean answer", statistics.mean(together), 3, "s", note=f"{TOKENS} tokens each")


def turns(workspace: Workspace) -> Iterator[Target]:
    """First token of whole turns, new ones and those that follow, whose earlier text is in the cache."""
    new = [_turn(workspace, question) for question in questions()[:TURNS]]
    workspace.asking.stop_prefill()
    following = [_turn(workspace, "What does that cost in memory?", after) for after in new]
    note = f"{statistics.median(turn.usage.computed_tokens for turn in new):,.0f} tokens read"
    yield Target("first token, new question", _first_ms(new), 500, "ms", note=note)
    note = f"{statistics.median(turn.usage.computed_tokens for turn in following):,.0f} tokens read"
    yield Target("first token, follow-up", _first_ms(following), 500, "ms", note=note)


def _first_ms(made: Sequence[Turn]) -> float:
    return statistics.median(turn.timings_ms["first_token"] for turn in made)


def _turn(workspace: Workspace, question: str, after: Turn | None = None) -> Turn:
    running = workspace.asking.ask(
        question,
        persona=PERSONA,
        conversation_id=after.conversation_id if after else None,
        parent_id=after.id if after else None,
        preset="fast",
        again=True,
    )
    return next(event.turn for event in running if isinstance(event, Answered))


def memory() -> Iterator[Target]:
    """Shares of the machine's memory that Carrel takes, with its processes."""
    own = psutil.Process()
    rss = sum(one.memory_info().rss for one in (own, *own.children(recursive=True)))
    share = 100 * rss / psutil.virtual_memory().total
    yield Target("system memory", share, 70, "%", note=f"{rss / 1e9:.1f} GB")


def measured(home: Path, model: Path | None) -> Iterator[Target]:
    """Every target, in the order in which they are measured."""
    workspace = filled(home)
    workspace.prepare_persona(PERSONA)
    yield from retrieval(workspace)
    if model is not None:
        yield from loading(home, model)
        engine = workspace.open_model(model, remember=False)
        assert engine is not None
        yield from writing(engine)
        yield from turns(workspace)
    yield from memory()
    workspace.close()


def machine() -> str:
    """The machine in a line."""
    return (
        f"{psutil.cpu_count(logical=False)} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, {platform.platform()}"
    )


def main() -> int:
    """Print the table; 1 where a target is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a GGUF file or a folder (default: the one of the settings)")
    parser.add_argument("--json", action="store_true", help="print JSON instead")
    arguments = parser.parse_args()
    model = arguments.model or SettingsFile(find_home().settings).settings.model.path
    with tempfile.TemporaryDirectory() as work:
        found = list(measured(Path(work), model))
    if arguments.json:
        print(
            json.dumps({"machine": machine(), "targets": [asdict(one) | {"met": one.met} for one in found]}, indent=1)
        )
        return 0
    print(f"{machine()}; model: {model.name if model else 'none, so that nothing is written'}\n")
    print("| target | wanted | here | | |\n|---|---|---|---|---|")
    print("\n".join(one.row for one in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
