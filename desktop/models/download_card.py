"""A model to download: what it is, how it would run here, one button for the next step, and the progress."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from assistant.models.model_downloads import ListedEncoder, ListedModel
from desktop.language import mark, told, tr
from desktop.models.download_list import Download
from desktop.widgets.bars import Bar
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import ElidedLabel, Label, Surface
from desktop.widgets.theme import SMALL, UNIT, zoomed
from engines import WANTED_TOKENS_PER_SECOND
from network import HubModel

Step = Literal["download", "pause", "resume", "retry", "use", "in use"]
BUTTONS: dict[Step, tuple[str, str]] = {  # label, icon
    "download": (mark("Download"), "drop"),
    "pause": (mark("Pause"), "pause"),
    "resume": (mark("Resume"), "play"),
    "retry": (mark("Try again"), "refresh"),
    "use": (mark("Use"), ""),
    "in use": (mark("In use"), "check"),
}
NEEDS_NETWORK = frozenset({"download", "resume", "retry"})
OFFLINE = mark("Carrel is offline.")
BAR_HEIGHT = 14  # px, the room above and below it included


class CardContents(NamedTuple):
    """What a card says of a model. `mark`: beside the name. `path`: where it is installed.

    `refusal`: why it cannot be downloaded. `leads`: it is the one to take. `is_ours`: Carrel may delete it there.
    """

    name: str
    mark: str = ""
    about: str = ""
    fit: str = ""
    path: Path | None = None
    refusal: str = ""
    leads: bool = False
    is_ours: bool = True


class DownloadCard(Surface):
    """A model with one button for the next step, Discard for a download that is paused or failed, and Delete."""

    acted = Signal(str)  # a Step
    discarded = Signal()
    deleted = Signal()

    def __init__(self, contents: CardContents, parent: QWidget | None = None) -> None:
        super().__init__("base", "border", parent)
        self.setAccessibleName(contents.name)
        self._name, self.contents = contents.name, contents
        self._download: Download | None = None
        self._in_use = self._offline = False
        self._mark = Label(contents.mark, SMALL, ink="accent")
        self._about = ElidedLabel(contents.about, SMALL * 1.07, ink="muted")
        self.fit = ElidedLabel(contents.fit, SMALL * 1.07, ink="muted")
        self._bar, self.progress = Bar(), ElidedLabel("", SMALL * 1.07, ink="muted")
        self.problem = Label("", bold=True, wrap=True)
        self.hint = Label("", SMALL * 1.07, ink="muted", wrap=True)
        self._bar.setFixedHeight(zoomed(BAR_HEIGHT))
        self.button = TextButton(tr("Download"), "drop")
        self.discard = TextButton(tr("Discard"), kind="quiet")
        self.discard.setAccessibleName(tr("Discard the download of {name}", name=contents.name))
        self.button.clicked.connect(lambda: self.acted.emit(self.step))
        self.discard.clicked.connect(self.discarded)
        self.delete = IconButton("trash", tr("Delete {name}", name=contents.name), size=28)
        self.delete.clicked.connect(self.deleted)
        self._lay_out()
        self._show()

    @property
    def step(self) -> Step:
        """Step that the button takes."""
        if self._download is not None:
            if self._download.active:
                return "pause"
            return "retry" if self._download.progress.stage == "failed" else "resume"
        if self.contents.path is not None:
            return "in use" if self._in_use else "use"
        return "download"

    def show_download(self, download: Download | None) -> None:
        """Show the progress; None: there is no download of it."""
        self._download = download
        self._show()

    def show_use(self, in_use: bool) -> None:
        """Mark the model as in use, or not."""
        self._in_use = in_use
        self._show()

    def show_offline(self, offline: bool) -> None:
        """Disable downloading while Carrel is offline."""
        self._offline = offline
        self._show()

    def _show(self) -> None:
        label, icon = tr(BUTTONS[self.step][0]), BUTTONS[self.step][1]
        refused = self._offline and self.step in NEEDS_NETWORK
        too_large = self.step == "download" and bool(self.contents.refusal)
        self.button.relabel(label, icon)
        self.button.setAccessibleName(f"{label}: {self._name}")
        self.button.setEnabled(not (refused or too_large or self.step == "in use"))
        self.button.setToolTip(tr(OFFLINE) if refused else self.contents.refusal if too_large else "")
        self.button.restyle("primary" if self.step == "download" and self.contents.leads else "plain")
        self.delete.setVisible(self.step == "use" and self.contents.is_ours)
        self.restyle("base", {"in use": "accent", "retry": "danger"}.get(self.step, "border"))
        self._show_progress()

    def _show_progress(self) -> None:
        at = self._download.progress if self._download else None
        failed = at is not None and at.stage == "failed"
        self._bar.setVisible(at is not None and not failed)
        self._bar.fill(at.done_bytes / at.total_bytes if at and at.total_bytes else 0.0)
        self.progress.setText(progress_text(self._download) if self._download else "")
        self.problem.setText(told(at.title) if at and failed else "")
        self.hint.setText(told(at.hint) if at and failed else "")
        for label in (self.progress, self.problem, self.hint):
            label.setVisible(bool(label.text()))
        self.fit.setVisible(bool(self.fit.text()) and at is None)
        self.discard.setVisible(self.step in ("resume", "retry"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        name = ElidedLabel(self._name, bold=True)
        name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        head.addWidget(name)
        head.addWidget(self._mark, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        for label in (self._about, self.fit, self._bar, self.progress, self.problem, self.hint):
            words.addWidget(label)
        self._about.setVisible(bool(self._about.text()))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT + 2, UNIT + 4, UNIT + 2)
        row.setSpacing(UNIT)
        row.addLayout(words, 1)
        row.addWidget(self.delete)
        row.addWidget(self.discard)
        row.addWidget(self.button)


def chat_contents(listed: ListedModel) -> CardContents:
    """Return what a card says of a chat model of the catalogue."""
    fit = fit_text(listed)
    return CardContents(
        listed.model.name,
        _mark(listed),
        _about(listed),
        fit,
        listed.path,
        refusal=fit if listed.expectation.verdict == "too large" else "",
        leads=listed.recommended,
    )


def encoder_contents(listed: ListedEncoder) -> CardContents:
    """Return what a card says of an embedder or a reranker."""
    model = listed.model
    languages = tr("a hundred languages") if model.languages == "many" else told(model.languages)
    about = "  ·  ".join((f"{model.weights_bytes / 1e6:,.0f} MB", languages, model.licence))
    return CardContents(model.name, told(model.kind.capitalize()), about, path=listed.path, is_ours=listed.is_ours)


def hub_contents(model: HubModel) -> CardContents:
    """Return what a card says of a model that was found on the hub."""
    terms = [tr("terms to accept on its page")] if model.gated else []
    about = (tr("{count} downloads last month", count=model.downloads), *filter(None, [model.licence]), *terms)
    return CardContents(model.name, about="  ·  ".join(about))


def fit_text(listed: ListedModel) -> str:
    """Return `Fits this computer, about 12 tokens/s`, or how much memory the model needs."""
    expected = listed.expectation
    if expected.verdict == "too large":
        return tr("Too large: needs a computer with at least {size} GB of memory", size=listed.model.memory_gb)
    pace = _speed_text(expected.tokens_per_second)
    if expected.verdict == "tight":
        return tr(
            "Tight: works best with at least {size} GB of memory{pace}",
            size=listed.model.memory_gb,
            pace=pace,
        )
    return tr("Fits this computer{pace}", pace=pace)


def progress_text(download: Download) -> str:
    """Return `1.2 of 2.5 GB · 12 MB/s · about 2 min left`, or the stage; empty when the download failed."""
    at = download.progress
    if at.stage in ("failed", "done"):
        return ""
    if at.stage == "checking":
        return tr("Checking the download…")
    if at.stage == "waiting" or not at.total_bytes:
        return tr("Connecting…") if download.active else tr("Paused")
    parts = [
        tr(
            "{done:.2f} of {total:.2f} GB",
            done=at.done_bytes / 1e9,
            total=at.total_bytes / 1e9,
        )
    ]
    if not download.active:
        return tr("Paused  ·  {size}", size=parts[0])
    if download.bytes_per_second:
        left = (at.total_bytes - at.done_bytes) / download.bytes_per_second
        parts += [
            f"{download.bytes_per_second / 1e6:.1f} MB/s",
            tr("{time} left", time=duration_text(left)),
        ]
    return "  ·  ".join(parts)


def _mark(listed: ListedModel) -> str:
    if listed.model.trial:
        return tr("Small, to try out")
    return tr("Recommended") if listed.recommended else ""


def _about(listed: ListedModel) -> str:
    model = listed.model
    if model.parameters < 1e9:
        parameters = tr("{count:.0f} million parameters", count=model.parameters / 1e6)
    else:
        parameters = tr("{count:.1f} billion parameters", count=model.parameters / 1e9)
    size = f"{model.size / 1e6:.0f} MB" if model.size < 1e9 else f"{model.size / 1e9:.1f} GB"
    parts = (
        _use(model.parameters),
        parameters,
        tr("{size} in {quantization}", size=size, quantization=model.quantization),
        tr("{count} tokens of context", count=model.context_tokens),
        model.licence,
        *([tr("can think first")] if model.thinks else []),
    )
    return "  ·  ".join(parts)


def _use(parameters: float) -> str:
    """Return what a model of so many parameters is good for, as peers put it; no benchmark stands behind it."""
    steps = ((1e9, tr("for trying out")), (4e9, tr("for short answers")), (10e9, tr("for everyday questions")))
    return next((use for most, use in steps if parameters < most), tr("for hard questions"))


def _speed_text(tokens_per_second: float | None) -> str:
    """Return `, about 12 tokens/s`, or `, slow: about 2 tokens/s` below reading speed."""
    if tokens_per_second is None:
        return ""
    speed = (
        tr("about {speed:.0f} tokens/s", speed=tokens_per_second) if tokens_per_second >= 1.5 else tr("about 1 token/s")
    )
    return f", {speed}" if tokens_per_second >= WANTED_TOKENS_PER_SECOND else tr(", slow: {speed}", speed=speed)


def duration_text(seconds: float) -> str:
    """Return `less than a minute`, `about 12 min` or `about 3 h`."""
    if seconds < 60:
        return tr("less than a minute")
    minutes = round(seconds / 60)
    return tr("about {minutes} min", minutes=minutes) if minutes < 90 else tr("about {hours:.0f} h", hours=minutes / 60)
