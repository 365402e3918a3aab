"""`carrel ask`: one cited answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from assistant.answers.thinking import thinking_tokens
from assistant.answers.writer import SERVER
from assistant.commands.open_workspace import index_folders, prepared_persona, refresh_folders, run_anywhere
from assistant.composing.prompts import OwnPrompt, PromptLibrary, fill_prompt
from assistant.models.model_downloads import named_model
from assistant.saving.switches import add_switches, left_out, stages_of
from assistant.terminal import Terminal
from assistant.values import Answered, Looked, Retrieved, Running, Thought, Turn, Wrote, searched_line
from assistant.views import source_line, thought_line, turn_view
from errors import AppError
from personas import PresetName

if TYPE_CHECKING:
    from assistant.workspace import Workspace

NO_MODEL = "none"
PRESET_HELP = "how the model writes: exact, balanced, creative, or fast (short answers from fewer passages)"
_ROUTE_HELP = (
    "open this model too: the smallest answers simple questions, the biggest complex ones, and questions with personal"
    " data never go to a server"
)
ENDINGS: Mapping[str, str] = {
    "length": "The answer was cut at the length limit.",
    "repetition": "The model began to repeat itself, so the answer was ended there.",
}
_DOUBT_CHARACTERS = 120  # of a sentence


def valid_text(argument: str) -> str:
    """The argument, which is to be read as text. Raises ArgumentTypeError for bytes that are none."""
    if not argument.isprintable() and any("\ud800" <= c <= "\udfff" for c in argument):
        raise argparse.ArgumentTypeError("is not text in the terminal's encoding")
    return argument


def valid_thinking(argument: str) -> str:
    """The argument, if it is off, on or a number of tokens. Raises ArgumentTypeError."""
    try:
        thinking_tokens(argument)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return argument


def add_answering_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the verbs that answer."""
    parser.add_argument("--persona", metavar="P", help="the persona that answers, by number, id or name")
    parser.add_argument(
        "--model",
        metavar="FILE",
        help=f"a GGUF file, a pulled model's name, “remote:URL#name” on a server, or “{NO_MODEL}” to quote only",
    )
    parser.add_argument("--route", action="append", default=[], metavar="FILE", help=_ROUTE_HELP)
    parser.add_argument(
        "--thinking",
        type=valid_thinking,
        metavar="T",
        help="let the model think first: off, on, or at most this number of tokens",
    )
    add_look_again(parser)
    parser.add_argument("--preset", choices=get_args(PresetName), help=PRESET_HELP)
    add_filter(parser)
    add_switches(parser)


def add_look_again(parser: argparse.ArgumentParser) -> None:
    """Declare the option that lets a model of any size look again."""
    words = "let the model look again where the first passages do not answer, however small it is"
    parser.add_argument("--look-again", action="store_const", const="on", help=words)


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Declare the option that limits retrieval to some files."""
    parser.add_argument(
        "--where", type=valid_text, metavar="EXPR", help="only files whose front matter matches, such as: year >= 2020"
    )


def question_of(words: Sequence[str]) -> str:
    """The words as one question; of `-` alone, what comes from standard input. Raises AppError where that is empty."""
    if list(words) != ["-"]:
        return " ".join(words)
    try:
        question = sys.stdin.read().strip()
    except ValueError:
        question = ""  # bytes that are no text
    if question:
        return question
    raise AppError("Standard input holds no question", 'Pipe it in: echo "Who called?" | carrel ask -')


def open_chosen_models(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Load the models of `--route`, then that of `--model`, or of last time. Raises as `_open_model` does."""
    for other in arguments.route:
        _open_model(workspace, other, terminal)
        workspace.models.route_by_difficulty()
    if arguments.model != NO_MODEL:
        _open_model(workspace, arguments.model, terminal)
    _tell_unknown_size(workspace, arguments, terminal)


