"""A source in the window: its page, picture, table or formatted text where it has one, and its text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.background import Background, Callbacks, Task
from desktop.language import mark, told, told_error, tr
from desktop.reading.find_bar import FindBar, Hit
from desktop.reading.formatted_view import AROUND_CHARACTERS, FormattedView, formatted_html
from desktop.reading.page_view import PageView
from desktop.reading.serve_images import IMAGES_PROGRAM
from desktop.reading.table_view import TableExcerpt, TableView, table_around
from desktop.reading.text_view import Excerpt, Span, TextView, excerpt
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.labels import Divider, ElidedLabel, Label
from desktop.widgets.theme import SMALL, UNIT
from knowledge import PagePicture, PagePictures, PictureUnavailable, QuotedPage

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from errors import AppError

# A desktop may run these instead of showing them: their folder is opened.
PROGRAMS = frozenset(
    ".app .bat .cmd .com .command .cpl .desktop .exe .hta .jar .js .jse .lnk .msi .pif .pl .ps1 .py .pyw .rb .reg .scr"
    " .sh .terminal .url .vb .vbe .vbs .wsf .wsh".split()
)
BEFORE_CHARACTERS = 100  # of the text before a quotation, which tell it from its like on the page
FIRST_WIDTH = 1.5  # of the view's width: of this a page is drawn at first, until it is known how wide its text is
PAGED = frozenset({".pdf"})  # endings of files whose pages are shown
IMAGES = frozenset(".png .jpg .jpeg .webp .bmp .gif .tif .tiff".split())
FORMATTED = frozenset(".md .markdown .mdx .rmd .qmd .mkd .mdown".split())
TABLES = frozenset(".csv .tsv .tab .xlsx .xlsm .xltx .xltm .xls .xlsb .ods".split())
PARTIAL = mark("This file is long. Only the part around the passage is shown.")
UNMARKED = mark("The passage is not in the text of this page, so it is not marked.")


class _Read(NamedTuple):
    """What was read of a span: the text around it, and its page, table or formatted text where it has one.

    `trouble`: the reason that its page cannot be shown.
    """

    span: Span
    excerpt: Excerpt
    quoted: QuotedPage | None = None
    picture: PagePicture | None = None
    trouble: str = ""
    html: str = ""
    table: TableExcerpt | None = None

    @property
    def is_partial(self) -> bool:
        """True where a part of the file is left out."""
        return self.excerpt.partial or (bool(self.html) and len(self.excerpt.text) > 2 * AROUND_CHARACTERS)


class DocumentViewer(QWidget):
    """Shows one span after another; Back returns to the sources."""

    closed = Signal()
    link_clicked = Signal(str)
    step_wanted = Signal(int)  # to the previous (-1) or next (1) quote of the answer

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._images = PagePictures(IMAGES_PROGRAM)
        self.destroyed.connect(self._images.close)
        self._span: Span | None = None
        self._quoted: QuotedPage | None = None
        self._rest = ""  # of the quotation, on the page after its own
        self._name, self._place = ElidedLabel("", bold=True), ElidedLabel("", SMALL, ink="muted")
        self._note = Label("", SMALL, ink="muted", wrap=True)
        self._note.hide()
        self.text = TextView()
        self.pages: PageView | None = None
        self.formatted: FormattedView | None = None
        self.table: TableView | None = None
        self._other: tuple[str, QWidget] | None = None  # beside the text: its name, and the view
        self._stack = QStackedWidget()
        self._stack.addWidget(self.text)
        self._quotes = _QuoteSteps()
        self._quotes.step_wanted.connect(self.step_wanted)
        self.switch = TextButton(tr("Text"), kind="quiet")
        self.switch.setToolTip(tr("Switch between the file as it looks and the text that was read"))
        self.switch.clicked.connect(self._switch_view)
        self.find_bar = FindBar(tr("Find in this source"), lambda: [self._searched], self._reveal)
        self.find_bar.closed.connect(lambda: self._searched.setFocus())
        self._lay_out()

    def open_find(self) -> None:
        """Find words in the text of the file; of a page or a table, in the text that was read of it."""
        self._show_view(self._searched)
        self.find_bar.open()

    def open(self, span: Span, quote: tuple[int, int] | None = None) -> None:
        """Show a file with this span marked. `quote`: its number among the answer's quotes, from 1, and their count."""
        self._span = span
        self._name.setText(span.path.name)
        self._place.setText(span.title or str(span.path.parent))
        self._place.explain(str(span.path))
        self._quotes.show_place(quote)
        is_image = span.path.suffix.lower() in IMAGES
        is_paged = is_image or (span.page is not None and span.path.suffix.lower() in PAGED)
        width = round(self._page_view().width_px() * FIRST_WIDTH) if is_paged else 0

        def read(space: Workspace, _: Task) -> _Read:
            text = space.library.document_text(span.path)
            around, ending = excerpt(text, span), span.path.suffix.lower()
            if not is_paged:
                html = formatted_html(text, span) if ending in FORMATTED else ""
                return _Read(span, around, html=html, table=table_around(text, span) if ending in TABLES else None)
            before = text[max(span.start - BEFORE_CHARACTERS, 0) : span.start]
            quoted = QuotedPage(span.path, span.page or 1, text[span.start : span.end], before)
            try:
                return _Read(span, around, quoted, self._drawn(space, quoted, width))
            except PictureUnavailable as error:
                return _Read(span, around, trouble=told_error(error))

        self._background.run("read", read, self, Callbacks(self._show, self._fail))

    @property
    def _searched(self) -> TextView | FormattedView:
        is_formatted = self.formatted is not None and self._stack.currentWidget() is self.formatted
        return self.formatted if is_formatted and self.formatted is not None else self.text

    def marked_text(self) -> str:
        """Return the marked text."""
        return self.text.marked_text()

    def _page_view(self) -> PageView:
        if self.pages is None:
            self.pages = PageView()
            self.pages.wanted.connect(self._open_page)
            self._stack.addWidget(self.pages)
        if not self.pages.isVisible():  # it has not been laid out
            self.pages.resize((self.parentWidget() or self).size())
        return self.pages

    def _lay_out(self) -> None:
        back = IconButton("left", tr("Back to the sources"), size=28)
        back.clicked.connect(self.closed)
        open_file = TextButton(tr("Open file"), "open", kind="quiet")
        open_file.clicked.connect(self._open_file)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._place)
        head = QHBoxLayout()
        head.setContentsMargins(UNIT, UNIT, UNIT, 0)
        head.setSpacing(UNIT // 2)
        head.addWidget(back)
        head.addLayout(words, 1)
        head.addWidget(open_file)
        tools = QHBoxLayout()
        tools.setContentsMargins(UNIT, 0, UNIT, UNIT // 2)
        tools.addWidget(self._quotes)
        tools.addStretch(1)
        tools.addWidget(self.switch)
        find = IconButton("search", tr("Find in this source (Ctrl+F)"), size=28)
        find.clicked.connect(self.open_find)
        tools.addWidget(find)
        self.switch.hide()
        self._note.setContentsMargins(2 * UNIT, UNIT // 2, 2 * UNIT, UNIT // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(tools)
        column.addWidget(Divider())
        column.addWidget(self.find_bar)
        column.addWidget(self._note)
        column.addWidget(self._stack, 1)

    def _show(self, read: _Read) -> None:
        if read.span is not self._span:
            return
        self._quoted = read.quoted
        self.find_bar.forget()
        self.text.show_excerpt(read.excerpt)
        self._show_note(told(read.trouble) or (tr(PARTIAL) if read.is_partial else ""))
        self._other = self._filled(read)
        self.switch.setVisible(self._other is not None)
        self._show_view(self._other[1] if self._other else self.text)

    def _filled(self, read: _Read) -> tuple[str, QWidget] | None:
        """Show what was read in the view that is made for it, and return its name and the view; None: it is text."""
        if read.picture is not None and read.quoted is not None and self.pages is not None:
            self._rest = read.picture.rest
            self.pages.forget()
            self._show_page(read.picture, read.quoted.page)
            return tr("Picture") if read.span.path.suffix.lower() in IMAGES else tr("Page"), self.pages
        if read.html and (view := self._formatted_view()).show_html(read.html):
            return tr("Formatted"), view
        if read.table is not None:
            if self.table is None:
                self.table = TableView()
                self._stack.addWidget(self.table)
            self.table.show_table(read.table)
            return tr("Table"), self.table
        return None

    def _formatted_view(self) -> FormattedView:
        if self.formatted is None:
            self.formatted = FormattedView()
            self.formatted.link_clicked.connect(self.link_clicked)
            self._stack.addWidget(self.formatted)
        return self.formatted

    def _fail(self, error: AppError) -> None:
        self.text.forget()
        self._other = None
        self.switch.hide()
        self._show_view(self.text)
        self._show_note(told_error(error))

    def _open_page(self, page: int, width_px: int) -> None:
        """Have another page of the file drawn, or the same one in another size."""
        span, quoted = self._span, self._quoted
        if span is None or quoted is None:
            return
        quote = {quoted.page: quoted.quote, quoted.page + 1: self._rest}.get(page, "")
        wanted = quoted._replace(page=page, quote=quote)

        def show(picture: PagePicture) -> None:
            if span is self._span:
                self._show_page(picture, page)

        self._background.run(
            "read", lambda space, _: self._drawn(space, wanted, width_px), self, Callbacks(show, self._tell)
        )

    def _drawn(self, space: Workspace, page: QuotedPage, width_px: int) -> PagePicture:
        """Draw a page, on a worker. Raises PictureUnavailable."""
        if page.path.suffix.lower() in IMAGES:
            return self._images.draw(page, width_px, [folder.path for folder in space.library.folders()])
        return space.library.page_picture(page, width_px)

    def _show_page(self, picture: PagePicture, page: int) -> None:
        if self.pages is not None and self._quoted is not None:
            self.pages.show_picture(picture, page)
            is_image = self._quoted.path.suffix.lower() in IMAGES
            is_unmarked = page == self._quoted.page and not picture.marks and not is_image
            self._show_note(tr(UNMARKED) if is_unmarked else "")

    def _tell(self, error: AppError) -> None:
        self._show_note(told_error(error))

    @staticmethod
    def _reveal(hit: Hit) -> None:
        cursor = hit.text.textCursor()
        cursor.setPosition(hit.end)
        hit.text.setTextCursor(cursor)
        hit.text.ensureCursorVisible()

    def _switch_view(self) -> None:
        if self._other is not None:
            view = self._other[1] if self._stack.currentWidget() is self.text else self.text
            self._show_view(view)
            view.setFocus()

    def _show_view(self, view: QWidget) -> None:
        self._stack.setCurrentWidget(view)
        self.switch.relabel(self._other[0] if self._other and view is self.text else tr("Text"))

    def _show_note(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _open_file(self) -> None:
        if self._span is not None:
            path = self._span.path
            is_program = path.suffix.lower() in PROGRAMS if path.suffix else os.access(path, os.X_OK)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent if is_program else path)))


class _QuoteSteps(QWidget):
    """`Quote 2 of 5` between two arrows."""

    step_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._place = Label("", SMALL, ink="muted")
        self._previous = IconButton("up", tr("Previous quote of the answer"), size=28)
        self._following = IconButton("down", tr("Next quote of the answer"), size=28)
        self._previous.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._following.clicked.connect(lambda: self.step_wanted.emit(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT // 2)
        for widget in (self._previous, self._place, self._following):
            row.addWidget(widget)

    def show_place(self, quote: tuple[int, int] | None) -> None:
        """Show the number of the quote and their count; nothing for None."""
        self.setVisible(quote is not None and quote[1] > 1)
        if quote is not None:
            self._place.setText(tr("Quote {number} of {count}", number=quote[0], count=quote[1]))
            self._previous.setEnabled(quote[0] > 1)
            self._following.setEnabled(quote[0] < quote[1])
