"""`carrel mcp`: the library for a program that starts this one and speaks with it over its standard streams."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

from assistant.home import find_home
from assistant.terminal import Terminal
from personas import BUILTIN_PERSONAS, Catalogue
from serving.access import ApiKey
from serving.serve_command import ServeMissing


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument("--persona", dest="personas", action="append", default=[], metavar="P", help="only this one")
    parser.add_argument("--folder", type=Path, action="append", default=[], metavar="D", help="only files in it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until the program closes the streams."""
    if importlib.util.find_spec("mcp") is None:
        raise ServeMissing
    from serving.mcp.stdio import serve_stdio  # the library that it needs is an extra

    home = find_home(arguments.home).create()
    serve_stdio(home, _limits(arguments, Catalogue((BUILTIN_PERSONAS, home.personas))))
    return 0


def _limits(arguments: argparse.Namespace, catalogue: Catalogue) -> ApiKey:
    """What the options allow, as a key. Raises PersonaNotFound."""
    personas = tuple(catalogue.find(wanted).id for wanted in arguments.personas)
    folders = tuple(folder.expanduser().resolve() for folder in arguments.folder)
    return ApiKey(name="mcp", digest="", personas=personas, folders=folders, search_only=True)
