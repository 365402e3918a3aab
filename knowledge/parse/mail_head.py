"""What stands at the head of a message: who wrote to whom, when, and what came with it."""

import datetime
from dataclasses import dataclass

from knowledge.document import Metadata
from knowledge.parse.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHead:
    """`date` is ISO 8601 where the message states a date that can be read, else its own words.

    `attachments` are names: what they hold is not read.
    """

    subject: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    date: str = ""
    attachments: tuple[str, ...] = ()

    def write(self, transcript: Transcript) -> None:
        """Write the lines that a mail program shows above a message; the subject is left to title or heading."""
        transcript.paragraph("\n".join(f"{label}: {value}" for label, value in self._lines() if value))

    def metadata(self) -> Metadata:
        """What of it is known, under the names `from`, `to`, `cc`, `date` and `attachments`."""
        values: Metadata = {
            "from": self.sender,
            "to": self.to,
            "cc": self.cc,
            "date": self.date,
            "attachments": self.attachments,
        }
        return {key: value for key, value in values.items() if value}

    def _lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("From", self.sender),
            ("To", ", ".join(self.to)),
            ("Cc", ", ".join(self.cc)),
            ("Date", self.date),
            ("Attachments (not read)", ", ".join(self.attachments)),
        )


def iso_date(moment: datetime.datetime) -> str:
    """The moment in ISO 8601, to the second, with its own offset from UTC where it has one."""
    return moment.replace(microsecond=0).isoformat()
