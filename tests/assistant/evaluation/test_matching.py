import pytest

from assistant.evaluation.matching import declines, holds, token_f1, tokens


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("The Broncos", "It was the **Denver broncos**, in 2016."),
        ("28,232", "There are 28232 of them"),
        ("1'080", "n ≈ 1,080 requests"),
        ("1.234.567", "über 1 234 567 Zeilen".replace(" 234 ", "\u202f234\u202f")),
        ("3,5 %", "a share of 3.50 percent"),
        ("−5 °C", "It fell to -5 °C."),
        ("50 GB", "a disk of 50GB"),
        ("max_slot_wal_keep_size", "Set `max_slot_wal_keep_size = '100GB'`."),
        ("SERVER", "Der ｓｅｒｖｅｒ steht"),
        ("1987年", "它在1987年建成。"),
        ("서울", "본사는 서울에 있다."),
        ("กรุงเทพ", "อยู่ที่กรุงเทพมหานคร"),
        ("٣٫٥", "3.5"),
        ("किताब", "यह किताब है"),
    ],
)
def test_an_answer_holds_the_gold_answer_however_it_is_written(gold: str, answer: str) -> None:
    assert holds(answer, [gold])


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("7", "in 1987"),
        ("18", "18.5"),
        ("5", "a fall of -5"),
        ("100", "an A100"),
        ("art", "the party starts"),
        ("3 to 14 days", "14 days to 3"),
        ("किताब", "किताबें नहीं"),
        ("", "anything"),
    ],
)
def test_an_answer_does_not_hold_a_part_of_another_word_or_number(gold: str, answer: str) -> None:
    assert not holds(answer, [gold])


def test_one_of_several_accepted_answers_is_enough() -> None:
    assert holds("Five of them.", ["5", "five"])


def test_articles_alone_are_kept() -> None:
    assert tokens("The") == ("the",)


def test_f1_is_that_of_the_likest_sentence() -> None:
    assert token_f1("oak", ["oak"]) == 1.0
    assert token_f1("Oak wood. It came from a forest far away in the north.", ["oak"]) == pytest.approx(2 / 3)
    assert token_f1("Beech.", ["oak", "the beech"]) == 1.0
    assert token_f1("", ["oak"]) == 0.0
    assert token_f1("東京都", ["東京"]) == pytest.approx(0.8)


@pytest.mark.parametrize(
    "answer",
    [
        "Your files do not say. The nearest is a note on oak [1].",
        "The passages don't mention a price.",
        "I do not know.",
        "The price is not mentioned in the passages.",
        "Das steht in den Dateien nicht.",
        "Les fichiers ne disent rien à ce sujet.",
        "В файлах об этом не сказано.",
        "文件中没有提到这一点。",
        "Dosyalarda bu bilgi yer almıyor.",
    ],
)
def test_an_answer_that_says_that_there_is_none_declines(answer: str) -> None:
    assert declines(answer)


@pytest.mark.parametrize(
    "answer", ["", "The pod does not contain a shell.", "It is not Rust. I do not know more.", "No, five."]
)
def test_any_other_answer_does_not_decline(answer: str) -> None:
    assert not declines(answer)
