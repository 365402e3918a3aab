"""The language of a text, told by its script and its commonest words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

# The words that hardly any text does without, in each language that has a stemmer and in those that share a script
# with one. Each word stands only where it is common; those that several languages share count for each.
COMMON_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        # Lucene's stop words, with the verbs and pronouns that questions are made of.
        "english": "a an and are as at be been but by can do does for from had has have how i if in into is it its may"
        " me my no not of on or our should such that the their then there these they this to was we were what when"
        " where which who why will with would you your",
        "german": "der die das und ist nicht ein eine einen dem den des zu mit auf für von im wird sind auch als wie"
        " was wer wo wann warum welche welcher kann ich wir sich bei nach aus oder in an es war wurde wurden werden"
        " einer eines einem hat haben durch über zum zur vom am bis",
        "french": "le la les des une du est et que qui dans pour pas sur avec sont ce cette au aux par plus ou où quel"
        " quelle quels comment pourquoi je nous vous il elle ne se un de en à",
        "spanish": "el la los las de del y que es en un una por con para no se su al lo como más qué cuál cuándo dónde"
        " cómo quién son está fue yo nos a",
        "italian": "il lo la gli di del della dei delle e che è un una per con non si sono nel nella al alla come cosa"
        " quale quali quando dove perché chi questo i le in a da",
        "portuguese": "o os as de do da dos das e que é em um uma para com não se no na ao por como qual quais quando"
        " onde são foi mais quem a",
        "catalan": "el la els les de del i que és en un una per amb no es al dels les com què quan on qui són més"
        " aquest aquesta va ser als",
        "romanian": "și de la în că este un o cu pe nu se din pentru care mai au ce cum când unde cine sunt fi al a"
        " prin ale lui dintre",
        "dutch": "de het een en van is dat niet in op te zijn voor met aan er om wat wie waar wanneer welke hoe ook bij"
        " naar uit wordt door werd",
        "swedish": "och att det som en är på för av med den inte ett till har de om vad vem var när hur från i"
        " kan vi jag",
        "danish": "og at det er en på for af med den ikke et til har de om hvad hvem hvor hvornår hvordan fra kan vi"
        " jeg som der i blev",
        "norwegian": "og at det er en på for av med den ikke et til har de om hva hvem hvor når hvordan fra kan vi jeg"
        " som i ble",
        "finnish": "ja on ei että se hän oli mutta kun niin myös tai ovat ole mitä mikä missä milloin miten kuka kuin"
        " joka",
        "estonian": "ja on ei et see ta oli aga kui ka või mis kes kus millal kuidas oma ning selle seda pole mida",
        "hungarian": "a az és nem egy hogy is van meg ez azt de ki mi mit hol mikor hogyan miért volt csak mint vagy",
        "polish": "i w na z się że nie do jest to o jak co kto gdzie kiedy dlaczego który która które po od za dla są"
        " był przez ze oraz",
        "czech": "a v na se že je s z o do to i jako který která které co kdo kde kdy proč jak pro by byl jsou od ve po"
        " není",
        "slovak": "a v na sa že je s z o do to aj ako ktorý ktorá ktoré čo kto kde kedy prečo pre by bol sú od vo po"
        " nie",
        "lithuanian": "ir yra kad į iš su kaip kas tai buvo ar bet o dėl už nuo apie kur kada kodėl ne jo jos",
        "latvian": "un ir ka uz no ar kas tas bija par vai bet kā kur kad kāpēc nav viņa pie pēc",
        "serbian": "i u na je se da za su od o sa kao što koji koja koje ne nije ko šta gde gdje kada kako zašto bio iz"
        " и у на је се да за су од о са као што који која које не није ко шта где када како зашто био из",
        "slovenian": "in je v na se da za so z s ki kaj kdo kje kdaj kako zakaj ne ni pri po iz bil tudi",
        "turkish": "ve bir bu da de için ile ne mi çok daha olan gibi nasıl nerede kim hangi değil var olarak"
        " en ya veya olduğu olan göre kadar sonra önce neden niçin kaç nedir kimdir zaman tarafından oldu etti vardı"
        " idi ise her o",
        "indonesian": "yang dan di ini itu dengan untuk dari tidak pada dalam adalah ke akan apa siapa bagaimana kapan"
        " oleh",
        "vietnamese": "và là của có không được trong cho với một các những này đó đã để khi người từ ở về như gì ai"
        " nào",
        "basque": "eta da ez bat du dira zen hau hori zer nor non noiz nola baina ere izan zuen duen egin",
        "irish": "an na agus is ar ag le i go do a bhí ní tá sé sí cad cén cá conas nach ach",
        "esperanto": "la kaj de en estas al ne ke por kun el li ĝi kio kiu kie kiam kiel aŭ sed estis oni",
        "sesotho": "le ya ho ke ka ha ba mme hore ke wa e tsa ka se bang mang eng neng",
        "russian": "и в не на что с как это по из за для к от то или у о же где когда почему кто какой какие был мы я"
        " его она они при также было были",
        "ukrainian": "і в не на що з як це та до за для від у про й або де коли чому хто який яка які є був його",
        "bulgarian": "и в не на че с как това по от за да се е са къде кога защо кой какво кои като са към при",
        "arabic": "في من على إلى أن هذا هذه التي الذي ما لا هو هي عن كيف متى أين هل كان مع أو",
        "persian": "و در به از که این است را با برای آن یک می ها بود تا چه کجا کی چرا کدام شد شده هم",
        "urdu": "کے میں کی ہے اور سے کا کو نے یہ پر نہیں ایک کہ ہیں کیا کیسے کب کہاں کون تھا",
        "yiddish": "און די דער איז צו אין פֿון פון מיט א אַ נישט דאָס דאס ער זי ווי וואָס וואס",
        "hebrew": "של את על לא הוא היא זה עם כי גם או מה מי איפה מתי איך למה אל יש אני",
        "hindi": "के है में की और से का को यह पर नहीं एक कि हैं क्या कैसे कब कहाँ कौन था इस भी ने थी थे",
        "nepali": "र को मा छ का ले लाई यो हो पनि छन् थियो गर्न एक भने कि के कसरी कहिले कहाँ को",
        "greek": "και το η ο να του της την τα που με για στο από δεν είναι θα τι πώς πού πότε ποιος οι ένα",
        "armenian": "և է են որ մի ու այս ի իր նա հետ համար ինչ ով որտեղ երբ ինչպես",
        "tamil": "ஒரு இந்த அந்த என்று மற்றும் என் இது அது என்ன யார் எங்கே எப்போது எப்படி உள்ள",
    }.items()
}
# Those that have a Snowball stemmer by their own name.
STEMMED = COMMON_WORDS.keys() - {
    *("slovak", "latvian", "slovenian", "vietnamese", "ukrainian", "bulgarian", "urdu", "hebrew")
}

# Scripts written without spaces between words: Thai and its neighbours, Japanese, Chinese, Korean.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Vowel signs and points belong to the word they stand in: Hebrew, Arabic, the scripts of India, and combining accents.
MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"

Script = str
_SCRIPTS: Mapping[Script, str] = {
    "cyrillic": "\u0400-\u052f",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "armenian": "\u0530-\u058f",
    "hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "arabic": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff",
    "devanagari": "\u0900-\u097f",
    "tamil": "\u0b80-\u0bff",
}
_OF_SCRIPT = {script: re.compile(f"[{letters}]") for script, letters in _SCRIPTS.items()}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# The language of words whose script is all that is known of them; Hebrew and others have no stemmer: "".
DEFAULTS: Mapping[Script, str] = {
    "latin": "english",
    "cyrillic": "russian",
    "greek": "greek",
    "armenian": "armenian",
    "hebrew": "hebrew",
    "arabic": "arabic",
    "devanagari": "hindi",
    "tamil": "tamil",
}
# Letters that in their script only this language has, or hardly any other: each word with one counts as a common one.
_LETTERS: Mapping[str, str] = {
    "german": "ß",
    "spanish": "ñ¿¡",
    "portuguese": "ãõ",
    "romanian": "ățţș",
    "polish": "łąęńśźż",
    "czech": "řůě",
    "slovak": "ľĺŕ",
    "hungarian": "őű",
    "turkish": "ığş",
    "lithuanian": "ėįųū",
    "latvian": "āēīģķļņ",
    "vietnamese": "ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "esperanto": "ĉĝĥĵŝŭ",
    "russian": "ыэё",
    "ukrainian": "їєґ",
    "serbian": "ђћџљњј",
    "persian": "پچژگ",
    "urdu": "ےٹڈڑں",
}
_WITH_LETTERS = {language: re.compile(f"[{letters}]") for language, letters in _LETTERS.items()}
# A text with as many of a language's common words is of that language, though another one may share most of them.
_LEAST_WORDS = 2


def script_of(word: str) -> Script:
    """A key of DEFAULTS, by the word's first letter; "" for other scripts and for numbers."""
    if word.isascii() or _LATIN.match(word):
        return "" if word.isdecimal() else "latin"
    return next((script for script, letters in _OF_SCRIPT.items() if letters.match(word)), "")


