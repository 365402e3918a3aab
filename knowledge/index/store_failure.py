"""Troubles with object storage in words for people, told apart from damage: what is out of reach is not lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from errors import AppError

# As object_store words a request that failed, in Rust's two forms; a file that is not there or not readable has none.
_REQUEST_FAILED = re.compile(
    r'Generic \{ store: "(?!N/A)|Generic (?!N/A)\S+ error|RetryError|Error performing |NoSuchBucket'
    r"|Unauthenticated|PermissionDenied|CredentialsNotLoaded"
)
_NOTHING_LOST = "Nothing is lost: the next search or sync goes on."
_KINDS: Sequence[tuple[str, str, str]] = (
    ("NoSuchBucket", "the bucket does not exist", "Make it, or correct index_uri under [search]."),
    (
        r"status(?: code)?: 40[13]|Unauthenticated|PermissionDenied|[Cc]redential",
        "the key is not accepted",
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that they may read and write there.",
    ),
    (r"[Rr]edirect", "it is in another region", "Set AWS_REGION to the bucket's region."),
    (r"status(?: code)?: (?:429|5\d\d)", "the store fails or is too busy", "Try again in a moment."),
    (r"dns error|lookup address", "the store's name is not known", "Check AWS_ENDPOINT and the network."),
    (
        r"kind: Timeout|TimedOut|timed out|error sending request",
        "the store did not answer in time",
        "Check the network, and try again.",
    ),
    (
        r"kind: Connect|ConnectError|connection|error decoding response",
        "the store cannot be reached",
        "Check AWS_ENDPOINT and the network.",
    ),
)

QUICK_OPTIONS: Mapping[str, str] = {
    "connect_timeout": "5s",
    "client_max_retries": "3",
    "client_retry_timeout": "20",  # seconds; by default three minutes, for which a question would wait
}


class IndexStoreUnavailable(AppError):
    """The store of the index is out of reach, or refuses. The index itself may be as it was."""


class IndexTaken(AppError):
    """The place of the index belongs to another home."""

    def __init__(self, location: str) -> None:
        super().__init__(
            f"{location} is the index of another home",
            "Give each home an index_uri of its own under [search]. If that home is gone, delete what is there.",
        )


def store_failure(error: Exception, location: str) -> IndexStoreUnavailable | None:
    """The trouble with a store that LanceDB's error tells of; None where the store answered, and the index is damaged.

    `location`: of the index, as `s3://bucket/path`.
    """
    text = str(error)
    if not _REQUEST_FAILED.search(text):
        return None
    parts = urlsplit(location)
    why, hint = next(
        ((why, hint) for sign, why, hint in _KINDS if re.search(sign, text)),
        ("the store answered with an error", "Try again, and see the log for what it says."),
    )
    return IndexStoreUnavailable(
        f"The search index in {parts.scheme}://{parts.netloc} cannot be used: {why}", f"{hint} {_NOTHING_LOST}"
    )
