"""`carrel eval retrieval`: measure the quality of search on a collection with known answers."""

import argparse
import dataclasses
import tempfile
from pathlib import Path

from assistant.commands.open_workspace import opened_workspace, shown
from assistant.terminal import Terminal
from knowledge import Library, evaluate_beir


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="retrieval")
    retrieval = actions.add_parser("retrieval", parents=[shared], help="nDCG@10, recall@100 and MRR@10 by stage")
    retrieval.add_argument("--beir", type=Path, required=True, metavar="DIR", help="a collection in BEIR's layout")
    retrieval.add_argument("--split", default="test", metavar="S", help="the judgements to use (default: test)")
    retrieval.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
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
