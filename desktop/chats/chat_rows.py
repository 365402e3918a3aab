"""The rows of the list of chats: pinned ones, folders, then by date; of a search, one below the other with the hit."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale

from desktop.chats.running_answers import AnswerState
from desktop.language import mark, tr
from desktop.widgets.list_rows import ListRow

if TYPE_CHECKING:
    from assistant.values import ConversationSummary, FoundConversation

FOLDER = "folder:"  # begins the keys of folders' headings
_GROUP = "group:"
_NOTES: Mapping[AnswerState, tuple[str, str]] = {
    "waiting": (mark("Waiting…"), "muted"),
    "writing": (mark("Writing…"), "accent"),
    "unread": (mark("● New"), "accent"),
    "failed": (mark("Not answered"), "danger"),
}


def chat_rows(
    summaries: Sequence[ConversationSummary],
    states: Mapping[str, AnswerState],
    folded: Collection[str],
    today: date,
) -> list[ListRow]:
    """Return headings and chats. `states`: of answers, by id. `folded`: the folders of which only the name is shown."""
    rows: list[ListRow] = []
    pinned = [each for each in summaries if each.pinned]
    if pinned:
        rows += [_heading(tr("Pinned")), *_rows(pinned, states, today)]
    rest = [each for each in summaries if not each.pinned]
    for folder in sorted({each.folder for each in rest if each.folder}, key=str.casefold):
        inside = [each for each in rest if each.folder == folder]
        count = f"{len(inside):,} {'▸' if folder in folded else '▾'}"
        rows.append(ListRow(FOLDER + folder, folder, count, is_heading=True, can_rename=True))
        rows += [] if folder in folded else _rows(inside, states, today)
    loose = (each for each in rest if not each.folder)
    for period, inside_period in groupby(loose, lambda each: period_of(date.fromtimestamp(each.updated_at), today)):
        rows += [_heading(period), *_rows(inside_period, states, today)]
    return rows


def found_rows(found: Iterable[FoundConversation], states: Mapping[str, AnswerState], today: date) -> list[ListRow]:
    """Return a row for each chat that a search found, with the text around the hit."""
    return [_row(each.summary, states, today)._replace(line=each.snippet, value=each) for each in found]


@lru_cache(maxsize=4096)
def period_of(day: date, today: date) -> str:
    """Return the name of the period that a day belongs to: `Today` … `Previous 7 days`, then its month."""
    if day >= today:
        return tr("Today")
    if day == today - timedelta(days=1):
        return tr("Yesterday")
    if day >= today - timedelta(days=7):
        return tr("Previous 7 days")
    month = QLocale().standaloneMonthName(day.month)
    return month if day.year == today.year else tr("{month} {year}", month=month, year=str(day.year))


def short_date(moment: float, today: date) -> str:
    """Return `14:05` today, `Mon` this week, `3 Nov` before."""
    day = date.fromtimestamp(moment)
    return time.strftime("%H:%M", time.localtime(moment)) if day >= today else _name_of(day, today)


@lru_cache(maxsize=4096)
def _name_of(day: date, today: date) -> str:
    locale = QLocale()
    if day > today - timedelta(days=6):
        return locale.standaloneDayName(day.isoweekday(), QLocale.FormatType.ShortFormat)
    return locale.toString(QDate(day.year, day.month, day.day), tr("d MMM"))


def _rows(summaries: Iterable[ConversationSummary], states: Mapping[str, AnswerState], today: date) -> list[ListRow]:
    return [_row(each, states, today) for each in summaries]


def _row(summary: ConversationSummary, states: Mapping[str, AnswerState], today: date) -> ListRow:
    state = states.get(summary.id)
    note, ink = _NOTES[state] if state else ("", "muted")
    note = tr(note) if state else short_date(summary.updated_at, today)
    return ListRow(summary.id, summary.title, note, value=summary, note_ink=ink, can_rename=True)


def _heading(words: str) -> ListRow:
    return ListRow(_GROUP + words, words, is_heading=True)
