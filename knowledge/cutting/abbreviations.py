"""Words with a full stop that end no sentence, in the languages that write capitals.

Those that mostly close a sentence, as `etc.`, are left out: before a small letter no sentence ends in any case.
"""

from __future__ import annotations

import re

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
    "séc sig sra sras sres srta ss tfno trad ud uds uu vda "
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
    "пл пп пр приб прим проф руб с св сокр соч ср ст стр сущ т табл тел тыс ул фр ч чл экз "
    # Greek
    "αγ αι αρ βλ δηλ δρ εκ εκατ κ κα κεφ κος μ παρ πβ περ σ σελ στ τηλ τομ χλμ "
    # Vietnamese, Indonesian
    "gs pgs tp ths ts bpk hlm jl kec sdr tgl yth".split()
)
# Words of their own, unless a number follows: `No. 5`, `Art. 3`, `Mar. 12`.
_BEFORE_NUMBER = frozenset(
    "no nos art op par pos tab cap рис jan feb mar apr jun jul aug sep sept oct nov dec okt dez".split()
)

_APART = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,3}")  # z.B, т.е, EE.UU, p.ex
_LETTER_ABOVE = re.compile(r"(?:^|\s)[^\W\d_]\.\s?$")  # the `d. ` of `d. h.`
_PART_BELOW = re.compile(r"\s*(?:[^\W\d_]{1,3}\.|\d)")  # the `h.` of `d. h.`, the 12 of `p. 12`
_NUMBER_BELOW = re.compile(r"\s*\d")


def is_abbreviated(word: str, above: str, below: str) -> bool:
    """Tell if the full stop behind `word` is that of an abbreviation or an initial.

    `above` and `below`: some characters before the word and behind the full stop.
    """
    folded = word.casefold()
    if folded in ABBREVIATIONS or _APART.fullmatch(word) or (folded in _BEFORE_NUMBER and _NUMBER_BELOW.match(below)):
        return True
    if len(word) > 1 or word.isdecimal() or not (word.isupper() or word.islower()):
        return False
    return word.isupper() or bool(_LETTER_ABOVE.search(above) or _PART_BELOW.match(below))


# Before an ordinal, as in `der 2. Weltkrieg`: German alone writes a capital behind it. `am`, `bis` and others may stand
# before a plain number that ends a sentence.
_BEFORE_ORDINAL = re.compile(r"\b(?:de[rnms]|die|das|im|vom|zum|zur|beim)\s+$", re.IGNORECASE)
_MONTHS = re.compile(
    r"\s+(?:Jan(?:uar)?|Jänner|Feb(?:ruar)?|März?|Apr(?:il)?|Mai|Juni?|Juli?|Aug(?:ust)?|Sep(?:t|tember)?|Okt(?:ober)?"
    r"|Nov(?:ember)?|Dez(?:ember)?)\b"
)
_ORDINAL = re.compile(r"\b(?:de[rnms]|die|das|im|vom|zum|zur|beim)\s+$", re.IGNORECASE)
_MONTHS = re.compile(
    r"\s+(?:jan|feb|mär|mar|apr|mai|maj|may|jun|jul|aug|sep|okt|oct|nov|dez|des|dec)[^\W\d_]{0,7}\b", re.IGNORECASE
)
_ORDINAL = re.compile(r"\d{1,2}|[IVX]{1,5}")


def is_ordinal(word: str, above: str, below: str) -> bool:
    """Tell if the full stop behind `word` makes it an ordinal: `am 6. Oktober`, `im 19. Jahrhundert`."""
    return bool(_ORDINAL.fullmatch(word)) and bool(_MONTHS.match(below) or _BEFORE_ORDINAL.search(above))
