"""How much like writing a text is, to tell the right reading of some bytes from wrong ones."""

import unicodedata

# Frequent letters, from general knowledge of each language; a wrong reading hits them by accident only.
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
    """The script of a letter or a mark on one; "" of signs and of forms that only wrong readings have."""
    if character.isascii():
        return "LATIN" if character.isalpha() else ""
    if unicodedata.category(character)[0] not in "LM" or _is_presentation_form(character):
        return ""
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in _SCRIPTS else ""


def _is_presentation_form(character: str) -> bool:
    """Half-width, ligated and historic letters, which old encodings do not have or nobody writes."""
    return "\ufb00" <= character <= "\uffef" or character > "\uffff" or character in "ªº"
