import pytest

from knowledge.terms.languages import STEMMED, language_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("german", "wann wurde der vertrag für die wohnung gekündigt"),
        ("french", "quel est le prix du contrat que nous avons signé"),
        ("spanish", "dónde está el contrato que firmamos con los vecinos"),
        ("italian", "quando è stato firmato il contratto della casa"),
        ("portuguese", "quando foi assinado o contrato da casa"),
        ("dutch", "wanneer is het contract van de woning getekend"),
        ("russian", "когда и где был подписан договор"),
        ("turkish", "bu sözleşme ne zaman ve nasıl imzalandı"),
        ("arabic", "متى تم توقيع هذا العقد في المدينة"),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert language_of(text.split()) == language


def test_english_with_a_foreign_word_is_english() -> None:
    assert language_of("the heat of the day is in die house".split()) == "english"


@pytest.mark.parametrize("text", ["kettle teapot", ""])
def test_words_that_tell_nothing_are_of_no_language(text: str) -> None:
    assert language_of(text.split()) == ""


def test_every_language_has_a_stemmer() -> None:
    import snowballstemmer

    assert set(snowballstemmer.algorithms()) >= STEMMED
