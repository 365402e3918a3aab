"""What looking again costs: `python -m benchmarks.looking MODEL.gguf [--questions N]`.

Questions of `answers/410-llm-engineer.jsonl` are asked of that persona, which has its pages. A grammar makes the model
ask for two steps, in the words of the next two questions, and the answer is stopped at its first word. A row for each
message: the tokens of its prompt, those of them that were computed, the seconds of reading them, and those of the
search before; medians. Then N other questions without steps, with looking allowed and not, in turns: the seconds until
the first word. How good the answers are is for `carrel eval answers` to say, with a model of a useful size.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median
from unittest.mock import patch

from assistant.home import Home
from assistant.models.open_models import Progress
from assistant.values import Answered, Turn, Wrote
from assistant.workspace import Workspace
from engines import EngineSettings, open_engine
from personas import LookAgain
from tests.assistant.looking.forced_engine import ForcedEngine

PERSONA = "410-llm-engineer"
QUESTIONS = Path(__file__).with_name("answers") / f"{PERSONA}.jsonl"
BESIDE = str.maketrans("", "", '"\\\n')  # what a grammar's text cannot hold


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--questions", type=int, default=10)
    given = parser.parse_args()
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    forced, free = questions[: given.questions + 2], questions[given.questions + 2 : 2 * given.questions + 2]
    opened = list[ForcedEngine]()

    def open_forced(path: Path, settings: EngineSettings, on_progress: Progress) -> ForcedEngine:
        opened.append(ForcedEngine(open_engine(path, settings, on_progress)))
        return opened[-1]

    with tempfile.TemporaryDirectory() as folder, patch("assistant.models.chat_models.open_engine", open_forced):
        workspace = Workspace(Home(Path(folder)), without=frozenset({"ahead", "answers"}))
        try:
            workspace.prepare_persona(PERSONA)
            workspace.open_model(given.model.resolve(), remember=False)
            measure_steps(workspace, opened[0], forced)
            measure_first_words(workspace, free)
        finally:
            workspace.close()


def measure_steps(workspace: Workspace, engine: ForcedEngine, questions: list[str]) -> None:
    """Print what each message costs."""
    rows: list[list[tuple[float, ...]]] = [[], [], []]
    for question, *more in zip(questions, questions[1:], questions[2:], strict=False):
        engine.lines = [f"LOOK search: {words.translate(BESIDE)}" for words in more]
        engine.replies.clear()
        turn = asked(workspace, question, "on")
        waits = [0.0, *(step.seconds for step in turn.steps)]
        for row, reply, wait in zip(rows, engine.replies, waits, strict=False):
            usage = reply.usage
            row.append((usage.prompt_tokens, usage.computed_tokens, usage.prefill_seconds, wait))
    engine.lines = []
    print("| message | times | prompt tokens | of these computed | seconds of reading | seconds of searching |")
    print("|---|---|---|---|---|---|")
    for name, row in zip(("question", "after step 1", "after step 2"), rows, strict=True):
        if row:
            prompt, computed, read, search = (median(column) for column in zip(*row, strict=True))
            print(f"| {name} | {len(row)} | {prompt:,.0f} | {computed:,.0f} | {read:.2f} | {search:.3f} |")


def measure_first_words(workspace: Workspace, questions: list[str]) -> None:
    """Print the time until the first word where no step is taken."""
    ways: tuple[LookAgain, ...] = ("on", "off")
    seconds: dict[LookAgain, list[float]] = {way: [] for way in ways}
    for at, question in enumerate(questions):
        for way in ways if at % 2 else ways[::-1]:
            turn = asked(workspace, question, way)
            if not turn.steps and turn.answer:
                seconds[way].append(turn.timings_ms["first_token"] / 1000)
    print("\n| looking again | answers without a step | seconds until the first word |\n|---|---|---|")
    for way in ways:
        print(f"| {way} | {len(seconds[way])} | {median(seconds[way] or [0.0]):.2f} |")


def asked(workspace: Workspace, question: str, look_again: LookAgain) -> Turn:
    """The turn, stopped at the first word of its answer."""
    running = workspace.asking.ask(question, persona=PERSONA, preset="fast", look_again=look_again)
    for event in running:
        if isinstance(event, Wrote):
            running.stop()
        if isinstance(event, Answered):
            return event.turn
    raise RuntimeError("the turn ended without an answer")


if __name__ == "__main__":
    main()
