"""Plans the prefill of the next prompt, with a vocabulary of one token per character."""

from dataclasses import dataclass

from hypothesis import given, strategies as st

from engines.llama.kv.prefix import CachedTokens, PrefillPlan, common_length, plan_prefill


@dataclass(frozen=True)
class Letters:
    """Tokens are code points; `|` is the one control token."""

    adds_space: bool = False

    def tokenize(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]

    def is_control(self, token: int) -> bool:
        return token == ord("|")


def having_read(prompt: str, written: str = "", tokens_per_letter: int = 1) -> CachedTokens:
    """The cached tokens of a prompt, and of an answer written in tokens that no tokenizer would choose."""
    cached = CachedTokens()
    cached.extend(Letters().tokenize(prompt))
    cached.mark(prompt)
    for letter in written:
        for part in range(1, tokens_per_letter + 1):
            whole = part == tokens_per_letter
            cached.append(-ord(letter), letter if whole else "", whole)
    return cached


def plan(cached: CachedTokens, text: str, vocabulary: Letters | None = None) -> PrefillPlan:
    vocabulary = vocabulary or Letters()
    return plan_prefill(cached, text, vocabulary.tokenize(text), vocabulary)


def test_empty_cache_reuses_nothing() -> None:
    assert plan(CachedTokens(), "user|").reused == 0


def test_continued_text_keeps_its_generated_tokens() -> None:
    planned = plan(having_read("q|", "yes"), "q|yes|more|")
    assert planned == PrefillPlan([ord("q"), ord("|"), -ord("y"), -ord("e"), -ord("s"), *map(ord, "|more|")], 5)


def test_same_prompt_computes_its_last_token_again() -> None:
    assert plan(having_read("q|"), "q|").reused == 1


def test_shorter_prompt_computes_its_last_token_again() -> None:
    assert plan(having_read("q|yes|"), "q|yes").reused == 4


def test_trimmed_answer_reuses_its_beginning() -> None:
    assert plan(having_read("q|", "yes  "), "q|yes|more|").reused == 5


def test_edited_answer_takes_the_prompts_own_tokens() -> None:
    assert plan(having_read("q|", "yes"), "q|yellow|").reused == 2


def test_answer_is_never_cut_inside_a_character() -> None:
    cached = having_read("q|", "yes", tokens_per_letter=2)
    assert plan(cached, "q|ye|").reused == 6


def test_vocabulary_that_adds_spaces_joins_only_at_control_tokens() -> None:
    spaced = Letters(adds_space=True)
    assert plan(having_read("q|", "yes"), "q|yes|", spaced).reused == 5
    assert plan(having_read("q|", "yes"), "q|yes, ", spaced).reused == 2


def test_changed_history_keeps_the_common_beginning() -> None:
    assert plan(having_read("persona|old question|"), "persona|new question|").reused == len("persona|")


def test_interrupted_prefill_counts_its_computed_tokens() -> None:
    cached = having_read("a|")
    cached.truncate(2, "a|bcd|")
    cached.extend(Letters().tokenize("bc"))
    assert plan(cached, "a|bcd|").reused == 4


def test_interrupted_prefill_does_not_match_other_text() -> None:
    cached = having_read("a|")
    cached.truncate(2, "a|bcd|")
    cached.extend(Letters().tokenize("bc"))
    assert plan(cached, "a|xy|").reused == 2


@given(st.text("ab|", min_size=1), st.text("ab|"), st.text("ab|", min_size=1))
def test_reused_tokens_are_the_cached_ones_and_stand_for_the_text(prompt: str, written: str, following: str) -> None:
    cached = having_read(prompt, written)
    planned = plan(cached, following)
    assert planned.tokens[: planned.reused] == cached.tokens[: planned.reused]
    assert "".join(chr(abs(token)) for token in planned.tokens) == following
    assert planned.reused < len(planned.tokens)


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_common_length_is_the_first_difference(first: list[int], second: list[int]) -> None:
    length = common_length(first, second)
    assert first[:length] == second[:length]
    assert first[length : length + 1] != second[length : length + 1] or length == len(first) == len(second)
