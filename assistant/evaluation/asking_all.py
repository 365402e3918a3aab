"""Ask every question of a set, each in a conversation of its own, and score the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.judge import Judge
from assistant.evaluation.questions import GoldQuestion
from assistant.evaluation.scores import Scored, score
from assistant.values import Answered
from knowledge import ALL_STAGES
from personas import LookAgain, PresetName

if TYPE_CHECKING:
    from assistant.workspace import Workspace


def ask_all(
    workspace: Workspace,
    questions: Sequence[GoldQuestion],
    persona: str,
    folders: Sequence[Path] | None,
    *,
    retrieve: bool = True,
    preset: PresetName | None = None,
    look_again: LookAgain | None = None,
    judge: Judge | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Scored]:
    """Yield a score for each question, in order. The conversations are deleted again.

    `folders`: those to search besides the persona's own knowledge; None: all. `retrieve`: False asks the model alone.
    `preset`: how the model samples; `look_again`: as for `Asking.ask`. `judge`: rates how useful each answer is. Raises
    as a turn does.
    """
    for done, gold in enumerate(questions):
        on_progress(done)
        stages = ALL_STAGES if retrieve else frozenset()
        running = workspace.asking.ask(
            gold.question,
            persona=persona,
            folders=folders,
            stages=stages,
            preset=preset,
            look_again=look_again,
            again=True,
        )
        (turn,) = (event.turn for event in running if isinstance(event, Answered))
        workspace.delete_conversation(turn.conversation_id, in_trash=False)
        yield replace(score(gold, turn), usefulness=judge(gold, turn.answer) if judge else None)
