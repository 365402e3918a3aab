"""Makes examples from a person's own work: chats that they chose, and questions with their documents."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.questions import GoldQuestion
from assistant.reading.prompt import history_messages, question_message, system_message
from assistant.values import PromptContext, Turn
from engines import Message
from errors import AppError
from knowledge import Passage, Scope
from tuning.examples import format_example

if TYPE_CHECKING:
    from assistant.workspace import Workspace

Messages = tuple[Message, ...]
_DECLINED = "Your files do not say."  # as the personas' own prompts put it


@dataclass(frozen=True, slots=True)
class MadeData:
    """Examples, and how many chats or questions gave none."""

    examples: tuple[Messages, ...]
    left_out: int


def from_chats(workspace: Workspace, ids: Iterable[str], folders: Sequence[str]) -> MadeData:
    """An example of each chat that is named, and of each that is filed under one of the folders.

    A chat counts up to its first answer that no model ended, or that its sources do not bear out. Raises
    ConversationNotFound, AppError.
    """
    listed = workspace.conversations.list()
    if unknown := set(folders).difference(one.folder for one in listed):
        known = ", ".join(sorted({one.folder for one in listed if one.folder})) or "none yet"
        raise AppError(f"No chat is filed under “{min(unknown)}”", f"There are: {known}.")
    chosen = dict.fromkeys((*ids, *(one.id for one in reversed(listed) if one.folder in folders)))
    examples = []
    for conversation in chosen:
        turns = _sound(workspace.conversations.turns(conversation))
        if turns:
            prompt = workspace.catalogue.load(turns[0].persona_id).prompt
            examples.append((system_message(prompt), *history_messages(turns)))
    return MadeData(tuple(examples), len(chosen) - len(examples))


def from_questions(workspace: Workspace, questions: Sequence[GoldQuestion], persona_id: str, k: int) -> MadeData:
    """An example of each question with the `k` passages that a search finds, and the answer with its citation.

    One without an answer is declined. One whose source is not found gives no example: from what is there it could not
    be answered. Nor does one that finds no passages: no model is asked such a question.
    """
    persona, examples = workspace.catalogue.load(persona_id), list[Messages]()
    for gold in questions:
        found = workspace.library.searcher.search(
            gold.question,
            scope=Scope(persona_id=persona_id),
            k=k,
            where=persona.where,
            also=persona.synonyms.words_for(gold.question),
        )
        answer = _cited(gold, found.passages) if gold.is_answerable else _DECLINED
        if found.passages and answer:
            asked = question_message(gold.question, PromptContext(found.passages))
            examples.append((system_message(persona.prompt), asked, Message("assistant", answer)))
    return MadeData(tuple(examples), len(questions) - len(examples))


def split(examples: Iterable[Messages], share: float, seed: int) -> tuple[list[Messages], list[Messages]]:
    """The examples to train on and those held out, each once and in their order; the same for the same seed."""
    different = list(dict.fromkeys(examples))
    count = min(len(different) - 1, max(1, round(share * len(different)))) if share and len(different) > 1 else 0
    chosen = set(random.Random(seed).sample(range(len(different)), count))
    train = [one for at, one in enumerate(different) if at not in chosen]
    return train, [one for at, one in enumerate(different) if at in chosen]


def write_examples(file: Path, examples: Iterable[Messages]) -> None:
    """Write a new file of examples, or none. Raises AppError where there is one already."""
    draft = file.with_name(f".{file.name}.half")
    try:
        draft.write_text("".join(f"{format_example(one)}\n" for one in examples), "utf-8")
        os.link(draft, file)  # fails where there is one, which may have been edited by hand
    except FileExistsError as error:
        raise AppError(f"{file} is there already", "Choose another name, or delete it first.") from error
    except OSError as error:
        raise AppError(f"{file} cannot be written", error.strerror or "") from error
    finally:
        draft.unlink(missing_ok=True)


def _sound(turns: Sequence[Turn]) -> list[Turn]:
    """The turns before the first that is no example."""
    sound = list[Turn]()
    for turn in turns:
        if turn.finish != "end" or not turn.answer.strip() or turn.doubtful:
            break
        sound.append(turn)
    return sound


def _cited(gold: GoldQuestion, passages: Sequence[Passage]) -> str:
    """The answer with the number of the first passage of its source that says it; "" where none does."""
    for n, passage in enumerate(passages, 1):
        is_source = not gold.source or gold.is_from_source(passage.path, passage.heading)
        if is_source and any(answer.casefold() in passage.text.casefold() for answer in gold.answers):
            return f"{gold.answers[0].rstrip('.')} [{n}]."
    return ""
