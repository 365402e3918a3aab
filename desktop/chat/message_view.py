"""A question and its answer in the conversation."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.exporting.chat_markdown import answer_markdown
from desktop.background import Background
from desktop.chat.answer_body import AnswerBody
from desktop.chat.answer_facts import link_name, origin, reach_text, speed_text, translated_answer
from desktop.chat.doubts import Doubts
from desktop.chat.text_blocks import COPIED_MS, TextBlock
from desktop.chat.thoughts_view import ThoughtsView
from desktop.chat.unread_note import UnreadNote
from desktop.first_run.nothing_found import NothingFound
from desktop.folders.indexing_progress import progress_text
from desktop.language import mark, told, tr, tr_count
from desktop.reading.prompt_meter import PromptMeter
from desktop.reading.quote_blocks import quote_blocks
from desktop.tools.computed_form import ComputedForm
from desktop.widgets.bars import Bar
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.key_group import KeyGroup
from desktop.widgets.labels import ElidedLabel, FlagLabel, Label, Surface
from desktop.widgets.notices import Notice
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.values import Looked, Retrieved, Step, Thought, Turn
    from engines import Usage
    from errors import AppError
    from knowledge import SyncProgress

BUBBLE_SHARE = 0.82  # of the column's width, at most
COPY = mark("Copy answer as Markdown")
UNSAID = frozenset({"markers"})  # layers whose notes stand beside the sources alone: nothing is left to be done
ENDINGS = {
    "stopped": mark("Stopped. The answer so far is kept."),
    "length": mark("The answer was cut off at the length limit."),
    "repetition": mark("The model began to repeat itself, so the answer was ended here."),
    "nothing": mark("Nothing relevant was found."),
}


NOTHING_YET = mark("Nothing relevant was found in the files read so far.")
REREAD = mark("Answered again, with all files read")
ONLY_THOUGHTS = mark("The model only thought, and wrote no answer. Ask again, or switch thinking off.")


class QuestionView(KeyGroup):
    """The question in a bubble on the right, with the files it is answered from, and Edit beside it."""

    edit_wanted = Signal()

    def __init__(self, text: str, reach: Reach = ALL_FOLDERS, parent: QWidget | None = None) -> None:
        super().__init__(tr("You"), parent)
        self.setAccessibleDescription(text)
        self._bubble, self.text = Surface("accent_soft", radius=12), TextBlock()
        self.text.show_plain(text)
        self.edit_button = IconButton("pencil", tr("Edit and ask again"), size=28)
        self.edit_button.clicked.connect(self.edit_wanted)
        self.edit_button.hide()
        self.edit_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys come to it
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(2 * UNIT, UNIT + 2, 2 * UNIT, UNIT + 2)
        inside.addWidget(self.text)
        words = tr("Without files") if reach.no_files else tr("From {places}", places=reach_text(reach))
        self._reach = ElidedLabel(words, SMALL, ink="muted")
        self._reach.explain("\n".join(map(str, reach.paths)))
        self._reach.setVisible(reach != ALL_FOLDERS)
        inside.addWidget(self._reach)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, UNIT, 0, UNIT)
        row.addStretch(1)
        row.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._bubble)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the bubble as wide as the text, up to most of the column."""
        self._fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the text again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._measure)

    def _fit(self) -> None:
        self._bubble.setFixedWidth(min(self._ideal, int(self.width() * BUBBLE_SHARE)))

    def _measure(self) -> None:
        document = self.text.document().clone()
        document.setTextWidth(-1)
        below = 0 if self._reach.isHidden() else self._reach.sizeHint().width()
        self._ideal = max(int(document.idealWidth()), below) + 4 * UNIT + 4
        self._fit()


