"""`carrel chat`: a conversation in the terminal."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answers.thinking import thinking_tokens
from assistant.commands.ask import (
    ENDINGS,
    add_answering_options,
    list_sources,
    open_chosen_models,
    stream,
    valid_text,
)
from assistant.commands.open_workspace import opened_workspace, prepared_persona, refresh_folders, run_anywhere
from assistant.exporting.exporting import WRITERS, export_chat
from assistant.saving.switches import stages_of
from assistant.terminal import Terminal
from assistant.views import turn_view
from errors import AppError
from knowledge import all_filters

if TYPE_CHECKING:
    from assistant.values import Turn
    from assistant.workspace import Workspace

_HELP = (
    "/persona P changes the persona · /where EXPR reads only matching files, /where alone all · /thinking off, on or a"
    " number of tokens · /sources · /continue goes on with an answer that was cut · /new starts a conversation · /quit"
    " · Ctrl-C stops an answer"
)


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    add_answering_options(parser)
    formats = ", ".join(WRITERS)
    parser.add_argument("--export", type=Path, metavar="FILE", help=f"write a chat with its sources, as {formats}")
    parser.add_argument(
        "--chat", type=valid_text, metavar="C", help="the chat to export: words of its title, or its id (the newest)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer line after line, until /quit or the end of the input; or export a chat."""
    if arguments.export:
        return _export(arguments, terminal)
    return run_anywhere(arguments, terminal, run_in)


def run_in(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer line after line in a workspace that is open."""
    open_chosen_models(workspace, arguments, terminal)
    persona = prepared_persona(workspace, arguments.persona, terminal)
    refresh_folders(workspace, terminal)
    chat = _Chat(workspace, terminal, persona, arguments)
    chat.filter_by(arguments.where)
    terminal.say(f"{workspace.catalogue.find(persona).name} · {_HELP}")
    for line in terminal.lines(None if workspace.protection.is_set else workspace.home.chat_history):
        if line == "/quit":
            break
        try:
            chat.run(line)
        except AppError as error:  # ends the line, not the chat
            terminal.note(f"{error.title} {error.hint}".rstrip())
    terminal.report({"turns": [turn_view(turn) for turn in chat.turns]})
    return 0


def _export(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write a chat to a file. Raises AppError."""
    path, wanted = arguments.export, arguments.chat or ""
    with opened_workspace(arguments) as workspace:
        chats = workspace.conversations.list()
        found = [chat for chat in chats if wanted == chat.id or wanted.casefold() in chat.title.casefold()]
        if not found:
            raise AppError(
                f"There is no chat “{wanted}”" if wanted else "There is no chat yet", "Ask a question first."
            )
        chat = found[0]
        turns = workspace.conversations.turns(chat.id)
    export_chat(path, turns, chat.title)
    terminal.say(f"{chat.title}: {len(turns)} answer{'s' if len(turns) > 1 else ''} written to {path}")
    terminal.report({"path": str(path), "conversation_id": chat.id, "title": chat.title, "turns": len(turns)})
    return 0


class _Chat:
    def __init__(self, workspace: Workspace, terminal: Terminal, persona: str, arguments: argparse.Namespace) -> None:
        self._workspace, self._terminal, self._arguments = workspace, terminal, arguments
        self._persona, self._thinking = persona, arguments.thinking
        self._where: str | None = None
        self._last: Turn | None = None
        self.turns: list[Turn] = []

    def run(self, line: str) -> None:
        """Run a command, or answer a question. Raises AppError."""
        command, _, argument = line.partition(" ")
        if not command.startswith("/"):
            self.ask(line)
        elif command == "/persona" and argument:
            self._persona = prepared_persona(self._workspace, argument, self._terminal)
            self._terminal.say(self._workspace.catalogue.find(self._persona).name)
        elif command == "/where":
            self.filter_by(argument)
        elif command == "/thinking":
            self._think(argument)
        elif command == "/continue":
            self.go_on()
        elif command == "/new":
            self._last = None
        elif command == "/sources" and self._last:
            list_sources(self._last, self._terminal)
        else:
            self._terminal.note(_HELP)

    def filter_by(self, where: str | None) -> None:
        """Answer from the files that pass a filter; from all without one. Raises FilterInvalid."""
        self._where = all_filters((where,))

    def _think(self, argument: str) -> None:
        try:
            thinking_tokens(argument)
        except ValueError as error:
            raise AppError(f"/thinking {error}", "Such as: /thinking on") from error
        self._thinking = argument

    def ask(self, question: str) -> None:
        """Answer a question, as the next turn of the conversation."""
        last = self._last
        running = self._workspace.asking.ask(
            question,
            persona=self._persona,
            conversation_id=last.conversation_id if last else None,
            parent_id=last.id if last else None,
            where=self._where,
            stages=stages_of(self._arguments),
            thinking=self._thinking,
            preset=self._arguments.preset,
            look_again=self._arguments.look_again,
        )
        self._last = stream(running, self._terminal)
        self.turns.append(self._last)
        self._tell_ending(self._last)

    def go_on(self) -> None:
        """Continue the last answer, if it was cut at its length limit."""
        if self._last is None or self._last.finish != "length":
            raise AppError("The last answer was not cut off.", "Ask a question.")
        running = self._workspace.asking.go_on(self._last, self._arguments.preset, self._arguments.look_again)
        self.turns[-1] = self._last = stream(running, self._terminal)
        self._tell_ending(self._last)

    def _tell_ending(self, turn: Turn) -> None:
        if ending := ENDINGS.get(turn.finish):
            self._terminal.note(f"{ending} /continue goes on with it." if turn.finish == "length" else ending)
