"""How many tokens a text will take on a server, judged from its bytes: asking would send every passage there."""

import math
from collections.abc import Sequence

from engines.protocol import Message

# Prose, German, Chinese and code: a tokenizer's bytes per token on these stand for those on a person's papers.
SAMPLE = (
    "The desk by the window is older than the house; nobody remembers who had it carried up the stairs in 1931. "
    "Die Bestellung wurde am 3. März geprüft und freigegeben. 合同自双方签字之日起生效，有效期为三年。 "
    "def total(rows: list[Row]) -> float:\n    return sum(row.price * row.count for row in rows)\n"
)
_SAFETY = 1.15  # other texts take a few tokens more than the sample; too many counted costs room, too few the answer
_UNMEASURED = 1 / 3  # tokens per byte: more than common tokenizers take of prose, about what they take of code
_AROUND = len("<|im_start|>assistant\n<|im_end|>\n")  # bytes that ChatML puts around a message


class TokenEstimate:
    """Counts tokens roughly, and rather too many. `sample_tokens`: what the server counted in SAMPLE; None: unknown."""

    def __init__(self, sample_tokens: int | None) -> None:
        measured = sample_tokens / _bytes(SAMPLE) * _SAFETY if sample_tokens else _UNMEASURED
        self._tokens_per_byte = measured

    def of_text(self, text: str) -> int:
        """Tokens of a text; 0 only for the empty one."""
        return math.ceil(_bytes(text) * self._tokens_per_byte)

    def of_prompt(self, messages: Sequence[Message]) -> int:
        """Tokens of a whole prompt, with a template around its messages."""
        around = _AROUND * (len(messages) + 1)
        return math.ceil((sum(_bytes(message.text) for message in messages) + around) * self._tokens_per_byte)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
