"""Texts are compared with a question by what their best sentence says."""

from knowledge.search.likeness import likeness, signs_of


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
    assert signs_of("INV-1035") == {" inv", "inv ", "1035"}
    assert signs_of("保修期") == {"保修", "修期"}


def test_nothing_asked_is_like_nothing() -> None:
    assert likeness("???", {1: ("", "Text.")})[1].share == 0.0


def test_the_likest_sentences_come_first() -> None:
    text = "Snow falls. The boiler is old. The boiler was repaired in May. Rent is due."
    found = likeness("When was the boiler repaired?", {1: ("", text)})[1]
    assert found.sentences[:2] == ("The boiler was repaired in May.", "The boiler is old.")
