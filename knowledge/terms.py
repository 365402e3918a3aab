"""Text → the terms that keyword search matches: stems of words; characters and pairs where words have no spaces."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence

# The words that hardly any text does without, in each language that has a stemmer and spaces between its words. Each
# word stands only where it is common; those that several languages share count for each. English is not among them:
# what is stemmed for English is so whatever the language.
COMMON_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "german": "der die das und ist nicht ein eine einen dem den des zu mit auf für von im wird sind auch als wie"
        " was wer wo wann warum welche welcher kann ich wir sich bei nach aus oder",
        "french": "le la les des une du est et que qui dans pour pas sur avec sont ce cette au aux par plus ou où quel"
        " quelle quels comment pourquoi je nous vous il elle ne se",
        "spanish": "el la los las de del y que es en un una por con para no se su al lo como más qué cuál cuándo dónde"
        " cómo quién son está fue yo nos",
        "italian": "il lo la gli di del della dei delle e che è un una per con non si sono nel nella al alla come cosa"
        " quale quali quando dove perché chi questo",
        "portuguese": "o os as de do da dos das e que é em um uma para com não se no na ao por como qual quais quando"
        " onde são foi mais quem",
        "dutch": "de het een en van is dat niet in op te zijn voor met aan er om wat wie waar wanneer welke hoe ook bij"
        " naar uit wordt",
        "swedish": "och att det som en är på för av med den inte ett till har de om vad vem var när hur från"
        " kan vi jag",
        "danish": "og at det er en på for af med den ikke et til har de om hvad hvem hvor hvornår hvordan fra kan vi"
        " jeg som der",
        "norwegian": "og at det er en på for av med den ikke et til har de om hva hvem hvor når hvordan fra kan vi jeg"
        " som",
        "finnish": "ja on ei että se hän oli mutta kun niin myös tai ovat ole mitä mikä missä milloin miten kuka kuin"
        " joka",
        "russian": "и в не на что с как это по из за для к от то или у о же где когда почему кто какой какие был мы я",
        "romanian": "și de la în că este un o cu pe nu se din pentru care mai au ce cum când unde cine sunt fi al",
        "hungarian": "a az és nem egy hogy is van meg ez azt de ki mi mit hol mikor hogyan miért volt csak mint vagy",
        "turkish": "ve bir bu da de için ile ne mi çok daha olan gibi nasıl nerede kim hangi değil var olarak",
        "indonesian": "yang dan di ini itu dengan untuk dari tidak pada dalam adalah ke akan apa siapa bagaimana kapan"
        " oleh",
        "greek": "και το η ο να του της την τα που με για στο από δεν είναι θα τι πώς πού πότε ποιος οι ένα",
        "arabic": "في من على إلى أن هذا هذه التي الذي ما لا هو هي عن كيف متى أين هل كان مع أو",
        "hindi": "के है में की और से का को यह पर नहीं एक कि हैं क्या कैसे कब कहाँ कौन था इस भी",
    }.items()
}
# Of English, to leave a text that quotes a little of another language alone.
_ENGLISH = frozenset("the of and to is in that for it on with as are was be this by at or not from an what how".split())
# More of those than any other language has words that look the same, as `in`, `was`, `is` and `an`.
_SURELY_ENGLISH_WORDS = 6


def language_of(words: Collection[str]) -> str | None:
    """A key of COMMON_WORDS, or None where no language's commonest words are clearly among these lower-case words."""
    present = set(words)
    english = len(present & _ENGLISH)
    if english >= _SURELY_ENGLISH_WORDS:
        return None
    found = {language: len(present & common) for language, common in COMMON_WORDS.items()}
    best = max(found, key=lambda language: found[language])
    return best if found[best] > english else None


# Part of an index's identity: an index of another version is not searchable with this one's terms. Raise it with every
# change of the terms that `Analyzer.terms` gives.
ANALYZER_VERSION = 2

# Scripts written without spaces between words: Thai and its neighbours, Japanese, Chinese, Korean.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Vowel signs and points belong to the word they stand in: Hebrew, Arabic, the scripts of India, and combining accents.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# Lucene's English stop words, with the verbs and pronouns that questions are made of.
_STOP_WORDS = frozenset(
    "a an and are as at be been but by can do does for from had has have how i if in into is it its may me my no not of"
    " on or our should such that the their then there these they this to was we were what when where which who why will"
    " with would you your".split()
)
# Characters of Chinese that stand in most texts and so tell none apart; within a pair they are kept.
_STOP_CHARACTERS = frozenset(
    "的了是在和与或及者之其为以于由而也都就但所这那此我你他她它们吗呢吧么啊把被给从对到得地着过上下中有个一不人"
)
# Question words of Chinese, longest first; statutes and textbooks hardly use them, so that they would weigh much.
_QUESTION_WORDS = re.compile(
    "为什么|什么样|怎么样|怎么办|可不可以|是不是|能不能|有没有|要不要|会不会|什么|怎么|怎样|如何|是否|哪些|哪个|哪里"
    "|哪种|哪一|多少|多久|几个|请问|哪|谁|吗|呢|吧"
)


class Analyzer:
    """Terms of a text, the same for what is indexed and what is asked. Safe to use from any thread."""

    def __init__(self) -> None:
        self._stems: dict[tuple[str, str], str] = {}
        self._local = threading.local()

    def terms(self, text: str) -> list[str]:
        """Terms in order, repeated as often as they stand in the text.

        A word gives its English stem, as it always can; where the text's language is known it gives that one's stem
        too. A question of too few words to tell still meets the text in the first, and a folder may mix languages.
        """
        tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
        language = language_of(tokens)
        terms: list[str] = []
        for token in tokens:
            if is_unspaced(token):
                terms += _characters_and_pairs(token)
            elif token not in _STOP_WORDS and not (language and token in COMMON_WORDS[language]):
                terms += dict.fromkeys(self._stem(token, name) for name in ("english", language) if name)
        return terms

    def question_terms(self, question: str) -> list[str]:
        """Distinct terms of a question, in order, without its question words."""
        folded = unicodedata.normalize("NFKC", question)
        asked = _QUESTION_WORDS.sub(" ", folded)
        return list(dict.fromkeys(self.terms(asked) or self.terms(folded)))

    def _stem(self, word: str, language: str) -> str:
        if language == "english" and not word.isascii():
            return word
        stem = self._stems.get((word, language))
        if stem is None:
            stemmers = self._local.__dict__
            if language not in stemmers:
                import snowballstemmer

                stemmers[language] = snowballstemmer.stemmer(language)
            stem = self._stems[word, language] = str(stemmers[language].stemWord(word))
        return stem


def shared(terms: Sequence[str], asked: Sequence[str]) -> float:
    """The share of the terms asked for that are among these, in [0, 1]; higher is better. 0 when none is asked for."""
    return len(set(terms) & set(asked)) / len(set(asked)) if asked else 0.0


def is_unspaced(term: str) -> bool:
    """Tell if the term is of a script without spaces: a character or a pair, not a word."""
    return _IS_UNSPACED.match(term) is not None


def is_character(term: str) -> bool:
    """Tell if the term is a single character of such a script."""
    return len(term) == 1 and is_unspaced(term)


def _characters_and_pairs(run: str) -> Iterator[str]:
    """Pairs, as most words have two characters; and single Han characters, each of which means something by itself."""
    if len(run) == 1:
        yield run
        return
    for i in range(len(run) - 1):
        yield run[i : i + 2]
    yield from (c for c in run if _HAN.match(c) and c not in _STOP_CHARACTERS)
