"""Chats that clients hold: found again by their texts, so that an answer's passages are not read a second time."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from assistant.values import Turn
from engines import Usage

MOST = 512  # chats; a turn holds its passages, some 20 KB
Exchange = tuple[str, str]
"""A question and its answer."""


class RecentChats:
    """The turns of chats that were answered here lately, by what a client sends of them. For any thread."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def history(self, client: str, persona_id: str, exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
        """The turns of these exchanges, with what was read for each; those of another program hold the texts alone.

        `client`: whose they are: nobody sees what was read for another.
        """
        for count in range(len(exchanges), 0, -1):
            with self._lock:
                known = self._chats.get(_digest(client, persona_id, exchanges[:count]))
            if known:
                return _followed(known, persona_id, exchanges[count:])
        return _followed((), persona_id, exchanges)

    def keep(self, client: str, turns: Sequence[Turn]) -> None:
        """Remember a chat by its questions and answers."""
        key = _digest(client, turns[-1].persona_id, [(turn.question, turn.answer) for turn in turns])
        with self._lock:
            self._chats[key] = tuple(turns)
            self._chats.move_to_end(key)
            while len(self._chats) > MOST:
                self._chats.popitem(last=False)


def _digest(client: str, persona_id: str, exchanges: Sequence[Exchange]) -> str:
    said = [[question.strip(), answer.strip()] for question, answer in exchanges]
    return hashlib.sha256(json.dumps([client, persona_id, said]).encode()).hexdigest()


def _followed(known: tuple[Turn, ...], persona_id: str, exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    turns = list(known)
    chat = known[0].conversation_id if known else uuid.uuid4().hex
    for question, answer in exchanges:
        turns.append(
            Turn(
                id=uuid.uuid4().hex,
                conversation_id=chat,
                parent_id=turns[-1].id if turns else None,
                persona_id=persona_id,
                question=question,
                answer=answer,
                passages=(),
                citations=(),
                engine="",
                model="",
                finish="end",
                usage=Usage(),
                created_at=time.time(),
            )
        )
    return tuple(turns)


def address_of(path: Path, heading: Sequence[str]) -> str:
    """The address of a place in a file: `file:///notes/tea.md#Green tea`."""
    return path.as_uri() + (f"#{heading[-1]}" if heading else "")
