"""Chats on paper and in files: the dialogs that ask where to, and pages as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QMarginsF, QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFont, QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from assistant.exporting.chat_markdown import chat_markdown
from assistant.exporting.exporting import chat_bytes, write_export
from desktop.background import Background, Callbacks, Task
from desktop.language import mark, tr
from desktop.widgets.notices import Notice

if TYPE_CHECKING:
    from assistant.values import Turn
    from assistant.workspace import Workspace
    from errors import AppError

FORMATS = mark("Markdown (*.md);;PDF (*.pdf);;Word (*.docx);;Web page (*.html);;JSON (*.json)")
MARGIN_MM = 5.0  # beside those of 20 mm that Qt leaves itself
POINTS = 10.5  # of running text on paper
_STYLE = """
h1 { font-size: 18pt; } h2 { font-size: 13pt; margin-top: 18px; } p, li { line-height: 130%; }
code, pre { font-family: monospace; } blockquote p { color: #444444; } td, th { padding: 3px 8px; }
"""


class Exporter(QObject):
    """Copies, saves and prints chats; what became of it is told by notices."""

    noticed = Signal(object)  # Notice

    def __init__(self, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._background, self._window = background, window

    def copy(self, turns: Sequence[Turn], title: str) -> None:
        """Copy a chat as Markdown with its sources."""
        QGuiApplication.clipboard().setText(chat_markdown(turns, title))

    def export(self, turns: Sequence[Turn], title: str) -> None:
        """Ask for a file, and write the chat to it."""
        suggested = str(Path.home() / f"{_file_name(title)}.md")
        path, kind = QFileDialog.getSaveFileName(self._window, tr("Export with sources"), suggested, tr(FORMATS))
        if path:
            ending = "" if Path(path).suffix else kind.rpartition("*")[2].rstrip(")")
            self.write(Path(path + ending), turns, title)

    def write(self, path: Path, turns: Sequence[Turn], title: str) -> None:
        """Write the chat to a file in the format of its ending."""

        def write(_: Workspace, __: Task) -> Path:
            is_pdf = path.suffix.lower() == ".pdf"
            data = chat_bytes(".html" if is_pdf else path.suffix, turns, title)
            write_export(path, pdf_of(data.decode()) if is_pdf else data)
            return path

        self._background.run("read", write, self, Callbacks(self._tell, self._fail))

    def print(self, turns: Sequence[Turn], title: str) -> None:
        """Ask for a printer, and print the chat."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(title)
        if QPrintDialog(printer, self._window).exec():
            _laid_out(chat_bytes(".html", turns, title).decode()).print_(printer)

    def _tell(self, path: Path) -> None:
        notice = Notice("accent", tr("Saved {name}", name=path.name), str(path.parent))
        folder = QUrl.fromLocalFile(str(path.parent))
        notice.add_action(tr("Open folder"), lambda: QDesktopServices.openUrl(folder), primary=False)
        self.noticed.emit(notice)

    def _fail(self, error: AppError) -> None:
        self.noticed.emit(Notice("danger", error.title, error.hint))


def pdf_of(html: str) -> bytes:
    """Return pages with this text. On any thread: nothing of it is on the screen."""
    _events = QEventLoop()  # gives this thread what the timers of a long document's layout need
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    _laid_out(html).print_(writer)
    buffer.close()
    return bytes(data.data())


def _laid_out(html: str) -> QTextDocument:
    document = QTextDocument()
    font = QFont(QGuiApplication.font())
    font.setPointSizeF(POINTS)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml(html)
    return document


def _file_name(title: str) -> str:
    """The title without what a file's name cannot hold."""
    kept = "".join(c if c.isalnum() or c in " -_.,()" else " " for c in title)
    return " ".join(kept.split())[:80].strip(". ") or tr("Chat")
