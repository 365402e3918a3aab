"""A canvas is read card by card."""

import json

import pytest

from knowledge.parse.input import Unreadable
from knowledge.parse.text.canvas import parse_canvas

NODES = [
    {"id": "3", "type": "text", "text": "Below", "x": 0, "y": 500, "width": 9, "height": 9},
    {"id": "1", "type": "text", "text": "# Stall\n\nSell **marmalade** at the fair", "x": 0, "y": 0},
    {"id": "2", "type": "file", "file": "jam.md", "x": 50, "y": 0},
    {"id": "4", "type": "group", "label": "Later", "x": 900, "y": 900, "width": 99, "height": 99},
    {"id": "5", "type": "link", "url": "https://fair.example", "x": 950, "y": 950},
]


def test_cards_are_read_from_the_top_down_and_group_by_group() -> None:
    edges = [{"id": "e", "fromNode": "1", "toNode": "2", "label": "needs"}]
    document = parse_canvas(json.dumps({"nodes": NODES, "edges": edges}).encode(), "board")
    assert document.text == (
        "# Stall\n\nSell **marmalade** at the fair\n\njam.md\n\nBelow\n\nLater\n\nhttps://fair.example\n\nneeds"
    )
    assert [(h.level, h.title) for h in document.headings] == [(2, "Stall"), (1, "Later")]


@pytest.mark.parametrize("data", [b"[]", b"not json", b"[" * 100_000])
def test_other_files_under_the_name_say_so(data: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_canvas(data, "board")
