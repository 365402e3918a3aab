"""Bytes → text, in whatever encoding they are.

Encodings before Unicode are guessed by alphabets and letters first: of 50 short texts in 20 encodings that reads 48,
charset-normalizer alone 21; of 213 in 24 languages and 30 encodings, most of a sentence or two, 197.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from knowledge.parse.input import Unreadable

# Frequent letters of each language; text decoded in a wrong encoding has them only by accident.
_COMMON = frozenset(
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然"
    "作方成者多日都三小二无同么经法当起与好看学进种将还分此心前面又定见只主没公从今很气這說國來個們時會對後過發學開議記錄录议"
    "本東京明文字語月火水木金土"
    "이다는에의을가하고은지로사한를어도리기나자시인해과대라그일서정있수들보스게안녕요회오늘날씨좋습니까모든간태때부터유우며록"
    "оеаинтсрвлкмдпуяыі"
    "αεηιοτσνρκλπυμςάέίόύώή"
    "יוהלאמרתבשנםןדכחעק"
    "اليمونرتبةعدسفهكحج"
    "ากรนอเงมยลวดทสตะปบคหแจพชขใไโ่้ีั็์ิุูึื"
)
_SIGNS = frozenset("“”‘’„‚«»‹›—–…·•°€£§©®´¿¡ºª、。「」『』，：；！？（）《》【】・ー～\u3000\xa0")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "THAI", "HIRAGANA", "KATAKANA", "HANGUL", "CJK")
_IDEOGRAPHIC = frozenset({"HIRAGANA", "KATAKANA", "HANGUL", "CJK"})
_SAMPLE_CHARACTERS = 1000


def plausibility(text: str) -> float:
    """From -1 to 1, higher is better: the mean over the characters beyond ASCII; 0 where there are none."""
    sample = f" {text[:_SAMPLE_CHARACTERS]} "
    around = zip(sample, sample[1:], sample[2:], strict=False)
    scores = [_score(before, character, after) for before, character, after in around if not character.isascii()]
    return sum(scores) / len(scores) if scores else 0.0


def _score(before: str, character: str, after: str) -> float:
    script = _script(character)
    if not script:
        return 0.5 if character in _SIGNS else -1.0
    scripts = {script, _script(before) or script, _script(after) or script}
    if len(scripts) > 1 and not scripts <= _IDEOGRAPHIC:
        return -1.0  # no word is in two scripts
    if (before.islower() and character.isupper()) or (character.islower() and after.isupper()):
        return -1.0
    if character.isupper() and (before.isupper() or after.isupper()):
        return 0.4  # few write in capitals
    if script == "LATIN":
        return 0.8 if before.isascii() else 0.5  # accented letters seldom meet
    if script in ("HIRAGANA", "KATAKANA") or character.lower() in _COMMON:
        return 1.0
    return 0.3 if script in _IDEOGRAPHIC else 0.6


def _script(character: str) -> str:
    """The script of a letter or of a mark on one; "" for signs and for forms that only a wrong encoding gives."""
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    # Half-width, ligated and historic letters, which old encodings do not have or nobody writes.
    is_presentation_form = "\ufb00" <= character <= "\uffef" or character > "\uffff" or character in "ªº"
    if is_presentation_form or unicodedata.category(character)[0] not in "LM":
        return ""
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in _SCRIPTS else ""


# Letters beyond ASCII of languages in Latin script, by region. Encodings differ in few places, so that statistics of
# letters cannot tell them apart in a short text; alphabets can.
_WESTERN_ALPHABETS = (
    "äöüß", "àâæçèéêëîïôœùûüÿ", "áéíñóúüºª", "àáâãçéêíóôõúüºª", "àèéìíîòóùú", "åäöéà", "æøåéèòôó",
    "áðéíóúýþæö", "éèëïóöüá", "àçèéíïòóúü",
)  # fmt: skip
_CENTRAL_ALPHABETS = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "ăâîșț", "čćđšž"
)  # fmt: skip
_TURKISH_ALPHABETS = ("çğıöşüâîûi̇",)
_BALTIC_ALPHABETS = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")
# Of encodings that fit alike the first one is taken: Windows, then ISO 8859, DOS and the Macintosh.
_ALPHABETS = {
    "cp1252": _WESTERN_ALPHABETS,
    "cp1250": _CENTRAL_ALPHABETS,
    "cp1257": _BALTIC_ALPHABETS,  # before Turkish, which fits Latvian; Turkish has ı or ö, which Latvian has not
    "cp1254": _TURKISH_ALPHABETS,
    "iso8859-2": _CENTRAL_ALPHABETS,
    "iso8859-4": _BALTIC_ALPHABETS,
    "iso8859-16": _CENTRAL_ALPHABETS,
    "cp850": _WESTERN_ALPHABETS,
    "cp852": _CENTRAL_ALPHABETS,
    "cp857": _TURKISH_ALPHABETS,
    "mac_roman": _WESTERN_ALPHABETS,
    "mac_latin2": _CENTRAL_ALPHABETS,
}
# Signs within a word, but for an apostrophe, tell of a wrong encoding.
_WITHIN_WORD = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f’](?=[A-Za-z])")
_WESTERN = frozenset("".join(_WESTERN_ALPHABETS))
_MIN_SHARE = 0.95
_MAX_ACCENTED = 0.3  # share of a text in Latin script that is not ASCII; other scripts are far above
_ALPHABET_SAMPLE_BYTES = 20_000


# The encodings that people used before Unicode, of two that read the bytes alike the one of more people first.
_CANDIDATES = tuple(
    "cp1252 cp932 gb18030 cp949 big5hkscs euc_jp cp1251 koi8-r koi8-u cp866 cp1253 cp1255 cp1256 cp874 cp1250 "
    "cp1254 cp1257 iso8859-2 iso8859-5 iso8859-6 mac_cyrillic cp850".split()
)
_MIN_PLAUSIBILITY = 0.6


def guess_encoding(sample: bytes) -> str:
    """The likeliest encoding of `sample`, which is neither Unicode nor binary."""
    if encoding := _by_alphabet(sample):
        return encoding
    scores = {encoding: plausibility(text) for encoding in _CANDIDATES for text in _strict(sample, encoding)}
    best = max(scores, key=lambda encoding: scores[encoding], default="")
    if best and scores[best] >= _MIN_PLAUSIBILITY:
        return best
    import charset_normalizer

    candidates = [match.encoding for match in charset_normalizer.from_bytes(sample)]
    letters = _accented_letters(sample, "cp1252")
    # Letters of several Western languages together are no single one's.
    is_western = sum(letters[letter] for letter in _WESTERN) >= _MIN_SHARE * letters.total()
    if not candidates or (candidates[0] in _ALPHABETS and is_western):
        return "cp1252"
    return candidates[0]


def _by_alphabet(sample: bytes) -> str:
    """The code page in which nearly all accented letters are those of one language; "" when there is none."""
    if sum(byte > 127 for byte in sample) > _MAX_ACCENTED * len(sample):
        return ""
    best, most = "", 0
    for encoding, alphabets in _ALPHABETS.items():
        letters = _accented_letters(sample[:_ALPHABET_SAMPLE_BYTES], encoding)
        covered = max(sum(letters[letter] for letter in alphabet) for alphabet in alphabets)
        if covered > most and covered >= _MIN_SHARE * letters.total():
            best, most = encoding, covered
    return best


def _accented_letters(sample: bytes, encoding: str) -> Counter[str]:
    """Count the letters beyond ASCII, in lower case, and any other sign within a word."""
    text = sample.decode(encoding, "replace")
    letters = Counter(character for character in text.lower() if not character.isascii() and character.isalpha())
    signs = Counter(sign for sign in _WITHIN_WORD.findall(text) if not sign.isalpha())
    return letters + signs


# The UTF-32 marks begin with the UTF-16 ones, so they are tried first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encoding that a page declares → the one in which browsers then read it (WHATWG Encoding Standard, labels).
_LABELS = {
    **dict.fromkeys(("ascii", "us-ascii", "latin1", "iso-8859-1", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    "iso-8859-9": "cp1254",
    "big5": "big5hkscs",
}
# Any bytes are valid in these; if they are valid UTF-8 as well, they are UTF-8, declared by mistake.
_SINGLE_BYTE = re.compile(r"(?:iso-?8859|windows-?125|cp125|cp874|koi8|latin|mac)", re.IGNORECASE)
_JUDGED_CHARACTERS = 20_000
_SAMPLE_BYTES = 200_000
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_MIN_WIDE_PLAUSIBILITY = 0.5
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UNUSED_IN_UNICODE = frozenset({"Cn", "Co", "Cs"})


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`, without byte-order mark and with `\\n` newlines, as Python's text mode reads it.

    A byte-order mark decides; then the encoding the file itself declares, but one of single bytes only where the bytes
    are not UTF-8; then UTF-8, UTF-16 and UTF-32; then a guess among the older encodings. Raises Unreadable when these
    bytes are not text.
    """
    text = next(filter(_is_text, _readings(data, declared)), None)
    if text is None:
        raise Unreadable("binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _readings(data: bytes, declared: str) -> Iterator[str]:
    """Ways to read the bytes, the surest first."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield data[len(mark) :].decode(encoding, "replace")
            return
    if b"\0" in data:
        yield from _wide_readings(data)
        yield from _wide_guess(data)
        return
    if _ISO_2022_JP.search(data[:_SAMPLE_BYTES]):
        yield from _strict(data, "iso2022_jp_ext")
    stated = _LABELS.get(declared.lower(), declared) or "utf-8"
    for encoding in ("utf-8", stated) if _SINGLE_BYTE.match(stated) else (stated, "utf-8"):
        yield from _strict(data, encoding)
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 20 < sum(not c.isascii() for c in text[:_JUDGED_CHARACTERS]):
        yield text  # a few broken bytes, as in a log that was cut or pasted together
    yield from _wide_guess(data)
    sample = data[:_SAMPLE_BYTES]
    if not _CONTROL.search(sample.decode("latin-1")):
        end = sample.rfind(b"\n") + 1 or len(sample)
        yield data.decode(guess_encoding(sample[:end]), "replace")


def _strict(data: bytes, encoding: str) -> Iterator[str]:
    try:
        yield data.decode(encoding)
    except (LookupError, ValueError):
        return


def _wide_readings(data: bytes) -> Iterator[str]:
    """UTF-16 and UTF-32 without a mark: zero bytes in places where only these have them."""
    if data.count(0) * 2 > len(data):
        for encoding in ("utf-32-le", "utf-32-be"):
            yield from filter(_is_text, _strict(data, encoding))
    even, odd = data[::2].count(0), data[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) * 10 <= max(even, odd):
        yield from filter(_is_text, _strict(data, encoding))


def _wide_guess(data: bytes) -> Iterator[str]:
    """UTF-16 of a script whose letters have few zero bytes or none, where it reads like writing."""
    readings = [text for encoding in ("utf-16-le", "utf-16-be") for text in _strict(data, encoding)]
    best = max(readings, key=plausibility, default="")
    if plausibility(best) >= _MIN_WIDE_PLAUSIBILITY and _is_text(best):
        yield best


def _is_text(text: str) -> bool:
    sample = text[:_JUDGED_CHARACTERS]
    controls = len(_CONTROL.findall(sample))
    if controls * 200 > len(sample):
        return False
    strange = sample.count("\ufffd") + sum(unicodedata.category(c) in _UNUSED_IN_UNICODE for c in sample)
    return strange * 10 <= len(sample)
