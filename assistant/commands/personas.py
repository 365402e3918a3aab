"""`carrel personas`: list, show and create personas."""

import argparse
import dataclasses

from assistant.commands.open_workspace import opened_workspace
from assistant.terminal import Terminal
from knowledge import Scope
from personas import create_persona


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|new")
    actions.add_parser("list", parents=[shared], help="list the personas").set_defaults(run=show_all)
    one = actions.add_parser("show", parents=[shared], help="show one persona")
    one.add_argument("persona", help="number, id or name")
    one.set_defaults(run=show)
    new = actions.add_parser("new", parents=[shared], help="create a persona of your own")
    new.add_argument("id", help="such as 501-gardener")
    new.add_argument("name", nargs="+")
    new.set_defaults(run=create)


def show_all(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List the personas, and the files that are invalid."""
    with opened_workspace(arguments) as workspace:
        headers, problems = workspace.catalogue.headers(), workspace.catalogue.problems()
    for header in headers:
        terminal.say(f"{header.id:24} {header.name}: {header.summary}")
    for path, problem in problems:
        terminal.note(f"{path}: {problem}")
    terminal.report(
        {
            "personas": [{**dataclasses.asdict(header), "folder": str(header.folder)} for header in headers],
            "problems": [{"path": str(path), "reason": problem} for path, problem in problems],
        }
    )
    return 0


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show one persona and the size of its knowledge."""
    with opened_workspace(arguments) as workspace:
        persona = workspace.catalogue.load(arguments.persona)
        chunks = workspace.library.chunk_count(Scope(folders=(), persona_id=persona.id))
    for line in (f"{persona.id} · {persona.name}", persona.summary, f"indexed: {chunks:,} passages", ""):
        terminal.say(line)
    terminal.write(f"{persona.prompt}\n")
    for starter in persona.starters:
        terminal.say(f"  “{starter}”")
    view = dataclasses.asdict(persona)
    paths = {"folder": str(persona.folder), "knowledge": str(persona.knowledge) if persona.knowledge else None}
    terminal.report({**view, **paths, "chunks": chunks})
    return 0


def create(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Create a persona for the person to edit."""
    with opened_workspace(arguments) as workspace:
        path = create_persona(workspace.home.personas, arguments.id, " ".join(arguments.name))
    terminal.say(f"Edit {path}, and put the files that it should know into {path.parent / 'knowledge'}.")
    terminal.report({"path": str(path)})
    return 0
