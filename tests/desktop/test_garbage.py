from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.app import Collector


class Node:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    made = Collector()
    yield made
    made.stop()


def test_cycles_are_collected_by_the_windows_timer(collector: Collector, qtbot: QtBot) -> None:
    assert not gc.isenabled()
    gone = weakref.ref(Node())
    qtbot.waitUntil(lambda: gone() is None)


def test_stopping_gives_the_collector_back(collector: Collector) -> None:
    collector.freeze()
    collector.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
