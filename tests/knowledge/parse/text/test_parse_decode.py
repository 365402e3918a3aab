import codecs

import pytest
from hypothesis import given, strategies as st

from knowledge.parse.input import Unreadable
from knowledge.parse.text.decode import decode

GERMAN = "Die schöne Straße führt über den Fluß. Größere Bären hören gern ältere Lieder.\n"
POLISH = "Zażółć gęślą jaźń. Wszyscy ludzie rodzą się wolni i równi pod względem swej godności.\n"
RUSSIAN = "Все люди рождаются свободными и равными в своём достоинстве и правах.\n"
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。\n"
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_removed(mark: bytes, encoding: str) -> None:
    assert decode(mark + GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_unicode_without_a_mark_is_recognised(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        ("Das können wir.", "cp1252"),
        ("El niño comió paella en España.", "cp1252"),
        ("Le garçon a mangé à la fenêtre.", "cp1252"),
        (POLISH, "cp1250"),
        ("İstanbul'da şöyle güzel bir gün başlıyor.", "cp1254"),
        ("Žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis, jiems suteiktas protas ir sąžinė.", "cp1257"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "mac_cyrillic"),
        (RUSSIAN, "iso8859-5"),
        (POLISH, "iso8859-2"),
        (POLISH, "cp852"),
        ("Můj pes žije v Plzni. Každý týden jíme štrúdl.", "iso8859-2"),
        ("Našla sem službo v uspešnih časih.", "iso8859-2"),
        ("Našla sem službo v uspešnih časih.", "cp852"),
        ("Rīgā šodien līst lietus. Mēs ēdam maizi un dzeram tēju.", "cp1257"),
        ("Rīgā šodien līst lietus. Mēs ēdam maizi un dzeram tēju.", "iso8859-4"),
        ("Çocuklar bahçede oynuyor, ağaçlar yeşil ve güneşli.", "cp857"),
        (GERMAN, "cp850"),
        (GERMAN, "mac_roman"),
        ("Le garçon était très fâché à Noël, où l'hôtel a été fermé.", "cp850"),
        ("نذهب اليوم إلى المتجر لشراء الخبز والحليب.", "iso8859-6"),
        ("Σήμερα πηγαίνουμε στο κατάστημα για ψωμί.", "iso8859-7"),
        (JAPANESE, "cp932"),
        (CHINESE, "gb18030"),
    ],
)
def test_older_encodings_are_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_symbols_alone_do_not_make_a_text_polish() -> None:
    assert decode("Der Preis für 100 m³ beträgt 5 €.".encode("cp1252")) == "Der Preis für 100 m³ beträgt 5 €."


def test_a_few_broken_bytes_leave_utf8_readable() -> None:
    assert decode((GERMAN * 5).encode() + b"\xff\n") == GERMAN * 5 + "\ufffd\n"


def test_the_declared_encoding_is_believed_where_it_fits() -> None:
    assert decode("Привет".encode("cp1251"), declared="windows-1251") == "Привет"


def test_latin1_is_read_as_browsers_do() -> None:
    assert decode("“5 €”".encode("cp1252"), declared="ISO-8859-1") == "“5 €”"


@pytest.mark.parametrize("declared", ["utf-8", "no-such-encoding", "hex"])
def test_a_wrong_declaration_does_no_harm(declared: str) -> None:
    assert decode(GERMAN.encode("cp1252"), declared=declared) == GERMAN


def test_newlines_are_those_of_text_mode() -> None:
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\0\1\2\3" * 50, b"ab\0" + b"\xff\xfe\x9c" * 20, b"\x7f" * 9])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="binary data, not text"):
        decode(data)


# U+FFFD stands for bytes that could not be read: a file of nothing else is taken for one of those.
WRITTEN = st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"], exclude_characters="\ufffd")


@given(st.text(WRITTEN, min_size=1))
def test_every_text_in_utf8_comes_back(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


def test_utf8_declared_to_be_latin1_is_read_as_utf8() -> None:
    assert decode(GERMAN.encode(), declared="iso-8859-1") == GERMAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет", "cp1251"),
        ("Привет", "koi8-r"),
        ("Привет", "cp866"),
        ("Привіт, як справи?", "cp1251"),
        ("Grüße", "cp1252"),
        ("Été", "cp1252"),
        ("¿Qué?", "cp1252"),
        ("żółw", "cp1250"),
        ("İstanbul güzel bir şehir", "cp1254"),
        ("Καλημέρα", "cp1253"),
        ("שלום", "cp1255"),
        ("مرحبا", "cp1256"),
        ("สวัสดี", "cp874"),
        ("こんにちは", "cp932"),
        ("カタカナ", "euc_jp"),
        ("東京都港区", "iso2022_jp"),
        ("你好", "gb18030"),
        ("人人生而自由,在尊严和权利上一律平等。", "gb18030"),
        ("안녕하세요", "cp949"),
        ("會議記錄", "big5"),
    ],
)
def test_a_few_words_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["Привет", "会议记录", "すべての人間は、生まれながらにして自由である。", "회의록", "สวัสดี", "שלום"]
)
def test_utf16_without_zero_bytes_or_mark_is_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text