_SCRIPTS_OF = {language: frozenset(filter(None, map(script_of, words))) for language, words in COMMON_WORDS.items()}


def languages_of(script: Script, languages: Iterable[str]) -> list[str]:
    """Those of the languages that are written in the script."""
    return [language for language in languages if script in _SCRIPTS_OF.get(language, ())]


def language_of(words: Iterable[str], among: Collection[str] = COMMON_WORDS.keys(), least: int = _LEAST_WORDS) -> str:
    """A key of COMMON_WORDS, or "" where these lower-case words do not tell.

    It is the language that has the most of its common words among them, at least `least` and more than any other has;
    of a script that a single language here is written in, it is that one.
    """
    present = set(words)
    apart = " ".join(word for word in present if not word.isascii())
    found = sorted(
        (
            (len(present & COMMON_WORDS[language]) + _words_with(_WITH_LETTERS.get(language), apart), language)
            for language in among
        ),
        reverse=True,
    )
    if not found or found[0][0] < least or (len(found) > 1 and found[1][0] == found[0][0]):
        return ""
    return found[0][1]


_UNSPACED: Mapping[str, re.Pattern[str]] = {
    "japanese": re.compile("[\u3040-\u30ff]"),
    "korean": re.compile("[\uac00-\ud7af]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "chinese": re.compile("[\u3400-\u4dbf\u4e00-\u9fff]"),
}


_LEAST_UNSPACED = 4  # one letter in so many: a character says as much as some letters do


def unspaced_language(text: str) -> str:
    """Return the language of a text without spaces between most of its words, by its script; "" for other texts."""
    counts = {language: len(letters.findall(text)) for language, letters in _UNSPACED.items()}
    if sum(counts.values()) * _LEAST_UNSPACED < sum(map(str.isalpha, text)):
        return ""
    return next((language for language, count in counts.items() if count), "")


def _words_with(letters: re.Pattern[str] | None, words: str) -> int:
    return sum(bool(letters.search(word)) for word in words.split()) if letters and words else 0