class AnswerView(KeyGroup):
    """An answer: the persona, the text as it is written, how it ended, and buttons for it."""

    cited = Signal(int)
    link_clicked = Signal(str)
    sources_wanted = Signal()
    again_wanted = Signal()
    branch_wanted = Signal(int)
    more_wanted = Signal()
    export_wanted = Signal()
    print_wanted = Signal()
    recomputed = Signal(object)  # Turn

    def __init__(self, background: Background, persona_name: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Answer by {persona}", persona=persona_name), parent)
        self.turn: Turn | None = None
        self.has_failed = False
        self._name = Label(persona_name, bold=True)
        self._mark = Label("", SMALL, ink="accent", wrap=True)
        self._status = Label(tr("Getting ready…"), ink="muted")
        self._reading = PromptMeter()
        self.bar = Bar()
        self.bar.setAccessibleName(tr("Share of the prompt that is read"))
        self.bar.hide()
        self._thoughts = ThoughtsView()
        self._steps = Label("", SMALL, ink="muted", wrap=True)
        self._steps.hide()
        self.body = AnswerBody(background)
        self.body.link_clicked.connect(self._follow)
        self._doubts = Doubts()
        self._warning = FlagLabel("", SMALL, wrap=True)
        self._ending = Label("", SMALL, ink="muted", wrap=True)
        self.more = TextButton(tr("Continue"), "play", kind="quiet")
        self.more.setToolTip(tr("Let the model go on with this answer"))
        self.more.clicked.connect(self.more_wanted)
        self.computed = ComputedForm(background)
        self.computed.recomputed.connect(self.recomputed)
        self.unread = UnreadNote()
        self.nothing_found = NothingFound()
        self._warning.hide()
        self._ending.hide()
        self.more.hide()
        self._footer = _Footer()
        place = self._footer.sizePolicy()
        place.setRetainSizeWhenHidden(True)  # so that nothing moves when the answer ends
        self._footer.setSizePolicy(place)
        self._footer.hide()
        self._footer.copy.clicked.connect(self._copy)
        self._footer.options.clicked.connect(self._show_options)
        self._footer.again.clicked.connect(self.again_wanted)
        self._footer.sources.clicked.connect(self.sources_wanted)
        self._footer.branch_wanted.connect(self.branch_wanted)
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(self._name)
        head.addWidget(self._mark, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, UNIT, 0, UNIT)
        self._column.setSpacing(UNIT // 2 + 2)
        self._column.addLayout(head)
        ended = QHBoxLayout()
        ended.addWidget(self._ending, 1)
        ended.addWidget(self.more)
        shown = (
            self._steps,
            self._status,
            self.bar,
            self._thoughts,
            self.body,
            self._doubts,
            self._warning,
            self.computed,
            self.unread,
            self.nothing_found,
        )
        for widget in shown:
            self._column.addWidget(widget)
        self._column.addLayout(ended)
        self._column.addWidget(self._footer)
        self.keep_inside()

    def show_waiting(self) -> None:
        """Say that another answer is written first."""
        self._status.setText(tr("Waiting for another answer…"))

    def show_begun(self) -> None:
        """Say that nothing is waited for any longer."""
        self._status.setText(tr("Getting ready…"))

    def show_branch(self, branch: tuple[int, int]) -> None:
        """Show the number of the answer among those to its question, and their count."""
        self._footer.show_branch(branch)

    def show_preparing(self, progress: SyncProgress) -> None:
        """Show how much of the persona's own knowledge is indexed; the answer begins after that."""
        self._status.setText(
            tr(
                "Preparing {persona}'s own knowledge first. {progress}",
                persona=self._name.text(),
                progress=progress_text(progress),
            )
        )

    def show_retrieved(self, retrieved: Retrieved) -> None:
        """Show what is being read."""
        count = len(retrieved.passages)
        if retrieved.read_whole:
            self._status.setText(tr("Reading {names}…", names=", ".join(one.path.name for one in retrieved.read_whole)))
            return
        reading = tr_count("Reading {count} passage…", "Reading {count} passages…", count)
        self._status.setText(reading if count else tr("Thinking…"))

    def show_looked(self, looked: Looked) -> None:
        """Show what the model looked for again, and that it is reading what was found."""
        self._show_steps(looked.context.steps)
        self._status.setText(tr("Reading on…"))
        self._status.show()

    def _show_steps(self, steps: Sequence[Step]) -> None:
        self._steps.setText("\n".join(told(step.says) for step in steps))
        self._steps.setVisible(bool(steps))

    def show_usage(self, usage: Usage, usual_speed: float) -> None:
        """Show how much of the prompt is read, or the speed of writing. `usual_speed`: see `PromptMeter.note`."""
        self._reading.note(usage, time.monotonic(), usual_speed)
        if self._reading.text and not self._status.isHidden():
            self._status.setText(self._reading.text)
            self.bar.fill(self._reading.share)
            self.bar.show()
        elif usage.output_tokens > 1 and self.turn is None:
            self._end_waiting()
            self._footer.show_speed(usage)

    def resume(self) -> None:
        """Take more text: the answer is being continued."""
        self.body.resume()
        self.more.hide()
        self._ending.hide()
        self._footer.hide()

    def append(self, text: str) -> None:
        """Append text to the answer."""
        self._end_waiting()
        self.body.append(text)

    def append_thought(self, thought: Thought) -> None:
        """Append text to the thoughts."""
        self._end_waiting()
        earlier = self.body.markdown if thought.recasts else ""
        if earlier:
            self.body.finish("")
        self._thoughts.append(earlier + thought.text)

    def finish(self, turn: Turn, branch: tuple[int, int] = (1, 1)) -> None:
        """Show the turn as it was saved. `branch`: its number among the answers to its question, and their count."""
        self.turn = turn
        self._end_waiting()
        self._show_steps(turn.steps)
        self._thoughts.finish(turn.thoughts, turn.thought_seconds)
        shown = translated_answer(turn)
        self.body.finish(shown.answer, turn.doubtful, quote_blocks(shown))
        self.body.name_links(partial(link_name, turn.passages))
        self._doubts.show_of(turn)
        self._mark.setText(
            " · ".join(filter(None, (origin(turn), told(turn.repeats), tr(REREAD) if turn.is_reread else "")))
        )
        self.computed.show_of(turn)
        self.unread.show_of(turn)
        self.nothing_found.show_of(turn)
        self._warning.setText("\n".join(told(note.says) for note in turn.guards if note.layer not in UNSAID))
        self._warning.setVisible(bool(self._warning.text()))
        ending = tr(ENDINGS.get(turn.finish, ""))
        if turn.finish == "nothing" and turn.unread:
            ending = tr(NOTHING_YET)
        if turn.thoughts and not turn.answer and turn.finish != "stopped":
            ending = tr(ONLY_THOUGHTS)
        self._ending.setText(ending)
        self._ending.setVisible(bool(ending) and not (turn.finish == "nothing" and turn.answer))
        self.more.setVisible(turn.finish == "length")
        self._footer.describe(turn, branch)
        self._footer.show()

    def fail(self, error: AppError) -> None:
        """Show the error below the text written so far."""
        self._end_waiting()
        self.has_failed = True
        below = self._column.indexOf(self.body) + 1
        notice = Notice("danger", error.title, error.hint)
        notice.add_action(tr("Retry"), self.again_wanted.emit)
        self._column.insertWidget(below, notice)
        self.keep_inside()

    def _end_waiting(self) -> None:
        self._status.hide()
        self.bar.hide()

    def _follow(self, address: str) -> None:
        scheme, _, rest = address.partition(":")
        if scheme == "cite" and rest.isdigit():
            self.cited.emit(int(rest))
        else:
            self.link_clicked.emit(address)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.body.markdown)
        self._footer.copy.rename(tr("Copied"), "check")
        QTimer.singleShot(COPIED_MS, self, lambda: self._footer.copy.rename(tr(COPY), "copy"))

    def _copy_with_sources(self) -> None:
        if self.turn is not None:
            QGuiApplication.clipboard().setText(answer_markdown(self.turn))

    def _show_options(self) -> None:
        menu = QMenu(self)
        menu.addAction(tr("Copy with sources")).triggered.connect(self._copy_with_sources)
        menu.addAction(tr("Export…")).triggered.connect(self.export_wanted)
        menu.addAction(tr("Print…")).triggered.connect(self.print_wanted)
        menu.popup(self._footer.options.mapToGlobal(self._footer.options.rect().bottomLeft()))


class _Footer(QWidget):
    branch_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.sources = TextButton(tr("Sources"), "document", kind="quiet")
        self.copy = IconButton("copy", tr(COPY), size=28)
        self.again = IconButton("refresh", tr("Answer again"), size=28)
        self.options = IconButton("more", tr("Copy with sources, export or print"), size=28)
        self._previous = IconButton("left", tr("Previous answer"), size=24)
        self._following = IconButton("right", tr("Next answer"), size=24)
        self._place = Label("", SMALL, ink="muted")
        self._speed = ElidedLabel("", SMALL, ink="muted")
        self._speed.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._previous.clicked.connect(lambda: self.branch_wanted.emit(-1))
        self._following.clicked.connect(lambda: self.branch_wanted.emit(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT // 2)
        self.setMinimumHeight(self.copy.sizeHint().height())  # also while it shows the speed alone
        for widget in (self.sources, self.copy, self.again, self.options, self._previous, self._place, self._following):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._speed)

    def show_speed(self, usage: Usage) -> None:
        """Show the speed of writing alone, while an answer is written."""
        for widget in (self.sources, self.copy, self.again, self.options, self._previous, self._place, self._following):
            widget.hide()
        self._speed.setText(tr("{speed:.1f} tokens/s", speed=usage.decode_tokens_per_second))
        self.show()

    def describe(self, turn: Turn, branch: tuple[int, int]) -> None:
        count = len(turn.passages)
        self.sources.relabel(tr_count("{count} source", "{count} sources", count))
        self.sources.setVisible(count > 0)
        for button in (self.copy, self.again, self.options):
            button.show()
        self.show_branch(branch)
        self._speed.setText(speed_text(turn))

    def show_branch(self, branch: tuple[int, int]) -> None:
        self._place.setText(f"{branch[0]}/{branch[1]}")
        for widget in (self._previous, self._place, self._following):
            widget.setVisible(branch[1] > 1)
        self._previous.setEnabled(branch[0] > 1)
        self._following.setEnabled(branch[0] < branch[1])
