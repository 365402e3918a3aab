"""`carrel passphrase`: encrypt conversations, ledger and saved chats under a passphrase, change it, or decrypt them."""

from __future__ import annotations

import argparse
import sys
from io import StringIO

from assistant.commands.open_workspace import asking_in_terminal, typed_passphrase
from assistant.home import Home, find_home
from assistant.passphrase.conversion import change_passphrase, remove_passphrase, set_passphrase
from assistant.passphrase.home_key import HomeKey
from assistant.passphrase.protection import Protection
from assistant.terminal import Terminal
from errors import AppError

_WARNING = (
    "Nobody can open this home without the passphrase, and Carrel keeps no copy of it: write it down where it is safe.",
    "Encrypted: conversations, their daily copies, the texts of indexed files, saved chats of models, and the search"
    " index, which is in memory alone while Carrel runs.",
    "Erased: files that were set aside as damaged, and the history of `carrel chat`.",
    "Not encrypted: your own files, dropped files, personas, settings, the names of watched folders, logs.",
)


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="set|change|remove")
    for name, help_text, action in (
        ("set", "encrypt this home; enter the passphrase when asked, or pipe it to standard input", encrypt),
        ("change", "choose another passphrase; piped: the present one, then the new one, a line each", change),
        ("remove", "decrypt this home", decrypt),
    ):
        sub = actions.add_parser(name, parents=[shared], help=help_text)
        if action is not decrypt:
            sub.add_argument("--remember", action="store_true", help="keep the key in the system's keyring")
        sub.set_defaults(run=action)


def encrypt(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask for a passphrase, and encrypt the home."""
    home = find_home(arguments.home).create()
    protection = Protection(home)
    if protection.is_set:
        raise AppError("This home has a passphrase already", "`carrel passphrase change` sets another one.")
    for line in _WARNING:
        terminal.note(line)
    passphrase = _new_passphrase()
    set_passphrase(home, passphrase)
    protection.unlock(passphrase)
    _remember(protection, arguments, terminal)
    return _done("The home is encrypted.", "set", terminal)


def change(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask for the present passphrase, unless it is remembered, and for a new one."""
    home, protection, key = _opened(arguments, terminal)
    change_passphrase(home, key, _new_passphrase())
    _remember(protection, arguments, terminal)
    return _done("From now on the new passphrase opens this home.", "changed", terminal)


def decrypt(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask for the passphrase, unless it is remembered, and decrypt the home."""
    home, protection, key = _opened(arguments, terminal)
    remove_passphrase(home, key)
    try:
        protection.forget()
    except AppError as error:  # a key that opens nothing is left in the keyring
        terminal.note(f"{error.title}. {error.hint}")
    return _done("The home is no longer encrypted.", "removed", terminal)


def _opened(arguments: argparse.Namespace, terminal: Terminal) -> tuple[Home, Protection, HomeKey]:
    home = find_home(arguments.home).create()
    protection = Protection(home, asking_in_terminal(terminal) if _is_interactive() else lambda problem: _line())
    key = protection.home_key()
    if key is None:
        raise AppError("This home has no passphrase", "`carrel passphrase set` sets one.")
    return home, protection, key


def _new_passphrase() -> str:
    if not _is_interactive():
        return _line()
    passphrase = typed_passphrase("New passphrase: ")
    if typed_passphrase("Once more: ") != passphrase:
        raise AppError("The two are not the same", "Nothing was changed. Try again.")
    return passphrase


def _line() -> str:
    line = (sys.stdin or StringIO()).readline()
    if not line:
        raise AppError("The passphrase is missing", "Enter it when asked, or pipe it to the command.")
    return line.rstrip("\r\n")


def _is_interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _remember(protection: Protection, arguments: argparse.Namespace, terminal: Terminal) -> None:
    try:
        if arguments.remember:
            protection.remember()
    except AppError as error:  # the home is encrypted all the same
        terminal.note(f"The key is not remembered. {error.title}. {error.hint}")


def _done(text: str, what: str, terminal: Terminal) -> int:
    terminal.say(text)
    terminal.report({"passphrase": what})
    return 0
