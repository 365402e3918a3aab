"""`carrel search`: the passages that a question finds, and what each stage said of them."""

import argparse
from typing import Any

from assistant.commands.opened import opened_workspace, prepared_persona, refresh_folders
from assistant.commands.views import passage_view, source_line
from assistant.terminal import Terminal
from knowledge.passage import Passage


def add_to(verbs: Any, shared: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("search", parents=[shared], help="passages, with every stage's score")
    parser.add_argument("question", nargs="+")
    parser.add_argument("--persona", metavar="P", help="look in this persona's own knowledge too")
    parser.add_argument("--k", type=_count, default=8, metavar="N", help="how many passages (8)")
    parser.add_argument("--where", metavar="EXPR", help="only files whose front matter fits, as: year >= 2020")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Search, and show passages best first."""
    with opened_workspace(arguments) as workspace:
        from knowledge.library import Scope

        persona = prepared_persona(workspace, arguments.persona, terminal) if arguments.persona else None
        refresh_folders(workspace, terminal)
        question = " ".join(arguments.question)
        found = workspace.library.search(
            question, scope=Scope(persona_id=persona), k=arguments.k, where=arguments.where
        )
    for n, passage in enumerate(found.passages, 1):
        terminal.say(f"{source_line(n, passage)}\n    {_scores(passage)}\n    {' '.join(passage.text.split())[:200]}")
    if not found.passages:
        terminal.note("Nothing was found.")
    passages = [passage_view(n, passage) for n, passage in enumerate(found.passages, 1)]
    terminal.report({"passages": passages, "timings_ms": dict(found.timings_ms)})
    return 0


def _scores(passage: Passage) -> str:
    scores = passage.scores
    ranks = f"vector #{scores.vector_rank or '–'} · keyword #{scores.keyword_rank or '–'}"
    return f"{ranks} · fused {scores.fused:.4f}"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)
