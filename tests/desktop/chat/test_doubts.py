"""The line under an answer that counts the sentences which are not in the sources."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from assistant.values import Claim
from desktop.chat.doubts import Doubts
from desktop.widgets.labels import Label
from tests.desktop.values import TURN

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ANSWER = "It cost 900 dollars [1]. Ikea built the roof [7]."
CLAIMS = (
    Claim(start=0, end=24, verdict="not_in_sources", missing=("900 dollars",)),
    Claim(start=25, end=len(ANSWER), verdict="no_such_source"),
)


@pytest.fixture
def doubts(qtbot: QtBot) -> Doubts:
    made = Doubts()
    qtbot.addWidget(made)
    return made


def shown(doubts: Doubts) -> list[str]:
    return [label.text() for label in doubts.list.findChildren(Label)]


def test_each_sentence_has_a_line_of_its_own(doubts: Doubts) -> None:
    doubts.show_of(replace(TURN, answer=ANSWER, claims=CLAIMS))
    assert doubts.list.isHidden() and not doubts.isHidden()
    doubts.button.click()
    assert not doubts.list.isHidden()
    assert shown(doubts) == [
        "“It cost 900 dollars.” Not in the sources: 900 dollars.",
        "“Ikea built the roof.” Cites a source that is not there.",
    ]


def test_an_answer_that_was_continued_replaces_the_lines(doubts: Doubts) -> None:
    doubts.show_of(replace(TURN, answer=ANSWER, claims=CLAIMS))
    doubts.show_of(replace(TURN, answer=ANSWER, claims=CLAIMS[:1]))
    assert len(shown(doubts)) == 1
    doubts.show_of(replace(TURN, answer=ANSWER, claims=()))
    assert doubts.isHidden()
