"""Texts are compared with a question by what their best sentence says."""

import pytest

from knowledge.search.likeness import likeness, said, signs_of


def test_a_sentence_that_says_all_of_it_is_liker_than_words_all_over_the_text() -> None:
    together = "The lease ends in March. Rent is due monthly. Pets are welcome."
    apart = "The lease is long. Trains end here. Snow falls in March."
    found = likeness("When does the lease end in March?", {1: ("", apart), 2: ("", together)})
    assert found[2].share > found[1].share


def test_another_ending_of_a_word_is_like_it() -> None:
    found = likeness(
        "Kündigungsfrist der Mietverträge", {1: ("", "Der Mietvertrag wird gekündigt."), 2: ("", "Honig.")}
    )
    assert found[1].share > 0.3 > found[2].share == 0.0


def test_headings_speak_for_each_sentence() -> None:
    text = "Notice is three months."
    found = likeness("notice period of the lease", {1: ("Lease", text), 2: ("Phone", text)})
    assert found[1].share > found[2].share > 0.0


def test_signs_need_no_accents_and_keep_numbers_whole() -> None:
    assert signs_of("Núñez") == signs_of("nunez")
    assert signs_of("İstanbul") == signs_of("istanbul")
    assert signs_of("INV-1035") == {" inv", "inv ", " 1035 "}
    assert signs_of("保修期") == {"保修", "修期"}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was the Núñez boiler of 1987 repaired?", "In 1987 Nunez paid for the repairs, not in 19871."),
        ("Kündigungsfrist der Mietverträge", "Der Mietvertrag wird gekündigt; die Frist ist kurz."),
        ("锅炉什么时候检修？", "锅炉房每年检修一次"),
        ("보일러는 언제 점검하나요", "보일러를 3월에 점검한다"),
    ],
)
def test_what_a_text_says_of_a_question_is_what_their_signs_have_in_common(question: str, text: str) -> None:
    asked = signs_of(question)
    assert said(asked, text) == asked & signs_of(text) != frozenset()


def test_nothing_asked_is_like_nothing() -> None:
    assert likeness("???", {1: ("", "Text.")})[1].share == 0.0


def test_the_likest_sentences_come_first() -> None:
    text = "Snow falls. The boiler is old. The boiler was repaired in May. Rent is due."
    found = likeness("When was the boiler repaired?", {1: ("", text)})[1]
    assert found.sentences[:2] == ("The boiler was repaired in May.", "The boiler is old.")
