"""Words with a full stop that end no sentence, in the languages that write capitals.

Those that mostly close a sentence, as `etc.`, are left out: before a small letter no sentence ends in any case.
"""

from __future__ import annotations

import re
from itertools import chain

from knowledge.terms.languages import COMMON_WORDS

# Full words only: what has a full stop within, as `z.B.` or `т.е.`, and single capitals are known by their form.
ABBREVIATIONS = frozenset(
    # English
    "al approx capt cf ch cmdr co col corp dept dr ed eds eq eqs et fig figs gen gov inc jr lt ltd max min mr mrs ms "
    "mt pp pres prof ref refs rep resp rev sec sect sgt sra sr st univ vol vols vs "
    # German
    "abb abs abt allg anm aufl bd bes bspw bzgl bzw chr dipl dt ebd einschl engl evtl exkl franz geb gegr gem gest "
    "ggf hl hr hrsg inkl insb jh jhd kap lat lfd mind mio mrd mwst nr prof rd rel sog std str stv tel usw "
    "vgl vorm wg wiss zit zzgl "
    # French
    "av chap env éd ép fasc fr hab janv févr juill déc mgr mlle mme ouvr ex "
    # Spanish, Portuguese, Catalan
    "admón aprox arq avda av cía depto dra ee ej exc excmo exma exmo fdo gral ilmo izq lic núm pág págs prov ptas ref "
    "séc sig sra sras sres srta ss tfno trad ud uds uu vda dña dª fco hnos mtro rvdo "
    # Italian, Romanian
    "arch avv cfr dott ecc geom ing pag pagg sigg sig.ra spett vv dl dna dvs jud lt nr "
    # Dutch
    "bijv blz bv dhr drs evt excl incl jl mej mevr mgr mw nl nr nrs ong plm vgl wo zgn "
    # Danish, Norwegian, Swedish
    "bl ca eks evt feks fr henv hhv hr inkl jf jfr kap kl kr ml nuv omkr pga resp sk st stk str tlf utg vgl "
    # Polish, Czech, Slovak, Slovenian, Croatian
    "al dyr gen godz gr im inż jw kard ks łac mgr mjr min np os pkt pl płk poj pol por pr prok pt rozdz "
    "rys sp św śp tj tyt tzn tzw ul ur wg wł woj wyd zob zw čl doc gen hl ing inž judr kap mgr mudr např nám např "
    "obr odst okr př pozn prof psč sv tř tzv ulice vyd zejm napr npr sl oz ul "
    # Hungarian, Finnish, Estonian
    "dr fszt ifj ker krt özv pl ld stb szt ún ui vö esim huom ks nk ns os puh vrt "
    # Turkish
    "alb av bkz cad çev doç dr ecz gön haz hz krş mah mim müh öğr örn ör prof sn sok şt şti tğm tic üni yay yy yrd "
    # Russian, Ukrainian, Bulgarian
    "акад англ в вв вул г гг гл гр греч др ж изд илл исп итал кв корп лат млн млрд млрд напр нач обл оз "
    "д-р г-н г-жа пр-т б-р пл пп пр приб прим проф руб с св сокр соч ср ст стр сущ т табл тел тыс ул фр ч чл экз "
    # Greek
    "αγ αι αρ βλ δηλ δρ εκ εκατ κ κα κεφ κος μ παρ πβ περ σ σελ στ τηλ τομ χλμ "
    # Vietnamese, Indonesian
    "gs pgs tp ths ts bpk hlm jl kec sdr tgl yth".split()
)
# Words of their own, unless a number follows: `No. 5`, `Art. 3`, `Mar. 12`.
_BEFORE_NUMBER = frozenset(
    "no nos art op par pos tab cap app para cl lit ust poz ok alin рис п кн "
    "jan feb mar apr jun jul aug sep sept oct nov dec okt dez".split()
)
# Those above, and those with a full stop within, that may also be the last word: then a word that begins sentences
# follows, as in `at 5 p.m. The shop` or `v. Chr. Die Stadt`.
_MAY_END = frozenset(
    "inc ltd co corp jr sr st al p.m a.m u.s u.k u.s.a d.c a.c b.c a.d uu ee.uu jh jhd chr mio mrd mwst tel "
    "kr mld min г гг в вв руб тыс млн млрд н.э экз чел yy p.s e.v n.chr v.chr u.a".split()
)
_BEGINS = frozenset(word for word in chain.from_iterable(COMMON_WORDS.values()) if len(word) > 1) | frozenset(
    "he she they after since later er sie danach dann nach seit elle après después poi dopo depois potem он затем "
    "после".split()
)