def ready_to_answer(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> str:
    """Index the folders, load the models and return the id of the persona: whatever an answer needs."""
    persona = prepared_persona(workspace, arguments.persona, terminal)
    if arguments.folder:
        index_folders(workspace, arguments.folder, terminal)
    else:
        refresh_folders(workspace, terminal)
    open_chosen_models(workspace, arguments, terminal)
    return persona


def _open_model(workspace: Workspace, chosen: str | None, terminal: Terminal) -> None:
    """Load a model, or the one of last time. Raises LastOpeningCrashed for the latter, ModelNotFound."""
    if path := named_model(workspace.home, chosen) if chosen else workspace.models.remembered():
        name = path.name
        terminal.progress(f"Loading {name}")
        workspace.open_model(
            path,
            remember=False,
            on_progress=lambda share: terminal.progress(
                "Tuning for your processor (once)" if share is None else f"Loading {name}: {share:.0%}"
            ),
        )
        terminal.clear_progress()


def _tell_unknown_size(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Say that a server's model does not look again because nobody knows its size."""
    chosen, setting = workspace.models.chosen, workspace.settings.answers.look_again
    told = setting != "auto" or arguments.look_again or "look" in left_out(arguments)
    if chosen is not None and chosen.name == SERVER and not told and workspace.models.parameters(chosen) is None:
        terminal.note("The size of this model is not known, so it does not look again by itself: --look-again lets it.")


def stream(running: Running, terminal: Terminal) -> Turn:
    """Show the answer while it is written, and return the finished turn."""
    with terminal.stopping(running.stop):
        for event in running:
            match event:
                case Retrieved(passages=passages) if passages:
                    terminal.progress(f"Reading {len(passages)} passage{'s' if len(passages) > 1 else ''}")
                case Thought(recasts=recasts):
                    if recasts:
                        terminal.note("\nThe text so far was the model thinking; its answer follows.")
                    terminal.progress("Thinking …")
                case Wrote(text=text):
                    terminal.write(text)
                case Looked(step=step):
                    terminal.note(step.says)
                case Answered(turn=turn):
                    answered = turn
    terminal.clear_progress()
    terminal.say()
    if answered.thoughts:
        terminal.note(thought_line(answered.thought_seconds))
    if answered.repeats:
        terminal.note(f"{answered.repeats}.")
    return answered


def list_sources(turn: Turn, terminal: Terminal) -> None:
    """List each cited place of a passage once; all passages where a model cited none."""
    relevance = [passage.relevance for passage in turn.passages]
    cited = sorted(turn.citations, key=lambda one: (one.n, one.start))
    lines = [*dict.fromkeys(source_line(one.n, one, relevance[one.n - 1]) for one in cited)]
    if not lines and turn.passages and turn.finish != "nothing":
        terminal.say("The answer cites none of these passages:")
        lines = [source_line(n, passage, relevance[n - 1]) for n, passage in enumerate(turn.passages, 1)]
    if turn.searched_for:
        lines.append(searched_line(turn.searched_for))
    lines += _doubts(turn)
    if turn.unread and turn.finish != "nothing":
        lines.append(f"{turn.unread.says}: the answer may miss something.")
    for line in [*lines, *(read.summary for read in turn.read_whole), *(note.says for note in turn.guards)]:
        terminal.say(line)


def _doubts(turn: Turn) -> Iterator[str]:
    """The sentences that are not in the sources, and what of each is not."""
    if not turn.doubts:
        return
    yield f"{turn.doubts}:"
    for claim in turn.doubtful:
        words = " ".join(turn.answer[claim.start : claim.end].split())
        shown = words if len(words) <= _DOUBT_CHARACTERS else f"{words[:_DOUBT_CHARACTERS].rstrip()} …"
        yield f"  “{shown}” {claim.says}"


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.add_argument(
        "question", nargs="*", type=valid_text, help="the question, or - to read it from standard input"
    )
    parser.add_argument(
        "--prompt",
        metavar="NAME",
        help="ask with one of your prompts; the question is its {{selection}}, or follows it",
    )
    parser.add_argument(
        "--folder", type=Path, action="append", metavar="D", help="index this folder first, and search only in it"
    )
    parser.add_argument(
        "--file", type=Path, action="append", default=[], metavar="F", help="answer from this file alone; repeatable"
    )
    add_answering_options(parser)
    parser.add_argument("--format", type=Path, metavar="SCHEMA", help="a file with the JSON Schema of the answer")
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer, then list the sources."""
    question = question_of(arguments.question)
    if not (question or arguments.prompt):
        arguments.refuse("the question is missing")
    arguments.question = [question] if question else []  # which standard input may have held
    return run_anywhere(arguments, terminal, run_in)


def run_in(workspace: Workspace, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Answer in a workspace that is open, then list the sources."""
    question = " ".join(arguments.question)
    if arguments.prompt:
        prompt = PromptLibrary(workspace.home.prompts).find(arguments.prompt)
        question = _prompted(prompt, question, arguments.file)
    persona = ready_to_answer(workspace, arguments, terminal)
    running = workspace.asking.ask(
        question,
        persona=persona,
        folders=arguments.folder,
        files=_known_files(workspace, arguments.file),
        where=arguments.where,
        stages=stages_of(arguments),
        preset=arguments.preset,
        look_again=arguments.look_again,
        schema=_read_schema(arguments.format) if arguments.format else None,
        thinking=arguments.thinking,
    )
    turn = stream(running, terminal)
    watching = any(folder.persona_id is None for folder in workspace.library.folders())
    list_sources(turn, terminal)
    if ending := ENDINGS.get(turn.finish):
        terminal.note(ending)
    if turn.finish == "nothing" and not watching:
        terminal.note("None of your folders is watched yet. Add one with --folder DIR.")
    terminal.note(f"{_writer(turn)} · {turn.timings_ms['total'] / 1000:.1f} s")
    terminal.report(turn_view(turn))
    return 0


def _prompted(prompt: OwnPrompt, question: str, files: Sequence[Path]) -> str:
    """The prompt with the question in it, or else behind it."""
    values = {"date": date.today().isoformat(), "file": ", ".join(file.name for file in files), "selection": question}
    filled = fill_prompt(prompt, values)
    return filled if question in filled else f"{filled}\n\n{question}"


def _known_files(workspace: Workspace, files: Sequence[Path]) -> list[Path]:
    """The files, which are in watched folders. Raises AppError for one that is not, or that could not be read."""
    known = {row.path: row for row in workspace.library.files()} if files else {}
    places = [file.expanduser().resolve() for file in files]
    for place in places:
        row = known.get(place)
        if row is None:
            raise AppError(f"{place} is in no watched folder", f"Add its folder: carrel folders add {place.parent}")
        if row.status in ("skipped", "failed"):
            raise AppError(f"{place.name} can't be read", f"{row.reason}.")
    return places


def _writer(turn: Turn) -> str:
    """Who wrote an answer, and why, where that was decided."""
    return turn.route or turn.model or turn.engine


def _read_schema(file: Path) -> dict[str, Any]:
    """The schema in a file. Raises AppError where it is none."""
    try:
        schema = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise AppError(f"The format in {file} cannot be read", str(error)) from error
    if not isinstance(schema, dict):
        raise AppError(f"The format in {file} is not a JSON Schema", 'Write an object, such as {"type": "object"}.')
    return schema
