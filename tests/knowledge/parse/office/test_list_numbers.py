import pytest

from knowledge.parse.office.list_numbers import Level, ListCounter, shown_number

CLAUSES = {0: Level(pattern="%1."), 1: Level(pattern="%1.%2"), 2: Level("lowerLetter", "(%3)")}


def test_levels_count_on_and_begin_anew_below_the_next_item_of_one_above() -> None:
    counter = ListCounter()
    shown = [counter.next(level, CLAUSES) for level in (0, 1, 1, 2, 2, 0, 1, 2)]

    assert shown == ["1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1", "(a)"]


def test_a_level_that_never_restarts_counts_on() -> None:
    levels = {**CLAUSES, 1: Level(pattern="Art. %2", restarts_below=0)}
    counter = ListCounter()

    assert [counter.next(level, levels) for level in (0, 1, 1, 0, 1)] == ["1.", "Art. 1", "Art. 2", "2.", "Art. 3"]


def test_a_level_above_that_was_skipped_shows_its_start() -> None:
    assert ListCounter().next(1, CLAUSES) == "1.1"


def test_legal_numbering_shows_every_level_in_digits() -> None:
    levels = {0: Level("upperRoman", "%1."), 1: Level(pattern="%1.%2", is_legal=True)}
    counter = ListCounter()

    assert [counter.next(level, levels) for level in (0, 0, 1)] == ["I.", "II.", "2.1"]


def test_a_restart_sets_the_next_number() -> None:
    counter = ListCounter()
    counter.next(0, CLAUSES)
    counter.restart(0, 7)

    assert [counter.next(0, CLAUSES), counter.next(0, CLAUSES)] == ["7.", "8."]


def test_bullets_have_no_number() -> None:
    assert ListCounter().next(0, {0: Level("bullet", "o")}) == ""


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "lowerRoman", "iv"),
        (1994, "upperRoman", "MCMXCIV"),
        (28, "lowerLetter", "bb"),
        (3, "decimalZero", "03"),
        (12, "ordinal", "12th"),
        (22, "ordinal", "22nd"),
        (3, "decimalEnclosedCircle", "③"),
        (23, "chineseCounting", "二十三"),
        (10, "japaneseCounting", "十"),
        (2, "ganada", "나"),
        (5, "russianUpper", "Д"),
        (105, "cardinalText", "105"),
        (0, "lowerLetter", "0"),
        (4_000_000, "upperRoman", "4000000"),
    ],
)
def test_numbers_are_shown_in_their_form(number: int, form: str, text: str) -> None:
    assert shown_number(number, form) == text
