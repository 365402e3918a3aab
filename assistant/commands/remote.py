"""`carrel remote`: the key of a server, in the system's keyring."""

import argparse
import sys
from getpass import getpass

from assistant.home import find_home
from assistant.settings_file import load_settings
from assistant.terminal import Terminal
from engines.remote.server import delete_key, parse_address, store_key
from errors import AppError


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="key|forget")
    for name, help_text, action in (
        ("key", "keep its key in the system's keyring; it is asked for, or read from standard input", keep),
        ("forget", "remove its key from the keyring", forget),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        sub.add_argument("url", nargs="?", metavar="URL", help="the server; the one in the settings if none is named")
        sub.set_defaults(run=action)


def keep(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask for the key and keep it."""

    address = parse_address(_url(arguments))
    key = getpass(f"Key for {address.host}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not key.strip():
        raise AppError("No key was given", "Enter it when asked, or pipe it to the command.")
    store_key(address, key)
    terminal.say(f"The key for {address.url} is in the keyring.")
    terminal.report({"kept": address.url})
    return 0


def forget(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Remove the key."""
    address = parse_address(_url(arguments))
    forgotten = delete_key(address)
    terminal.say(f"The key for {address.url} is gone." if forgotten else f"No key was kept for {address.url}.")
    terminal.report({"forgotten": address.url if forgotten else None})
    return 0


def _url(arguments: argparse.Namespace) -> str:
    url: str = arguments.url or load_settings(find_home(arguments.home).settings).remote.url
    if not url:
        raise AppError("No server is named", "Name its URL, or set url under [remote] in the settings.")
    return url
