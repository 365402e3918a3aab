"""The byte-level BPE vocabulary of the tiny models that the tests build, and what they say."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
END = "<|im_end|>"
CONTROL = ("<|endoftext|>", "<|im_start|>", END)
WORDS = "the of and to in is that it for was on are as with they at be this from have or by one not but what all were"
_LOUDNESS = 30.0


def recital(says: str | Sequence[bytes], tokens: Sequence[str], embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """Output rows that point from each word of the text to the next, from the newline of the template to the end."""
    chain = [tokens.index(token) for token in (*spoken("\n"), *spoken(says), END)]
    if len(set(chain)) != len(chain):
        raise ValueError("a word comes twice in the text")
    output = np.zeros_like(embedding)
    for token, following in pairwise(chain):
        output[following] = _LOUDNESS * embedding[token] / np.linalg.norm(embedding[token])
    return output


def spoken(text: str | Sequence[bytes]) -> list[str]:
    """The names of the tokens in which it is said: for a text one for each word with the space before it."""
    alphabet = byte_alphabet()
    parts = [word.encode() for word in re.split("(?= )", text) if word] if isinstance(text, str) else text
    return ["".join(alphabet[byte] for byte in part) for part in parts]


def is_ascii(token: str) -> bool:
    return token not in CONTROL and all("!" <= letter <= "~" for letter in token.replace(byte_alphabet()[32], "!"))


def merges_of(words: Sequence[str]) -> list[tuple[str, str]]:
    """Byte-level BPE merges that build each word, with a space before it, from the left."""
    alphabet, merges = byte_alphabet(), dict[tuple[str, str], None]()
    for word in words:
        pieces = [alphabet[byte] for byte in f" {word}".encode()]
        while len(pieces) > 1:
            merges[pieces[0], pieces[1]] = None
            pieces[:2] = ["".join(pieces[:2])]
    return list(merges)


def byte_alphabet() -> list[str]:
    """GPT-2's printable character for each byte value, as published with its tokenizer."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]
