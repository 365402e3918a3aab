"""`carrel batch`: answer a file of questions."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TextIO

from assistant.batches.batch_questions import BatchQuestion, answered_before, read_questions
from assistant.batches.batch_runner import MOST_PARALLEL, Batch
from assistant.commands.ask import add_answering_options, ready_to_answer
from assistant.commands.open_workspace import run_anywhere
from assistant.terminal import Terminal
from assistant.workspace import Workspace
from errors import AppError

_INTERRUPTED = 130  # as shells tell of Ctrl-C
DEFAULT_PARALLEL = 8  # llama.cpp and vLLM read and write this many together; more wait their turn


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.add_argument(
        "questions", type=Path, help='a file with a line for each: {"question": "…"}, or the text alone'
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="the answers (default: QUESTIONS.answers.jsonl)")
    parser.add_argument("--folder", type=Path, action="append", metavar="D", help="index this folder first")
    parser.add_argument("--parallel", type=int, default=DEFAULT_PARALLEL, metavar="N", help="questions asked at once")
    add_answering_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer what has no answer yet; interrupted, it goes on where it was. 1 where a question could not be answered."""
    if not 1 <= arguments.parallel <= MOST_PARALLEL:
        raise AppError("--parallel is out of range", f"It is 1 to {MOST_PARALLEL}.")
    questions = read_questions(arguments.questions)
    arguments.out = arguments.out or arguments.questions.with_suffix(".answers.jsonl")
    done = answered_before(arguments.out, questions)
    if done < len(questions):
        return run_anywhere(arguments, terminal, run_in)
    return _told(arguments.out, len(questions), done, 0, terminal)


def run_in(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer in a workspace that is open what has no answer yet."""
    questions, out = read_questions(arguments.questions), arguments.out
    done = answered_before(out, questions)
    if done:
        terminal.note(f"{done:,} of {len(questions):,} are answered already.")
    with _opened(out) as file:
        persona = ready_to_answer(workspace, arguments, terminal)
        batch = Batch(workspace, questions[done:], persona, arguments.parallel)
        with terminal.stopping(batch.stop):
            answered, failed = _write(batch, questions, done, file, terminal)
    if done + answered < len(questions):
        terminal.note(f"{done + answered:,} of {len(questions):,} are answered. Run it again to go on.")
        return _INTERRUPTED
    return _told(out, len(questions), done, failed, terminal)


def _told(out: Path, questions: int, done: int, failed: int, terminal: Terminal) -> int:
    terminal.say(f"{questions - failed:,} of {questions:,} answered, in {out}")
    terminal.report({"questions": questions, "answered_before": done, "failed": failed, "out": str(out)})
    return 1 if failed else 0


def _opened(out: Path) -> TextIO:
    try:
        return out.open("a", encoding="utf-8")
    except OSError as error:
        raise AppError(f"{out} cannot be written", f"{error.strerror}. Choose another file with --out.") from error


def _write(
    batch: Batch, questions: list[BatchQuestion], done: int, file: TextIO, terminal: Terminal
) -> tuple[int, int]:
    """Write each answer as it comes, in order; return how many came, and how many of them are failures."""
    answered, failed, began = 0, 0, time.monotonic()
    try:
        for number, answer in enumerate(batch, done + 1):
            file.write(json.dumps(answer.view, ensure_ascii=False) + "\n")
            file.flush()
            answered, failed = answered + 1, failed + (answer.error is not None)
            left_s = (time.monotonic() - began) / (number - done) * (len(questions) - number)
            terminal.progress(f"{number:,} of {len(questions):,} · about {left_s / 60:.0f} min left")
    finally:
        batch.stop()
        terminal.clear_progress()
    return answered, failed
