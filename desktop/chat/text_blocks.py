"""Blocks of an answer: text, quotes and code, each as high as its contents and loading no resources."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSizeF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFragment,
    QTextOption,
    QTextTable,
    QTextTableCell,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from assistant.visible_text import visible
from desktop.language import tr
from desktop.widgets.buttons import IconButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Label, Surface
from desktop.widgets.link_stop import LinkedText
from desktop.widgets.theme import SMALL, UNIT, Colours, colours, monospace_font, sized_font

GAP = UNIT * 3 // 2  # px between paragraphs, and between blocks
COPIED_MS = 1500  # the tick stays after a copy


class TextBlock(LinkedText):
    """Rich text as high as it needs to be. Links are reported, not followed; no resource is loaded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._html = ""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        interaction = Qt.TextInteractionFlag
        self.setTextInteractionFlags(interaction.TextSelectableByMouse | interaction.LinksAccessibleByMouse)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(3 * UNIT)
        encoded = QUrl.ComponentFormattingOption.FullyEncoded  # so that it can be copied
        self.anchorClicked.connect(lambda address: self.link_clicked.emit(address.toString(encoded)))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_html(self, html: str) -> None:
        """Show sanitized HTML; what is selected stays so while text is added."""
        selected = self.textCursor().anchor(), self.textCursor().position()
        if html != self._html:
            self.forget_links()
        self._html = html
        self.document().setDefaultFont(sized_font(1.04))
        self.document().setDefaultStyleSheet(style_sheet(colours(self.palette())))
        self.setHtml(html)
        if "<table" in html:
            self._place_tables()
        if "<span title=" in html:
            self._underline_doubts()
        cursor = QTextCursor(self.document().lastBlock())
        shape = cursor.blockFormat()
        shape.setBottomMargin(0)  # the column spaces its blocks
        cursor.setBlockFormat(shape)
        if selected[0] != selected[1] and max(selected) < self.document().characterCount():
            cursor.setPosition(selected[0])
            cursor.setPosition(selected[1], QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
        self.place_links()

    def _place_tables(self) -> None:
        """Put tables whose words are read from right to left at the right."""
        for table in self.document().rootFrame().childFrames():
            if isinstance(table, QTextTable) and reads_leftward(table.cellAt(0, 0).firstCursorPosition().block()):
                shape = table.format()
                shape.setAlignment(Qt.AlignmentFlag.AlignRight)
                table.setFormat(shape)

    def _underline_doubts(self) -> None:
        """Underline what has a tooltip, as CSS in Qt knows no dots."""
        dots = QTextCharFormat()
        dots.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        dots.setUnderlineColor(QColor(colours(self.palette()).warning))
        block = self.document().begin()
        while block.isValid():
            for fragment in fragments_of(block):
                cursor = QTextCursor(block)
                cursor.setPosition(fragment.position())
                cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
                if fragment.charFormat().toolTip():
                    cursor.mergeCharFormat(dots)
            block = block.next()

    def show_plain(self, text: str) -> None:
        """Show plain text."""
        self.document().setDefaultFont(sized_font(1.04))
        self.setPlainText(visible(text))

    def mark_words(self, words: Sequence[str]) -> bool:
        """Mark every place of these words, and nothing else; False where there is none."""
        marks = []
        for word in words:
            place = self.document().find(word)
            while not place.isNull():
                mark = QTextBrowser.ExtraSelection()
                mark.cursor = place
                mark.format.setBackground(QColor(colours(self.palette()).marker))
                marks.append(mark)
                place = self.document().find(word, place)
        self.setExtraSelections(marks)
        return bool(marks)

    def marked_place(self) -> QPoint:
        """Return where the first marked word is."""
        places = [self.cursorRect(mark.cursor).topLeft() for mark in self.extraSelections()]
        return min(places, key=QPoint.y, default=QPoint())

    def loadResource(self, kind: int, name: QUrl | str) -> str:
        """Return nothing, so that an answer cannot make the window read a file. (For None, Qt would read it itself.)"""
        return ""

    def changeEvent(self, event: QEvent) -> None:
        """Follow light, dark and zoom."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.show_html(self._html) if self._html else self.document().setDefaultFont(sized_font(1.04))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and select all; every other key is for the message or the conversation."""
        keys = QKeySequence.StandardKey
        if event.matches(keys.Copy) or event.matches(keys.SelectAll):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the conversation, not the block."""
        event.ignore()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy cells of a table in columns, as spreadsheets take them."""
        copied = QMimeData()
        copied.setHtml(self.textCursor().selection().toHtml())
        copied.setText(selected_text(self.textCursor()))
        return copied

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy and Select all only: Qt's own menu offers to copy link locations of our citations."""
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            action.setVisible(action.objectName() in ("edit-copy", "select-all"))
        menu.exec(event.globalPos())

    def _fit(self, size: QSizeF) -> None:
        self.setFixedHeight(max(1, ceil(size.height())))


def reads_leftward(block: QTextBlock) -> bool:
    """Return True for a paragraph that is read from right to left, as Arabic and Hebrew are."""
    return block.textDirection() == Qt.LayoutDirection.RightToLeft


class QuoteBlock(QWidget):
    """A quotation behind a bar in the accent colour, which CSS in Qt cannot draw."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = TextBlock()
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.text)
        self.text.textChanged.connect(self._take_side)
        self._take_side()

    def _take_side(self) -> None:
        """Leave room for the bar where the lines begin."""
        self._at_right = reads_leftward(self.text.document().firstBlock())
        left, right = (0, 2 * UNIT) if self._at_right else (2 * UNIT, 0)
        self._layout.setContentsMargins(left, 2, right, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours(self.palette()).accent))
        painter.drawRoundedRect(QRectF(self.width() - 3 if self._at_right else 0, 2, 3, self.height() - 4), 1.5, 1.5)


class CodeBlock(Surface):
    """Code with its language and a Copy button; long lines scroll sideways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", "border", parent)
        self.source = self.language = ""
        self._name = Label("", SMALL, ink="muted")
        self._copy = IconButton("copy", tr("Copy code"), size=26)
        self._copy.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys come to it
        self._copy.clicked.connect(self._copy_source)
        self.body = _CodeText()
        top = QHBoxLayout()
        top.setContentsMargins(2 * UNIT - 4, 2, 4, 0)
        top.addWidget(self._name, 1)
        top.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, UNIT)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.body)

    def show_code(self, source: str, language: str) -> None:
        """Show code without colours."""
        self.source, self.language = source, language
        self._name.setText(language or "code")
        self.body.show_plain(source)

    def show_highlighted(self, html: str) -> None:
        """Show the same code in colours."""
        self.body.show_html(html)

    def _copy_source(self) -> None:
        QGuiApplication.clipboard().setText(self.source)
        self._copy.rename(tr("Copied"), "check")
        QTimer.singleShot(COPIED_MS, self, lambda: self._copy.rename(tr("Copy code"), "copy"))


