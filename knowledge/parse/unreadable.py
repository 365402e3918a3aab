"""Why a file has no text for us."""

from errors import AppError


class Unreadable(AppError):
    """A file that cannot be turned into text. `reason` is for a person, as `encrypted PDF: it needs a password`."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"This file cannot be read: {reason}", hint)
        self.reason = reason


class NeedsRecognition(Unreadable):
    """A file of `pages` pictures of text, which a process with more time and memory recognises."""

    def __init__(self, reason: str, pages: int) -> None:
        super().__init__(reason)
        self.pages = pages
