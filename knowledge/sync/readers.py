"""Which version of what reads files a row is of. A row of another one is looked at again, some at each sync."""

from dataclasses import dataclass

from knowledge.chunk import CHUNKER_VERSION
from knowledge.ledger.rows import Known
from knowledge.parse import PARSER_VERSION, can_recognise

REREAD_FILES = 1_000  # at each sync: notes take 3 s, long PDFs a minute


@dataclass(frozen=True, slots=True)
class Readers:
    """What today's rows say of files that were read, and of those that were refused."""

    read: str
    refused: str

    def made(self, known: Known) -> bool:
        """Whether the row is of today."""
        return known.reader == (self.read if known.status in ("indexed", "waiting") else self.refused)


def readers_of_now() -> Readers:
    """The readers of this installation: with the extra `ocr`, what was refused without may be read."""
    version = f"{PARSER_VERSION}.{CHUNKER_VERSION}"
    return Readers(f"read-{version}", f"refused-{version}{'-ocr' if can_recognise() else ''}")
