"""A prompt keeps the tokens that its beginning was written in."""

import pytest

from engines.template import PromptTokens

CONTROL = ord("#")


@pytest.fixture
def prompts() -> PromptTokens:
    """Its tokens are the text's code points."""
    return PromptTokens(lambda text: [ord(letter) for letter in text], lambda token: token == CONTROL)


def test_unknown_text_is_tokenized(prompts: PromptTokens) -> None:
    assert prompts.encode("ab") == [ord("a"), ord("b")]


def test_remembered_chat_keeps_its_tokens(prompts: PromptTokens) -> None:
    prompts.remember("abc", [1, 2])
    assert prompts.encode("abc#d") == [1, 2, CONTROL, ord("d")]
    assert prompts.encode("abc") == [1, 2]


def test_longest_beginning_counts(prompts: PromptTokens) -> None:
    prompts.remember("a", [1])
    prompts.remember("a#b", [1, 2, 3])
    assert prompts.encode("a#b#") == [1, 2, 3, CONTROL]


def test_text_that_could_join_the_last_token_is_tokenized_anew(prompts: PromptTokens) -> None:
    prompts.remember("abc", [1, 2])
    assert prompts.encode("abcd") == [ord(letter) for letter in "abcd"]


def test_memory_is_bounded_and_the_oldest_goes_first(prompts: PromptTokens) -> None:
    for number in range(65):
        prompts.remember(f"{number}#", [number])
        prompts.encode("0#")
    assert prompts.encode("0#") == [0]
    assert prompts.encode("1#") == [ord("1"), CONTROL]
