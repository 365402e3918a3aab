"""A text's end is looked up in the text itself."""

from hypothesis import given, strategies as st

from engines.llama.drafting import PromptLookup


def guess(text: str, length: int = 4) -> str:
    return "".join(map(chr, PromptLookup(map(ord, text)).following(length)))


def test_earlier_continuation_is_guessed() -> None:
    assert guess("the desk is oak. the d") == "esk "


def test_latest_occurrence_is_taken() -> None:
    assert guess("ab1 ab2 ab", 1) == "2"


def test_longer_match_comes_before_a_later_one() -> None:
    assert guess("xab1 yab2 xab", 1) == "1"


def test_nothing_is_guessed_where_nothing_came_before() -> None:
    for text in ("", "a", "ab", "abcd"):
        assert guess(text) == ""


def test_guess_beyond_the_end_repeats_itself() -> None:
    assert guess("abcabc", 7) == "abcabca"


def test_match_is_followed_while_its_guesses_are_right() -> None:
    lookup = PromptLookup(map(ord, "one two three; one four; one t"))
    matched = lookup.matched
    assert [lookup.add(ord(letter)) for letter in "wo "] == [True] * 3
    assert lookup.matched == matched + 3
    assert "".join(map(chr, lookup.following(5))) == "three"


def test_wrong_guess_looks_anew() -> None:
    lookup = PromptLookup(map(ord, "abcd. xyzw. abc"))
    assert not lookup.add(ord("?"))
    assert lookup.matched == 0
    for letter in "xyz":
        lookup.add(ord(letter))
    assert lookup.following(1) == [ord("w")]


@given(st.text("ab", max_size=40), st.text("ab", max_size=20))
def test_adding_is_the_same_as_beginning_with_it(beginning: str, rest: str) -> None:
    """Equal unless one follows a match that only it can know."""
    grown = PromptLookup(map(ord, beginning))
    for letter in rest:
        grown.add(ord(letter))
    whole = PromptLookup(map(ord, beginning + rest))
    assert (grown.matched > 0) == (whole.matched > 0)
    assert grown.matched >= whole.matched or grown.matched == 0


@given(st.text("abc", max_size=60))
def test_guess_stands_in_the_text_after_its_match(text: str) -> None:
    lookup = PromptLookup([])
    for letter in text:
        lookup.add(ord(letter))
    if lookup.matched:
        run = text[len(text) - lookup.matched :] + chr(lookup.following(1)[0])
        assert run in text
