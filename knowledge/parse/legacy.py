"""Which of the encodings before Unicode some bytes are in."""

from collections import Counter

from knowledge.parse.plausible import plausibility

# Letters beyond ASCII of languages in Latin script, by the Windows code page they were written in. The code pages
# differ in few places, so that letter statistics cannot tell them apart in a short text; alphabets can.
_ALPHABETS = {
    "cp1252": (
        "äöüß", "àâæçèéêëîïôœùûüÿ", "áéíñóúüºª", "àáâãçéêíóôõúüºª", "àèéìíîòóùú", "åäöéà", "æøåéèòôó",
        "áðéíóúýþæö", "éèëïóöüá", "àçèéíïòóúü",
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâîûi̇",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
}  # fmt: skip
_WESTERN = frozenset("".join(_ALPHABETS["cp1252"]))
_MIN_SHARE = 0.95
_MAX_ACCENTED = 0.3  # share of a text in Latin script that is not ASCII; other scripts are far above


# The encodings that people used before Unicode, of two that read the bytes alike the one of more people first.
_CANDIDATES = tuple(
    "cp1252 cp932 gb18030 cp949 big5hkscs euc_jp cp1251 koi8-r koi8-u cp866 cp1253 cp1255 cp1256 cp874 cp1250 "
    "cp1254 cp1257 iso8859-2 iso8859-5 cp850".split()
)
_MIN_PLAUSIBILITY = 0.6


def guess_encoding(sample: bytes) -> str:
    """The likeliest encoding of `sample`, which is neither Unicode nor binary."""
    return _by_alphabet(sample) or _by_plausibility(sample) or _by_statistics(sample)


def _by_plausibility(sample: bytes) -> str:
    """The encoding in which the text looks most like writing; "" where it does in none."""
    scores = {encoding: _plausibility(sample, encoding) for encoding in _CANDIDATES}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] >= _MIN_PLAUSIBILITY else ""


def _plausibility(sample: bytes, encoding: str) -> float:
    try:
        return plausibility(sample.decode(encoding))
    except UnicodeDecodeError:
        return -1.0


def _by_alphabet(sample: bytes) -> str:
    """The code page in which the accented letters are those of one language; "" when there is none."""
    if sum(byte > 127 for byte in sample) > _MAX_ACCENTED * len(sample):
        return ""
    scores = {encoding: _covered(_accented(sample, encoding), alphabets) for encoding, alphabets in _ALPHABETS.items()}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] else ""


def _covered(letters: Counter[str], alphabets: tuple[str, ...]) -> int:
    """How many of `letters` the best fitting alphabet has; 0 when it misses more than a few."""
    counts = (sum(letters[letter] for letter in alphabet) for alphabet in alphabets)
    best = max(counts)
    return best if best >= _MIN_SHARE * letters.total() else 0


def _accented(sample: bytes, encoding: str) -> Counter[str]:
    text = sample.decode(encoding, "replace").lower()
    return Counter(character for character in text if not character.isascii() and character.isalpha())


def _by_statistics(sample: bytes) -> str:
    import charset_normalizer

    candidates = [match.encoding for match in charset_normalizer.from_bytes(sample)]
    if not candidates or (candidates[0] in _ALPHABETS and _is_western(sample)):
        return "cp1252"
    return candidates[0]


def _is_western(sample: bytes) -> bool:
    """Whether the letters fit several Western languages together, where they fit no single one."""
    letters = _accented(sample, "cp1252")
    return sum(letters[letter] for letter in _WESTERN) >= _MIN_SHARE * letters.total()
