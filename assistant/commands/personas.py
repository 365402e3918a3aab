"""`carrel personas`: list, show, create, copy, check, export, import and remove personas."""

import argparse
import dataclasses
from pathlib import Path

from assistant.commands.open_workspace import opened_workspace
from assistant.terminal import Terminal
from errors import AppError
from knowledge import Scope
from personas import check_persona, copy_persona, create_persona, export_persona, free_id, import_persona


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="list|show|new|copy|check|export|import|remove|restore"
    )
    actions.add_parser("list", parents=[shared], help="list the personas").set_defaults(run=show_all)
    one = actions.add_parser("show", parents=[shared], help="show one persona")
    one.add_argument("persona", help="number, id or name")
    one.set_defaults(run=show)
    new = actions.add_parser("new", parents=[shared], help="create a persona of your own")
    new.add_argument("id", help="such as 501-gardener")
    new.add_argument("name", nargs="+")
    new.set_defaults(run=create)
    copy = actions.add_parser("copy", parents=[shared], help="copy a persona, to change the copy")
    copy.add_argument("persona", help="number, id or name")
    copy.add_argument("id", nargs="?", help="of the copy, such as 501-gardener; by default the next free number")
    copy.set_defaults(run=copy_one)
    check = actions.add_parser("check", parents=[shared], help="look for mistakes in personas and their pages")
    check.add_argument("persona", nargs="*", help="number or id; by default all")
    check.set_defaults(run=check_all)
    export = actions.add_parser("export", parents=[shared], help="write a persona and its knowledge to one file")
    export.add_argument("persona", help="number, id or name")
    export.add_argument("--to", type=Path, metavar="FILE", help="the zip file; by default the id, in this folder")
    export.set_defaults(run=export_one)
    unpack = actions.add_parser("import", parents=[shared], help="add a persona from an exported file")
    unpack.add_argument("file", type=Path)
    unpack.add_argument("--replace", action="store_true", help="put it in the place of your own one of the same id")
    unpack.set_defaults(run=import_one)
    remove = actions.add_parser("remove", parents=[shared], help="remove a persona of your own")
    remove.add_argument("persona", help="number or id")
    remove.set_defaults(run=remove_one)
    restore = actions.add_parser("restore", parents=[shared], help="bring back a removed persona")
    restore.add_argument("id")
    restore.set_defaults(run=restore_one)


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
    tools = [f"tools: {', '.join(persona.tools)}"] if persona.tools else []
    for line in (f"{persona.id} · {persona.name}", persona.summary, *tools, f"indexed: {chunks:,} passages", ""):
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


def copy_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Copy a persona into the home."""
    with opened_workspace(arguments) as workspace:
        source = workspace.catalogue.load(arguments.persona)
        id = arguments.id or free_id(workspace.catalogue.folders(), source.name)
        front = dataclasses.replace(source.front, name=f"{source.name} (copy)")
        folder = copy_persona(source.folder, workspace.home.personas, id, front)
    terminal.say(f"Edit {folder / 'persona.md'}.")
    terminal.report({"path": str(folder / "persona.md")})
    return 0


def check_all(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print each problem with its file and line; 1 where there are any. Raises AppError for an unknown persona."""
    with opened_workspace(arguments) as workspace:
        folders = dict[str, Path]()
        for wanted in arguments.persona or [""]:
            found = workspace.catalogue.folders(wanted)
            if not found:
                raise AppError(f"There is no persona {wanted!r}.", "`carrel personas list` names them.")
            folders |= found
        misnamed = [] if arguments.persona else workspace.catalogue.misnamed()
    problems = [problem for folder in folders.values() for problem in check_persona(folder)]
    told = [(one.path, one.line, one.problem) for one in problems] + [(path, 1, reason) for path, reason in misnamed]
    for path, line, reason in told:
        terminal.say(f"{path}:{line}: {reason}")
    terminal.note(f"{len(folders)} checked, {len(told)} problem{'s' if len(told) != 1 else ''}")
    terminal.report({"problems": [{"path": str(path), "line": line, "problem": why} for path, line, why in told]})
    return 1 if told else 0


def export_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write a persona to one file."""
    with opened_workspace(arguments) as workspace:
        persona = workspace.catalogue.load(arguments.persona)
    written = export_persona(persona.folder, arguments.to or Path(f"{persona.id}.zip"))
    terminal.say(f"{persona.name} is in {written}.")
    terminal.report({"path": str(written)})
    return 0


def import_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Add a persona from a file."""
    with opened_workspace(arguments) as workspace:
        imported = import_persona(arguments.file, workspace.home.personas, replace=arguments.replace)
    id, replaced = imported.folder.name, imported.replaced is not None
    terminal.say(f"Imported {id}{', in the place of yours' if replaced else ''}. Ask it: carrel ask --persona {id} …")
    terminal.report({"id": id, "path": str(imported.folder), "replaced": replaced})
    return 0


def remove_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Remove a persona of the person's own."""
    with opened_workspace(arguments) as workspace:
        found = list(workspace.catalogue.folders(arguments.persona))
        id = found[0] if len(found) == 1 else workspace.catalogue.find(arguments.persona).id
        workspace.remove_persona(id)
        days = workspace.settings.chats.trash_days
    back = f"For {days} days it can be brought back: carrel personas restore {id}" if days else "It is erased."
    terminal.say(f"Removed {id}. {back}")
    terminal.report({"id": id})
    return 0


def restore_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring back a removed persona."""
    with opened_workspace(arguments) as workspace:
        folder = workspace.restore_persona(arguments.id)
    terminal.say(f"{arguments.id} is back.")
    terminal.report({"path": str(folder)})
    return 0
