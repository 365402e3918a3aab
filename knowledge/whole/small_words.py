"""Words of a question that name nothing: what is left over beside them must be understood, or nothing is certain.

Negations are not among them.
"""

_GRAMMAR = """
a an the of in on at for from with by to and or is are was were be been am has have had having do does did there this
that these those which what who whose it its they them me my our your i we you please all every each any total
altogether exist contain contained listed found show give tell id
der die das des dem den ein eine einer eines einem einen und oder ist sind war waren hat haben gibt es im am an auf
aus von vom zu mit für bei insgesamt alle aller allen jede jeder mir bitte welche stehen enthält
le la les l un une de du d et ou est sont ont il y dans sur en au aux pour par avec tous toutes tout qui que ce ces t s
moi el los las lo una uno unos unas del al o son está están hay por para con todo toda se tiene tienen
"""
# What documents and their parts are called in general. They do occur in the names of files.
_GENERIC = """
row record entry line item list table file document sheet spreadsheet csv data dataset law act contract report book
manual handbook text zeilen zeile einträge eintrag datensätze datei tabelle liste dokument gesetz vertrag bericht ligne
enregistrement entrée fichier tableau loi contrat rapport fila registro entrada archivo tabla lista ley contrato informe
"""
_CHARACTERS = frozenset(
    "的了吗呢啊本法有是在里中内上和与共一总个条件项份笔行名请把所都哪些列出多少几数量表格文件记录数据查找个为被"
    "はがをにでのもとへやかましすいくつあるてだ全部件数何表行一覧教えくださせ"
)
_GRAMMAR_WORDS = frozenset(_GRAMMAR.split())
_GENERIC_WORDS = frozenset(_GENERIC.split())


def is_grammar(word: str) -> bool:
    """Whether a folded word, as `words_of` gives it, only holds a sentence together."""
    return word in _GRAMMAR_WORDS or f"{word}s" in _GRAMMAR_WORDS


def names_nothing(word: str) -> bool:
    """Whether a folded word says nothing about what is asked for: grammar, or the general name of a document."""
    generic = word in _GENERIC_WORDS or f"{word}s" in _GENERIC_WORDS
    return generic or is_grammar(word) or all(character in _CHARACTERS for character in word)