_APART = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,3}")  # z.B, т.е, EE.UU, p.ex, J.-P
_LETTER_ABOVE = re.compile(r"(?:^|\s)[^\W\d_]\.\s?$")  # the `d. ` of `d. h.`
_PART_BELOW = re.compile(r"\s*(?:[^\W\d_]{1,3}\.|\d)")  # the `h.` of `d. h.`, the 12 of `p. 12`
_NUMBER_BELOW = re.compile(r"\s*\d")
_WORD_BELOW = re.compile(r"\s*([^\W\d_]+)(?=\s)")
_DOCTOR_ABOVE = re.compile(r"\bdr\.\s?(?:[a-z]{1,5}\.\s?)*$", re.IGNORECASE)
_FACULTIES = frozenset("med phil jur iur rer nat pol theol ing vet dent oec habil".split())  # `Dr. med. Weber`
_PARTY_ABOVE = re.compile(r"[A-ZÀ-Þ][^\W\d_]*[.,]?\s$")  # of `Brown v. Board`


def is_abbreviated(word: str, above: str, below: str) -> bool:
    """Tell if the full stop behind `word` is that of an abbreviation or an initial within a sentence.

    `above` and `below`: some characters of its sentence before the word, and behind the full stop.
    """
    folded = word.casefold()
    if folded in ABBREVIATIONS or _APART.fullmatch(word):
        return folded not in _MAY_END or not _begins_sentence(below)
    if folded in _BEFORE_NUMBER and _NUMBER_BELOW.match(below):
        return True
    if word == "v" and _PARTY_ABOVE.search(above):
        return True
    if folded in _FACULTIES and _DOCTOR_ABOVE.search(above):
        return True
    if len(word) > 1 or word.isdecimal() or not (word.isupper() or word.islower()):
        return False
    return word.isupper() or bool(_LETTER_ABOVE.search(above) or _PART_BELOW.match(below))


def _begins_sentence(below: str) -> bool:
    following = _WORD_BELOW.match(below)
    return following is not None and following[1].istitle() and following[1].casefold() in _BEGINS


# Before an ordinal, as in `der 2. Weltkrieg`: German alone writes a capital behind it. `am`, `bis` and others may stand
# before a plain number that ends a sentence.
_BEFORE_ORDINAL = re.compile(r"\b(?:de[rnms]|die|das|ins|im|vom|zum|zur|beim)\s+$", re.IGNORECASE)
# Nouns that ordinals stand before whatever is above: months, and what German and Turkish write with a capital.
_AFTER_ORDINAL = re.compile(
    r"\s+(?:(?:jan|feb|mär|mar|apr|mai|maj|may|jun|jul|aug|sep|okt|oct|nov|dez|des|dec)[^\W\d_]{0,7}\b"
    r"|jahrhundert|jahrtausend|jh|jahrestag|geburtstag|todestag|lebensjahr|weltkrieg|auflage|kapitel|stock|etage|klasse"
    r"|dünya|yüzyıl|bölüm)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d{1,3}|[IVX]{1,5}")
_FIRST = re.compile(r"[\W_]*")


def is_ordinal(word: str, above: str, below: str) -> bool:
    """Tell if the full stop behind `word` makes it an ordinal: `am 6. Oktober`, `im 19. Jahrhundert`.

    A number that nothing stands before numbers what follows, as no sentence is a number alone: `II. Dünya Savaşı`.
    """
    if not _ORDINAL.fullmatch(word):
        return False
    return bool(_FIRST.fullmatch(above) or _AFTER_ORDINAL.match(below) or _BEFORE_ORDINAL.search(above))
