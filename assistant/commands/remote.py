"""`carrel remote`: keys of model servers in the system's keyring, and whether a server at 127.0.0.1 runs here."""

import argparse
import sys
from dataclasses import replace
from getpass import getpass
from io import StringIO

from assistant.home import find_home
from assistant.settings_file import SettingsFile, load_settings
from assistant.terminal import Terminal
from engines import delete_key, parse_address, store_key
from errors import AppError


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="key|forget|local|tunnel")
    for name, help_text, action in (
        ("key", "save a server's key in the system's keyring; enter it when asked, or pipe it to standard input", keep),
        ("forget", "delete a server's key from the keyring", forget),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        sub.add_argument("url", nargs="?", metavar="URL", help="the server (default: the one in the settings)")
        sub.set_defaults(run=action)
    for name, help_text, trust in (
        ("local", "let a server at 127.0.0.1 read everything: it runs on this machine", True),
        ("tunnel", "mask what goes to 127.0.0.1: it may lead elsewhere (the default)", False),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        sub.set_defaults(run=place, trust=trust)


def place(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Save whether a server at 127.0.0.1 runs on this machine."""
    file = SettingsFile(find_home(arguments.home).create().settings)
    chosen = file.settings
    file.save(replace(chosen, remote=replace(chosen.remote, on_this_machine=arguments.trust)))
    reads = "reads everything" if arguments.trust else "reads personal data as placeholders"
    terminal.say(f"A server at 127.0.0.1 {reads} from its next opening on.")
    terminal.report({"on_this_machine": arguments.trust})
    return 0


def keep(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask for the key and save it."""
    address = parse_address(_url(arguments))
    asked = sys.stdin is not None and sys.stdin.isatty()
    key = getpass(f"Key for {address.host}: ") if asked else (sys.stdin or StringIO()).readline()
    if not key.strip():
        raise AppError("The key is empty", "Enter it when asked, or pipe it to the command.")
    store_key(address, key)
    terminal.say(f"Saved the key for {address.url} in the keyring.")
    terminal.report({"kept": address.url})
    return 0


def forget(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete the key."""
    address = parse_address(_url(arguments))
    forgotten = delete_key(address)
    terminal.say(f"Deleted the key for {address.url}." if forgotten else f"There is no key for {address.url}.")
    terminal.report({"forgotten": address.url if forgotten else None})
    return 0


def _url(arguments: argparse.Namespace) -> str:
    url: str = arguments.url or load_settings(find_home(arguments.home).settings).remote.url
    if not url:
        raise AppError("No server was given", "Give its URL, or set url under [remote] in the settings.")
    return url
