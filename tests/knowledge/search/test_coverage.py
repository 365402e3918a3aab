from collections.abc import Iterator, Sequence

import pytest

from knowledge.embed import EmbedderMissing
from knowledge.encoders.open_encoders import InstalledEmbedder, default_embedder_folders, open_installed_embedder
from knowledge.search.fuse import tokenizer_coverage


class Ranks:
    """A vocabulary that gives every word the same pieces."""

    def __init__(self, *ranks: int) -> None:
        self._ranks = list(ranks)

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]]:
        return [self._ranks for _ in words]


class Unranked:
    def piece_ranks(self, words: object) -> None:
        return None


def test_words_that_are_frequent_pieces_read_well() -> None:
    assert tokenizer_coverage("night after night", Ranks(200)) == 1.0


def test_words_in_many_rare_pieces_do_not_read() -> None:
    assert tokenizer_coverage("nacht um nacht", Ranks(9_000, 9_000, 9_000)) == 0.0


def test_between_fluent_and_foreign_it_falls_evenly() -> None:
    ten_letters_of_33_bits = Ranks(2**11, 2**11, 2**11)
    assert tokenizer_coverage("abcdefghij", ten_letters_of_33_bits) == pytest.approx(0.5)


def test_a_word_that_cannot_be_written_does_not_read() -> None:
    assert tokenizer_coverage("人工智能", Ranks()) == 0.0


def test_one_long_term_does_not_make_a_text_foreign() -> None:
    assert tokenizer_coverage("phosphoribosyltransferase", Ranks(*[20_000] * 9)) == 1.0


def test_a_long_run_of_another_alphabet_is_not_taken_for_a_term() -> None:
    assert tokenizer_coverage("コンピュータソフトウェアエンジニアリング", Ranks(*[1_000] * 20)) == 0.0


def test_codes_say_nothing_about_the_language() -> None:
    assert tokenizer_coverage("CX3CR1 night Th2 10.1145/336", Ranks(200)) == tokenizer_coverage("night", Ranks(200))


@pytest.mark.parametrize("text", ["", "42", "?!", "🙂"])
def test_a_text_without_words_does_not_read(text: str) -> None:
    assert tokenizer_coverage(text, Ranks(1)) == 0.0


def test_a_vocabulary_without_ranks_is_taken_to_read_everything() -> None:
    assert tokenizer_coverage("人工智能", Unranked()) == 1.0


@pytest.fixture(scope="module")
def embedder() -> Iterator[InstalledEmbedder]:
    try:
        opened = open_installed_embedder("all-MiniLM-L6-v2", default_embedder_folders())
    except EmbedderMissing:
        pytest.skip("the default embedder is not installed")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "text",
    [
        "Where did I write down the landlord's phone number?",
        "How do grouped key and value heads reduce the memory of the cache?",
        "Mutations of the receptor inhibit phosphorylation in hepatocytes.",
        "Set tensor_parallel_size=4 so that each GPU holds a quarter of the weights.",
        "what did we decide about the budget",
    ],
)
def test_the_english_embedder_reads_english(embedder: InstalledEmbedder, text: str) -> None:
    assert tokenizer_coverage(text, embedder) > 0.8


@pytest.mark.parametrize(
    "text",
    [
        "我把房东的电话号码写在哪里了？",
        "家主の電話番号はどこに書きましたか。",
        "집주인 전화번호를 어디에 적어 두었지?",
        "ฉันจดเบอร์โทรศัพท์ของเจ้าของบ้านไว้ที่ไหน",
        "أين كتبت رقم هاتف صاحب المنزل؟",
        "Где я записал номер телефона хозяина квартиры?",
        "Πού έγραψα τον αριθμό τηλεφώνου του ιδιοκτήτη;",
        "मैंने मकान मालिक का फ़ोन नंबर कहाँ लिखा था?",
        "Wo habe ich die Telefonnummer des Vermieters aufgeschrieben?",
        "¿Dónde apunté el número de teléfono del propietario de la casa?",
        "Où ai-je noté le numéro de téléphone du propriétaire du logement ?",
        "Tôi đã ghi số điện thoại của chủ nhà ở đâu?",
        "Ev sahibinin telefon numarasını nereye yazmıştım?",
        "Unde am notat numărul de telefon al proprietarului apartamentului?",
        "Gdzie zapisałem numer telefonu właściciela mieszkania?",
    ],
)
def test_the_english_embedder_does_not_read_other_languages(embedder: InstalledEmbedder, text: str) -> None:
    assert tokenizer_coverage(text, embedder) < 0.35
