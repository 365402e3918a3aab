"""`carrel ask`: one cited answer."""

import argparse
from pathlib import Path
from typing import Any

from assistant.commands.answering import (
    add_answering_options,
    list_sources,
    open_chosen_model,
    stages_of,
    stream,
)
from assistant.commands.opened import index_folders, opened_workspace, prepared_persona, refresh_folders
from assistant.commands.views import turn_view
from assistant.terminal import Terminal


def add_to(verbs: Any, shared: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("ask", parents=[shared], help="one cited answer")
    parser.add_argument("question", nargs="+", help="the question; several words are joined")
    parser.add_argument(
        "--folder", type=Path, action="append", metavar="D", help="index this folder first, and look in it alone"
    )
    add_answering_options(parser)
    parser.add_argument(
        "--no-whole", action="store_true", help="answer from passages alone, even to count, list or summarise"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer, then list the sources."""
    with opened_workspace(arguments) as workspace:
        persona = prepared_persona(workspace, arguments.persona, terminal)
        if arguments.folder:
            index_folders(workspace, arguments.folder, terminal)
        else:
            refresh_folders(workspace, terminal)
        open_chosen_model(workspace, arguments.model, terminal)
        running = workspace.ask(
            " ".join(arguments.question),
            persona=persona,
            folders=arguments.folder,
            stages=stages_of(arguments),
            whole=not arguments.no_whole,
        )
        turn = stream(running, terminal)
        watching = any(folder.persona_id is None for folder in workspace.library.folders())
    list_sources(turn, terminal)
    if turn.finish == "nothing" and not watching:
        terminal.note("No folder of yours is watched yet: name one with --folder DIR.")
    terminal.note(f"{turn.model or turn.engine} · {turn.timings_ms['total'] / 1000:.1f} s")
    terminal.report(turn_view(turn))
    return 0
