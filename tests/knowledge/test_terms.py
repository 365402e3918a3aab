"""Terms: what keyword search can match."""

import pytest

from knowledge.terms import Analyzer, shared


def test_forms_of_a_word_share_a_term() -> None:
    analyzer = Analyzer()
    assert analyzer.terms("Optimising latencies") == analyzer.terms("optimises latency")


def test_words_that_say_nothing_are_left_out() -> None:
    assert Analyzer().terms("What is the answer to this?") == ["answer"]


def test_chinese_becomes_pairs_of_characters_and_characters() -> None:
    assert Analyzer().terms("向量检索") == ["向量", "量检", "检索", "向", "量", "检", "索"]


def test_a_character_of_every_text_is_no_term_by_itself() -> None:
    assert Analyzer().terms("我的书") == ["我的", "的书", "书"]


@pytest.mark.parametrize(("text", "pairs"), [("ไทย", ["ไท", "ทย"]), ("한국어", ["한국", "국어"]), ("カナ", ["カナ"])])
def test_other_scripts_without_spaces_become_pairs(text: str, pairs: list[str]) -> None:
    assert Analyzer().terms(text) == pairs


def test_a_question_counts_each_term_once_and_not_what_it_asks_with() -> None:
    analyzer = Analyzer()
    assert analyzer.question_terms("如何检索？") == analyzer.question_terms("怎么检索") == ["检索", "检", "索"]
    assert analyzer.question_terms("tea or more tea?") == ["tea", "more"]


def test_a_question_of_nothing_else_is_searched_as_it_is() -> None:
    assert Analyzer().question_terms("为什么") == ["为什", "什么", "什"]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Die Mietverträge der Wohnungen sind alle gekündigt.", "Wann wurde der Mietvertrag der Wohnung gekündigt?"),
        ("Nous avons mangé des pommes dans le jardin.", "Qui mange la pomme ?"),
        ("Мы читали новые книги в библиотеке.", "Что было в новой книге?"),
    ],
)
def test_forms_of_a_word_share_a_term_in_other_languages(text: str, question: str) -> None:
    analyzer = Analyzer()
    assert len(set(analyzer.terms(text)) & set(analyzer.question_terms(question))) >= 2


def test_a_question_too_short_to_tell_its_language_meets_the_text_in_the_words_themselves() -> None:
    analyzer = Analyzer()
    text = analyzer.terms("Der Vermieter wohnt in der Nachbarschaft und hat die Schlüssel.")
    assert set(analyzer.question_terms("Nachbarschaft Vermieter")) <= set(text)


def test_shared_terms_count_as_a_share_of_the_first_text() -> None:
    assert (shared(["a", "b"], ["a", "c"]), shared(["a"], [])) == (0.5, 0.0)


def test_a_single_chinese_character_is_its_own_term() -> None:
    assert Analyzer().terms("a 中 b") == ["中", "b"]


def test_scripts_are_told_apart_without_spaces() -> None:
    assert Analyzer().terms("用GPU推理") == ["用", "gpu", "推理", "推", "理"]


def test_full_width_letters_match_plain_ones() -> None:
    assert Analyzer().terms("ＧＰＵ") == ["gpu"]


def test_numbers_and_accents_are_kept() -> None:
    assert Analyzer().terms("70B café") == ["70b", "café"]


def test_a_hindi_word_is_one_term() -> None:
    assert Analyzer().terms("हिन्दी भाषा।") == ["हिन्दी", "भाषा"]
