"""`carrel tune`: make a model of one's own, step by step or all at once, as one TOML file says."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands.open_workspace import index_folders, opened_workspace, prepared_persona
from assistant.evaluation.questions import read_questions
from assistant.home import Home, find_home
from assistant.settings_file import load_settings
from assistant.terminal import Terminal
from errors import AppError
from tuning.base import find_base
from tuning.chain import Chain
from tuning.data_making import from_chats, from_questions, split, write_examples
from tuning.example_check import CheckedFile
from tuning.plan import read_plan

if TYPE_CHECKING:
    from tuning import TrainingProgress

Action = Callable[[Chain, Home, Terminal], dict[str, Any]]
_SHOWN_PROBLEMS = 50


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each step takes too."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, (words, actions) in _STEPS.items():
        step = steps.add_parser(name, parents=[shared], help=words)
        step.add_argument("plan", type=Path, metavar="FILE.toml", help="the plan of the tuning")
        step.set_defaults(run=run, actions=actions)
    data = steps.add_parser("data", parents=[shared], help="make examples from chats, or from questions and documents")
    data.add_argument("out", type=Path, metavar="FILE.jsonl", help="the examples to train on")
    data.add_argument("--chat", action="append", default=[], metavar="ID", help="a chat whose answers are good")
    data.add_argument("--chats-in", action="append", default=[], metavar="FOLDER", help="every chat filed under this")
    data.add_argument("--questions", type=Path, metavar="SET.jsonl", help="questions with their answers, one a line")
    data.add_argument("--persona", metavar="P", help="the persona that the questions are for")
    data.add_argument("--folder", type=Path, action="append", default=[], metavar="D", help="index this folder first")
    data.add_argument("--passages", type=int, default=4, metavar="N", help="passages with each question (default: 4)")
    data.add_argument("--held-out", type=float, default=0.1, metavar="SHARE", help="the share not to train on (0.1)")
    data.add_argument("--seed", type=int, default=0, metavar="N", help="decides which are held out")
    data.set_defaults(run=make_data)


def make_data(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the examples, and those held out beside them, as `NAME.held-out.jsonl`."""
    if not (arguments.chat or arguments.chats_in or arguments.questions):
        raise AppError("There is nothing to make examples from", "Name chats, or a file of --questions.")
    if not 0 <= arguments.held_out < 1 or arguments.passages < 1:
        raise AppError("--held-out is a share, from 0 to below 1, and --passages 1 or more")
    questions = read_questions(arguments.questions) if arguments.questions else ()
    with opened_workspace(arguments) as workspace:
        made = [from_chats(workspace, arguments.chat, arguments.chats_in)]
        if questions:
            index_folders(workspace, arguments.folder, terminal)
            persona = prepared_persona(workspace, arguments.persona, terminal)
            made.append(from_questions(workspace, questions, persona, arguments.passages))
    train, held_out = split((one for part in made for one in part.examples), arguments.held_out, arguments.seed)
    if not train:
        raise AppError("Not one example could be made", "Are the answers in the documents, and the chats answered?")
    files = {arguments.out: train, arguments.out.with_suffix(".held-out.jsonl"): held_out}
    for file, examples in files.items():
        if examples:
            write_examples(file, examples)
            terminal.say(f"Wrote {len(examples):,} examples to {file}")
    left_out = sum(part.left_out for part in made)
    if left_out:
        terminal.note(f"Left out {left_out:,} chats and questions whose answers their sources do not bear out.")
    terminal.report({"examples": len(train), "held_out": len(held_out), "left_out": left_out})
    return 0


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run one step, or all of them. 1 where `check` finds a problem that stops."""
    home = find_home(arguments.home)
    plan = read_plan(arguments.plan)
    chain, report = Chain(plan, find_base(plan, home, load_settings(home.settings))), dict[str, Any]()
    for action in arguments.actions:
        report |= action(chain, home, terminal)
    terminal.report(report)
    return 1 if report.get("problems_that_stop") else 0


def _check(chain: Chain, _home: Home, terminal: Terminal) -> dict[str, Any]:
    files = [each for each in chain.check() if each]
    for file in files:
        _show(file, terminal)
    stopping = sum(problem.stops for file in files for problem in file.problems)
    return {"files": list(map(_file_view, files)), "problems_that_stop": stopping}


def _show(file: CheckedFile, terminal: Terminal) -> None:
    shortest, median, longest = file.lengths
    lengths = f"{shortest:,} to {longest:,} tokens, half of them over {median:,}"
    terminal.say(f"{file.path}: {len(file.sequences):,} examples of {lengths}; {file.answer_tokens:,} in answers")
    for one in file.problems[:_SHOWN_PROBLEMS]:
        terminal.say(f"  line {one.line:<6} {'✗' if one.stops else '·'} {one.problem:14} {one.detail}")
    if len(file.problems) > _SHOWN_PROBLEMS:
        terminal.say(f"  and {len(file.problems) - _SHOWN_PROBLEMS:,} more: --json lists all of them")


def _file_view(file: CheckedFile) -> dict[str, Any]:
    problems = [
        {"line": one.line, "problem": one.problem, "detail": one.detail, "stops": one.stops} for one in file.problems
    ]
    shortest, median, longest = file.lengths
    return {
        "path": str(file.path),
        "examples": len(file.sequences),
        "tokens": {"shortest": shortest, "median": median, "longest": longest, "in_answers": file.answer_tokens},
        "problems": problems,
    }


def _train(chain: Chain, _home: Home, terminal: Terminal) -> dict[str, Any]:
    def tell(at: TrainingProgress) -> None:
        held_out = "" if at.held_out_loss is None else f", held out {at.held_out_loss:.3f}"
        left = f"{at.seconds_left / 60:.0f} min left" if at.seconds_left >= 60 else f"{at.seconds_left:.0f} s left"
        terminal.progress(f"Step {at.step:,} of {at.steps:,} · loss {at.loss:.3f}{held_out} · {left}")

    trained = chain.train(tell)
    terminal.clear_progress()
    began = f", from step {trained.began_at:,} on" if trained.began_at else ""
    held_out = "" if trained.held_out_loss is None else f", {trained.held_out_loss:.3f} on the examples held out"
    terminal.say(f"Trained {trained.steps:,} steps{began}: the loss is {trained.loss:.3f}{held_out}.")
    terminal.say(f"The adapter is in {trained.adapter}, the curves beside it in curves.png and curves.csv.")
    return {
        "adapter": str(trained.adapter),
        "steps": trained.steps,
        "began_at": trained.began_at,
        "loss": trained.loss,
        "held_out_loss": trained.held_out_loss,
        "learned_parameters": trained.learned_parameters,
        "precision": trained.precision,
    }


def _merge(chain: Chain, _home: Home, terminal: Terminal) -> dict[str, Any]:
    merged = chain.merge()
    terminal.say(f"Merged into {merged}")
    return {"merged": str(merged)}


def _convert(chain: Chain, _home: Home, terminal: Terminal) -> dict[str, Any]:
    whole = chain.convert()
    terminal.say(f"Converted into {whole}")
    return {"gguf": str(whole)}


def _quantise(chain: Chain, _home: Home, terminal: Terminal) -> dict[str, Any]:
    files = chain.quantise()
    for file in files:
        terminal.say(f"Quantised into {file}")
    return {"quantised": list(map(str, files))}


def _compare(chain: Chain, _home: Home, terminal: Terminal) -> dict[str, Any]:
    if chain.plan.data.held_out is None:
        terminal.note("Nothing is held out, so nothing is compared.")
        return {"compared": []}
    rows = []
    terminal.say(f"{'':10}{'MB':>9}{'loss':>9}{'perplexity':>12}{'tokens/s':>10}")
    for one in chain.compare():
        loss, perplexity, speed = one.measured.loss, one.measured.perplexity, one.measured.tokens_per_second
        terminal.say(f"{one.name:10}{one.bytes / 1e6:>9,.1f}{loss:>9.3f}{perplexity:>12,.2f}{speed:>10,.0f}")
        row = {"name": one.name, "path": str(one.path), "bytes": one.bytes, "loss": loss}
        rows.append({**row, "perplexity": perplexity, "tokens_per_second": speed})
    terminal.say("How good its answers are, `carrel eval answers` measures on questions.")
    return {"compared": rows}


def _use(chain: Chain, home: Home, terminal: Terminal) -> dict[str, Any]:
    model = chain.use(home)
    terminal.say(f"Installed in {model}. `carrel ask --model {model.stem} …` answers with it.")
    return {"model": model.stem, "path": str(model)}


_STEPS: dict[str, tuple[str, tuple[Action, ...]]] = {
    "check": ("check the examples, and list what is wrong with them", (_check,)),
    "train": ("train an adapter, or go on where a run ended", (_train,)),
    "merge": ("merge the adapter into its base, as safetensors", (_merge,)),
    "convert": ("convert the merged model into GGUF", (_convert,)),
    "quantise": ("quantise the GGUF file", (_quantise,)),
    "compare": ("compare before, after and each quantisation, on the examples held out", (_compare,)),
    "use": ("put the model where Carrel finds it", (_use,)),
    "run": ("all of these steps", (_train, _merge, _convert, _quantise, _compare, _use)),
}
