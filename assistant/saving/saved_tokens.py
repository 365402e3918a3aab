"""What retrieval saved: the tokens of whole documents against those of the passages that were read of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.settings import AnswerSettings
from assistant.values import Saved
from errors import AppError
from knowledge import Passage

# Four letters of English are about a token (OpenAI, "What are tokens"), and other scripts take more bytes for a letter
# and more tokens for a word.
_BYTES_PER_TOKEN = 4
_COUNTED_CHARACTERS = 100_000  # of documents, in some 50 ms; what is longer has as many tokens for a letter

Count = Callable[[str], int]
"""Tokens of a text, as a model counts them."""


def measure_saved(
    passages: Sequence[Passage], document_text: Callable[[Path], str], count: Count | None, prices: AnswerSettings
) -> Saved | None:
    """The tokens of the passages and of all documents that they come from; None where there are none.

    `count`: None: they are estimated. Passages of files that are gone meanwhile are left out.
    """
    texts = dict[Path, str]()
    for path in dict.fromkeys(passage.path for passage in passages):
        try:
            texts[path] = document_text(path)
        except AppError:
            continue
    whole = "\n".join(texts.values())
    if not whole.strip():
        return None
    is_long = len(whole) > _COUNTED_CHARACTERS
    share = len(whole) / min(len(whole), _COUNTED_CHARACTERS)
    counted = count or _estimated
    document_tokens = round(counted(whole[:_COUNTED_CHARACTERS]) * share)
    read_tokens = sum(counted(passage.text) for passage in passages if passage.path in texts)
    return Saved(
        document_tokens=max(document_tokens, read_tokens),
        read_tokens=read_tokens,
        documents=len(texts),
        estimated=count is None or is_long,
        price_per_million=prices.price_per_million_tokens,
        currency=prices.currency,
    )


def _estimated(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)
