"""The one error a person is shown: what happened, and what to do about it.

    AppError                expected: bad input, a missing file, a full disk
    ├── knowledge: Unreadable, IndexDamaged, …
    ├── engines:   ModelUnreadable, PromptTooLong, …
    └── personas:  PersonaNotFound, PersonaInvalid

Adapters translate a library's exceptions into one of these once. Anything else that escapes is a bug.
"""


class AppError(Exception):
    """An expected failure, shown to the person as a title and a hint."""

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint
