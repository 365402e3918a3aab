"""`carrel eval`: measure the quality of search, and of answers, on questions with known answers."""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from assistant.commands.ask import NO_MODEL, PRESET_HELP, add_look_again, ready_to_answer
from assistant.commands.open_workspace import opened_workspace, shown
from assistant.evaluation.asking_all import ask_all
from assistant.evaluation.judge import Judge, usefulness
from assistant.evaluation.questions import GoldQuestion, read_questions
from assistant.evaluation.scores import Scored, Scores, summarise
from assistant.terminal import Terminal
from errors import AppError
from knowledge import Library, evaluate_beir
from personas import PresetName

if TYPE_CHECKING:
    from assistant.workspace import Workspace

_SHARES = {
    "correct": "correct",
    "token_f1": "token F1",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "supported": "claims supported",
    "declined_rightly": "declined, of those without an answer",
    "declined_wrongly": "declined, of those with one",
}
_MEANS = {
    "usefulness": "usefulness of 5, as the model judges",
    "seconds": "seconds",
    "prompt_tokens": "tokens read",
    "output_tokens": "tokens written",
}


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="retrieval|answers")
    retrieval = actions.add_parser("retrieval", parents=[shared], help="nDCG@10, recall@100 and MRR@10 by stage")
    retrieval.add_argument("--beir", type=Path, required=True, metavar="DIR", help="a collection in BEIR's layout")
    retrieval.add_argument("--split", default="test", metavar="S", help="the judgements to use (default: test)")
    retrieval.set_defaults(run=run_retrieval)
    answers = actions.add_parser(
        "answers",
        parents=[shared],
        help="how many answers are correct, cited and supported",
        description="Ask a set of questions in a home of its own, or in that of --home, and score the answers.",
    )
    answers.add_argument(
        "--set", type=Path, required=True, metavar="FILE", help="questions: question, answer and source, JSON by line"
    )
    answers.add_argument(
        "--folder", type=Path, action="append", metavar="D", help="index this folder first, and search only in it"
    )
    answers.add_argument("--persona", metavar="P", help="the persona that answers, by number, id or name")
    answers.add_argument(
        "--model", metavar="FILE", help=f"a GGUF file, “remote:URL#name” on a server, or “{NO_MODEL}” to quote only"
    )
    answers.add_argument("--preset", choices=get_args(PresetName), help=PRESET_HELP)
    add_look_again(answers)
    answers.add_argument("--without", action="store_true", help="ask the model alone too, without any file, to compare")
    answers.add_argument("--judge", action="store_true", help="let the model rate how useful each answer is, 1 to 5")
    answers.add_argument("--limit", type=_positive, metavar="N", help="ask only N of the questions, evenly chosen")
    answers.set_defaults(run=run_answers, route=())


def run_retrieval(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Index the collection in a temporary folder, ask every question, and compare the stages."""
    with opened_workspace(arguments) as workspace, tempfile.TemporaryDirectory(prefix="carrel-eval-") as work:
        encoders = workspace.encoders
        library = Library(Path(work) / "home", encoders.open_embedder, encoders.open_reranker, limits=encoders.limits)
        try:
            found = evaluate_beir(arguments.beir, arguments.split, library, Path(work) / "documents", shown(terminal))
        finally:
            library.close()
    terminal.say(f"{'':10} nDCG@10  recall@100  MRR@10")
    for name, metrics in found.stages.items():
        terminal.say(f"{name:10} {metrics.ndcg_at_10:7.4f}  {metrics.recall_at_100:10.4f}  {metrics.mrr_at_10:6.4f}")
    terminal.say(f"{found.queries} queries, {found.documents} documents, {found.docs_per_second:.0f} documents/s")
    terminal.report(dataclasses.asdict(found))
    return 0


def run_answers(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask every question with retrieval, and on request without; compare both in a table."""
    questions = read_questions(arguments.set)
    questions = questions[:: max(1, len(questions) // (arguments.limit or len(questions)))][: arguments.limit]
    with _workspace_to_ask(arguments) as workspace:
        persona = ready_to_answer(workspace, arguments, terminal)
        ask = partial(
            ask_all,
            workspace,
            questions,
            persona,
            arguments.folder,
            preset=arguments.preset,
            look_again=arguments.look_again,
            judge=_judge(workspace) if arguments.judge else None,
            on_progress=lambda done: terminal.progress(f"Asking: {done} of {len(questions)}"),
        )
        asked = {"with files": [*ask()]}
        if arguments.without:
            asked["without"] = [*ask(retrieve=False)]
    terminal.clear_progress()
    _show_table({name: summarise(scored) for name, scored in asked.items()}, terminal)
    terminal.report(_report(*asked.values()))
    return 0


@contextmanager
def _workspace_to_ask(arguments: argparse.Namespace) -> Iterator[Workspace]:
    """The workspace of `--home`, else of a home that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="carrel-eval-") as work:
        home = arguments.home or Path(work) / "home"
        with opened_workspace(argparse.Namespace(home=home, json=arguments.json)) as workspace:
            yield workspace


def _judge(workspace: Workspace) -> Judge:
    """The model that answers. Raises AppError where none does."""
    engine = workspace.models.chosen
    if engine is None:
        raise AppError("Judging takes a model", "Name one with --model FILE, or leave out --judge.")

    def judge(gold: GoldQuestion, answer: str) -> int | None:
        with workspace.models.lease(engine):
            return usefulness(engine, gold, answer)

    return judge


def _show_table(scores: dict[str, Scores], terminal: Terminal) -> None:
    terminal.say(f"{'':38}" + "".join(f"{name:>12}" for name in scores))
    for names, form in ((_SHARES, ".1%"), (_MEANS, ".1f")):
        for key, words in names.items():
            values = (getattr(one, key) for one in scores.values())
            terminal.say(f"{words:38}" + "".join(f"{_cell(value, form):>12}" for value in values))
    count = next(iter(scores.values())).questions
    # Of a share near a half, the widest: 1.96 standard errors, normal approximation.
    terminal.say(f"{count} questions: a share may be off by {0.98 / count**0.5:.0%}, in one case of twenty by more")


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _report(scored: Sequence[Scored], without: Sequence[Scored] = ()) -> dict[str, object]:
    return {
        **dataclasses.asdict(summarise(scored)),
        "without": dataclasses.asdict(summarise(without)) if without else None,
        "answers": [dataclasses.asdict(one) for one in scored],
        "answers_without": [dataclasses.asdict(one) for one in without],
    }


def _positive(argument: str) -> int:
    if not argument.isdecimal() or not int(argument):
        raise argparse.ArgumentTypeError("is not a number from 1")
    return int(argument)
