"""Terms: what keyword search can match."""

from knowledge.terms import Analyzer


def test_forms_of_a_word_share_a_term():
    analyzer = Analyzer()
    assert analyzer.terms("Optimising latencies") == analyzer.terms("optimises latency")


def test_words_that_say_nothing_are_left_out():
    assert Analyzer().terms("What is the answer to this?") == ["answer"]


def test_chinese_becomes_pairs_of_characters():
    assert Analyzer().terms("向量检索") == ["向量", "量检", "检索"]


def test_a_single_chinese_character_is_its_own_term():
    assert Analyzer().terms("a 中 b") == ["中", "b"]


def test_scripts_are_told_apart_without_spaces():
    assert Analyzer().terms("用GPU推理") == ["用", "gpu", "推理"]


def test_full_width_letters_match_plain_ones():
    assert Analyzer().terms("ＧＰＵ") == ["gpu"]


def test_numbers_and_accents_are_kept():
    assert Analyzer().terms("70B café") == ["70b", "café"]


def test_a_hindi_word_is_one_term():
    assert Analyzer().terms("हिन्दी भाषा।") == ["हिन्दी", "भाषा"]
