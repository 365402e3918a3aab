"""`carrel search`: the passages for a question, the scores of each stage, and the reasons for cutting others."""

import argparse

from assistant.commands.ask import add_filter, question_of, valid_text
from assistant.commands.open_workspace import prepared_persona, refresh_folders, run_anywhere
from assistant.saving.switches import add_stage_switches, stages_of
from assistant.terminal import Terminal
from assistant.views import candidate_view, passage_view, source_line
from assistant.workspace import Workspace
from knowledge import Retrieval, Scope, all_filters

_PASSAGES = 8
_MOST = 1000  # passages: as many as a stage of the search looks at
_COLUMNS = ("", "vector", "keyword", "name", "fused", "rerank")


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument("question", nargs="+", type=valid_text, help="words, or - to read them from standard input")
    parser.add_argument(
        "--persona", metavar="P", help="search as this persona does: its own knowledge too, and with its filter"
    )
    parser.add_argument("--k", type=_count, metavar="N", help="number of passages (default: 8; of a reranker, 10)")
    add_filter(parser)
    parser.add_argument(
        "--inspect", action="store_true", help="show every candidate's ranks, and the reason for cutting it"
    )
    add_stage_switches(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Search, and show the passages, best first."""
    arguments.question = [question_of(arguments.question)]
    return run_anywhere(arguments, terminal, run_in)


def run_in(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Search in a workspace that is open."""
    [question] = arguments.question
    persona = prepared_persona(workspace, arguments.persona, terminal) if arguments.persona else None
    chosen = workspace.catalogue.load(persona) if persona else None
    refresh_folders(workspace, terminal)
    stages = stages_of(arguments)
    found = workspace.library.searcher.search(
        question,
        scope=Scope(persona_id=persona),
        k=arguments.k or (workspace.encoders.passages(_PASSAGES) if "rerank" in stages else _PASSAGES),
        where=all_filters((chosen.where if chosen else None, arguments.where)),
        stages=stages,
        also=chosen.synonyms.words_for(question) if chosen else "",
    )
    for n, passage in enumerate(found.passages, 1):
        scores = passage.scores
        ranks = (
            f"vector #{scores.vector_rank or '–'} · keyword #{scores.keyword_rank or '–'} · fused {scores.fused:.4f}"
        )
        reranked = "" if scores.rerank is None else f" · rerank #{scores.rerank_rank} {scores.rerank:.2f}"
        text = " ".join(passage.body.split())[:200]
        for line in (source_line(n, passage, passage.relevance), f"    {ranks}{reranked}", f"    {text}"):
            terminal.say(line)
    if not found.passages:
        terminal.note("Nothing was found." if not found.candidates else "Nothing that was found answers the question.")
    if arguments.inspect:
        _inspect(found, terminal)
    passages = [passage_view(n, passage) for n, passage in enumerate(found.passages, 1)]
    candidates = [candidate_view(candidate) for candidate in found.candidates]
    terminal.report(
        {
            "passages": passages,
            "candidates": candidates,
            "cached": found.cached,
            "reranked": found.reranked,
            "timings_ms": dict(found.timings_ms),
        }
    )
    return 0


def _inspect(found: Retrieval, terminal: Terminal) -> None:
    """Print how many were reranked, and a table of every candidate in order: rank and score by stage."""
    if found.reranked:
        terminal.say(f"Reranked {found.reranked} candidates.")
    terminal.say("".join(f"{name:>13}" for name in _COLUMNS).removeprefix(" " * 9) + "  cut")
    for n, candidate in enumerate(found.candidates, 1):
        s = candidate.scores
        cells = (
            _cell(s.vector_rank, s.vector),
            _cell(s.keyword_rank, s.keyword),
            _cell(None, s.name),
            _cell(s.fused_rank, s.fused),
            _cell(s.rerank_rank, s.rerank),
        )
        name = " › ".join((candidate.path.name, *candidate.heading))
        terminal.say(f"{n:4}" + "".join(f"{cell:>13}" for cell in cells) + f"  {candidate.cut or '–'} · {name}")


def _cell(rank: int | None, score: float | None) -> str:
    if score is None:
        return "–"
    return f"#{rank} {score:.3f}" if rank else f"{score:.3f}"


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > len(str(_MOST)) or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {_MOST:,}")
    return int(text)
