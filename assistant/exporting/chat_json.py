"""Turns as JSON, with all that is known of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.views import turn_view

if TYPE_CHECKING:
    from assistant.values import Turn


def chat_json(turns: Sequence[Turn], title: str) -> str:
    """A chat as one object: its title, and its turns as the command line reports them."""
    return json.dumps({"title": title, "turns": [turn_view(turn) for turn in turns]}, ensure_ascii=False, indent=1)