class _CodeText(QTextBrowser):
    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        slim_scrolling(self)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(0)
        self.setViewportMargins(2 * UNIT - 4, 4, UNIT, 0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_plain(self, source: str) -> None:
        self.document().setDefaultFont(monospace_font())
        self.setPlainText(source)

    def show_html(self, html: str) -> None:
        family = monospace_font().family()
        self.document().setDefaultStyleSheet(f"pre {{ font-family: '{family}'; margin: 0 }}")
        self.document().setDefaultFont(monospace_font())
        self.setHtml(html)

    def loadResource(self, kind: int, name: QUrl | str) -> str:
        return ""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.document().setDefaultFont(monospace_font())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def _fit(self, size: QSizeF) -> None:
        self.setFixedHeight(ceil(size.height()) + 6 + self.horizontalScrollBar().sizeHint().height())


def selected_text(cursor: QTextCursor) -> str:
    """The selected text, with a tab between two cells of a row."""
    if cursor.hasComplexSelection():
        return _selected_cells(cursor)
    found: list[str] = []
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    block, place = cursor.document().findBlock(start), QTextCursor(cursor.document())
    above: QTextTableCell | None = None
    while block.isValid() and block.position() <= end:
        place.setPosition(block.position())
        table = place.currentTable()
        cell = table.cellAt(place) if table is not None else None
        if found:
            is_beside = cell is not None and above is not None and cell.row() == above.row() and cell != above
            found.append("\t" if is_beside else "\n")
        text, at = block.text(), block.position()
        found.append(_utf16_slice(text, max(start - at, 0), end - at))
        above, block = cell, block.next()
    return "".join(found).replace("\u2028", "\n").replace("\u00a0", " ").replace("\ufdd0", "").replace("\ufdd1", "")


def _selected_cells(cursor: QTextCursor) -> str:
    """The text of the cells that a selection within one table covers."""
    table = cursor.currentTable()
    top, rows, left, columns = cast(tuple[int, int, int, int], cursor.selectedTableCells())
    lines = []
    for row in range(top, top + rows):
        cells = [table.cellAt(row, column) for column in range(left, left + columns)]
        lines.append("\t".join(map(_cell_text, cells)))
    return "\n".join(lines)


def _cell_text(cell: QTextTableCell) -> str:
    inside = cell.firstCursorPosition()
    inside.setPosition(cell.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    return inside.selectedText().replace("\u2029", " ")


def _utf16_slice(text: str, start: int, end: int) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def fragments_of(block: QTextBlock) -> list[QTextFragment]:
    """The runs of one format in a block."""
    found, place = [], block.begin()
    while not place.atEnd():
        found.append(place.fragment())
        place += 1
    return found


def style_sheet(shades: Colours) -> str:
    """Return the style of Markdown in these colours."""
    mono = monospace_font().family()
    ink = shades.text
    return f"""
    body, p, li {{ color: {ink}; line-height: 128%; }}
    p {{ margin: 0 0 {GAP}px 0; }}
    li {{ margin: 0 0 4px 0; }}
    ul, ol {{ margin: 0 0 {GAP}px 0; }}
    h1 {{ font-size: 140%; font-weight: 600; margin: 10px 0 8px 0; }}
    h2 {{ font-size: 120%; font-weight: 600; margin: 10px 0 6px 0; }}
    h3, h4, h5, h6 {{ font-size: 105%; font-weight: 600; margin: 8px 0 4px 0; }}
    a {{ color: {shades.accent}; text-decoration: underline; }}
    a.cite {{ color: {shades.accent}; background-color: {shades.accent_soft}; text-decoration: none;
              font-weight: 600; font-size: 88%; }}
    a.doubt {{ color: {shades.warning}; background-color: {shades.hover}; text-decoration: none;
               font-weight: 600; font-size: 88%; }}
    b, strong {{ font-weight: 600; }}
    .best {{ font-size: large; }}
    .crumbs {{ color: {shades.muted}; font-size: small; }}
    code {{ font-family: '{mono}'; font-size: 92%; background-color: {shades.card}; }}
    pre {{ font-family: '{mono}'; }}
    table {{ border-collapse: collapse; border: 1px solid {shades.border}; margin: 2px 0 {GAP}px 0; }}
    th {{ background-color: {shades.card}; font-weight: 600; text-align: left; }}
    th, td {{ padding: 5px 10px; border: 1px solid {shades.border}; }}
    """
