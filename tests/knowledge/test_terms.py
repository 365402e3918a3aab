"""Terms: what keyword search can match."""

from collections.abc import Sequence

import pytest

from knowledge.terms.analyzer import Analyzer, QuestionTerm, shared, weights
from knowledge.terms.dates import dates_in

ANALYZER = Analyzer()


def indexed(text: str) -> set[str]:
    """The terms of a text in the index, by its own language."""
    return set(ANALYZER.index_terms(text, ANALYZER.language(text)))


def asked(question: str, *languages: str) -> Sequence[QuestionTerm]:
    return ANALYZER.question_terms(question, languages)


def meets(question: str, text: str, *languages: str) -> float:
    """The share of the question's words that the text has."""
    return shared(indexed(text), asked(question, *(languages or filter(None, [ANALYZER.language(text)]))))


def test_forms_of_a_word_share_a_term() -> None:
    assert ANALYZER.terms("Optimising latencies") == ANALYZER.terms("optimises latency")


def test_words_that_say_nothing_are_left_out() -> None:
    assert ANALYZER.terms("What is the answer to this?") == ["answer"]


def test_chinese_becomes_pairs_of_characters_and_characters() -> None:
    assert ANALYZER.terms("向量检索") == ["向量", "量检", "检索", "向", "量", "检", "索"]


def test_a_character_of_every_text_is_no_term_by_itself() -> None:
    assert ANALYZER.terms("我的书") == ["我的", "的书", "书"]


@pytest.mark.parametrize(("text", "pairs"), [("ไทย", ["ไท", "ทย"]), ("한국어", ["한국", "국어"]), ("カナ", ["カナ"])])
def test_other_scripts_without_spaces_become_pairs(text: str, pairs: list[str]) -> None:
    assert ANALYZER.terms(text) == pairs


def test_a_text_gives_one_stem_a_word() -> None:
    assert len(ANALYZER.terms("Die Mietverträge der Wohnungen sind gekündigt.")) == 3


def test_repeated_words_of_a_question_count() -> None:
    assert weights(asked("tea or more tea"))["tea"] == 2 * weights(asked("tea or more tea"))["more"]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Die Mietverträge der Wohnungen sind alle gekündigt.", "Mietvertrag der Wohnung gekündigt"),
        ("Nous avons mangé des pommes dans le jardin.", "mange la pomme"),
        ("Мы читали новые книги в библиотеке.", "новой книге"),
        ("Kiracılar evlerinde ve bahçelerinde oturuyor.", "kiracı bahçe"),
        ("Las casas de los vecinos son grandes.", "casa del vecino"),
    ],
)
def test_a_question_meets_other_forms_in_the_language_of_the_text(text: str, question: str) -> None:
    assert meets(question, text) == 1.0


def test_a_question_too_short_to_tell_its_language_is_stemmed_for_those_of_the_folder() -> None:
    text = "Der Vermieter wohnt in der Nachbarschaft und hat die Schlüssel."
    assert meets("Vermietern Schlüsseln", text, "english", "german", "french") == 1.0


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("José Núñez keeps the spare key in Córdoba.", "Nunez Cordoba"),
        ("Le café est fermé et la crème brûlée est bonne.", "cafe creme brulee"),
        ("Wywóz śmieci jest we wtorek i nie w środę.", "smieci"),
        ("İstanbul şubesi cumartesi kapalıdır ve bir de pazar.", "istanbul subesi"),
        ("Die Straße ist für Gäste gesperrt und der Hof auch.", "strasse gaste"),
        ("Ещё один счёт лежит в папке.", "еще счет"),
        ("Το βιβλίο είναι στο γραφείο της μητέρας.", "βιβλιο γραφειο"),
    ],
)
def test_a_word_typed_without_its_accents_is_found(text: str, question: str) -> None:
    assert meets(question, text) == 1.0


def test_the_exact_form_of_a_word_counts_for_more() -> None:
    words = weights(asked("Núñez", "spanish"))
    exact = max(words.get(term, 0.0) for term in indexed("José Núñez es de la casa y el perro"))
    plain = max(words.get(term, 0.0) for term in indexed("Jose Nunez es de la casa y el perro"))
    assert exact > plain > 0.0


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Error E-1034 means no water.", "E1034"),
        ("Error E1034 means no water.", "E-1034"),
        ("Call +49 30 123456 after six.", "+4930123456"),
        ("Call +4930123456 after six.", "030 123456 or +49 30 123456"),
        ("It has 10,000 pages.", "10000"),
        ("Es hat 10.000 Seiten.", "10000"),
        ("INV-1035 is paid.", "INV1035"),
        ("ISBN 978-3-16-148410-0.", "9783161484100"),
    ],
)
def test_codes_and_numbers_are_found_with_and_without_their_signs(text: str, question: str) -> None:
    assert meets(question, text) > 0.0


@pytest.mark.parametrize(
    "text",
    [
        "January 5th, 2024",
        "5 January 2024",
        "5. Januar 2024",
        "le 5 janvier 2024",
        "5 de enero de 2024",
        "5 января 2024",
        "5 Ocak 2024",
        "2024年1月5日",
        "2024년 1월 5일",
        "1/5/2024",
        "05.01.2024",
        "2024-01-05",
        "20240105",
        "5 stycznia 2024",
        "5. ledna 2024",
        "5 ianuarie 2024",
        "5 בינואר 2024",
    ],
)
def test_a_date_is_one_term_however_it_is_written(text: str) -> None:
    assert "date:2024-01-05" in set(dates_in(text.lower()))


@pytest.mark.parametrize(
    "text",
    ["june 2024", "2024-13-45", "version 1.2.3", "5 apples 2024", "market 12, 2024", "phone 123456", "part 202415", ""],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert not list(dates_in(text))


def test_words_shared_are_counted_once_each() -> None:
    assert (shared(["a", "b"], asked("alpha beta")), shared(["a"], [])) == (0.0, 0.0)
    assert shared(indexed("alpha gamma"), asked("alpha beta")) == 0.5


def test_a_single_chinese_character_is_its_own_term() -> None:
    assert ANALYZER.terms("a 中 b") == ["中", "b"]


def test_scripts_are_told_apart_without_spaces() -> None:
    assert ANALYZER.terms("用GPU推理") == ["用", "gpu", "推理", "推", "理"]


def test_full_width_letters_match_plain_ones() -> None:
    assert ANALYZER.terms("ＧＰＵ") == ["gpu"]


def test_a_hindi_word_is_one_term() -> None:
    assert len(ANALYZER.terms("हिन्दी भाषा।")) == 2


def test_terms_of_a_question_do_not_depend_on_the_order_of_the_folders_languages() -> None:
    question = "Welcher Fluss liegt in der Nähe der Universität?"
    languages = ["german", "english", "french", "swedish", "latvian"]
    assert ANALYZER.question_terms(question, languages) == ANALYZER.question_terms(question, languages[::-1])
