"""Which language a text is in, by its commonest words; for stemming alone, so an error costs no more than a stem."""

from collections.abc import Collection, Mapping

# The words that a text can hardly do without, in each language that has a stemmer and spaces between its words. Each
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
