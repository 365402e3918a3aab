"""Numbers that name a person: identity, tax, social security, health, passports, licences, bank accounts.

A form with a strong checksum is found anywhere; one with a weak checksum, where its kind is named before it; and what
directly follows a label such as `passport no.` is taken as it stands, as people mistype.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module

from assistant.guards.data_labels import DataLabel
from assistant.guards.normal import BEGINS, ENDS

Span = tuple[str, int, int]  # kind, start, end

_ATOM = re.compile(rf"{BEGINS}(?<![.@/+-])[A-Z0-9]{{1,24}}(?:[-./+][A-Z0-9]{{1,24}}){{0,6}}(?:\([0-9A]\))?{ENDS}(?!@)")
_SHAPE = str.maketrans({**dict.fromkeys("0123456789", "9"), **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A")})
_MOST_ATOMS = 7
_NEAR, _NEAR_AFTER = 60, 25  # characters between a number with a weak checksum and a label before it, or after

# The validators of python-stdnum by shape: 9 a digit, A a capital. After `|`, those whose checksum alone is weak.
_FORMS = """
999-99-9999 ID ssn
AA999999A AA~99~99~99~A AA~999999~A ID nino
AAAAAA99A99A999A ID any
99999999A 99999999-A A9999999A A-9999999-A ID es.dni es.nie nric
999999-9999 ID se.personnummer dk.cpr
99999999-9999 ID se.personnummer
999999+9999 ID se.personnummer
999999-99999 ID lv.pvn
999999/9999 999999/999 ID cz.rc
999999-999A 999999A999A 999999-9999 999999A9999 ID fi.hetu
99.99.99-999.99 99.99.99-999-99 ID be.nn
999.9999.9999.99 ID ch.ssn
9~99~99~99~999~999~99 999999999999999 9999999999999~99 9~99~99~9A~999~999~99 ID fr.nir
9999999999999 ID ro.cnp si.emso za.idnr
99999999999 ID no.fodselsnummer | pl.pesel ee.ik lt.asmens tr.tckimlik hr.oib gr.amka de.idnr be.nn br.cpf lv.pvn
999999~99999 ID no.fodselsnummer
999999999999999999 99999999999999999A ID cn.ric
999999-9999999 ID kr.rrn
999999-99-9999 ID my.nric
9-9999-99999-99-9 ID th.pin
A999999999 ID taiwan
A999999(9) AA999999(9) A999999(A) ID hongkong
9999~9999~9999 9999-9999-9999 ID in_.aadhaar
AAAA999999AAAAAAA9 AAAA999999AAAAAA99 ID mx.curp
999.999.999-99 ID br.cpf
99.999.999-9 99.999.999-A ID cl.rut
9999999A 9999999AA ID ie.pps
99~999999~A~999 ID any
999-999-999~99 ID any
AAAAA9999A TAX in_.pan | any
99.999.999/9999-99 TAX br.cnpj
99-99999999-9 TAX ar.cuit
AAAA999999A99 AAAA999999AA9 AAAA999999999 AAAA999999AAA AAAA999999A9A AAAA9999999A9 AAAA99999999A TAX mx.rfc
99~999~999~999 TAX de.idnr au.abn
999~999~9999 HEALTH gb.nhs
999-999-9999 HEALTH | gb.nhs
9999999999 HEALTH | gb.nhs bg.egn pl.nip ua.rntrc at.vnr se.personnummer dk.cpr cz.rc ru.inn us.ssn tr.vkn
999999999 ID | nl.bsn pt.nif us.ssn ca.sin il.idnr es.dni sk.rc no.orgnr hu.anum ie.pps nz.ird au.tfn fr.siren cz.rc
999~999~999 999-999-999 ID | ca.sin nl.bsn au.tfn nz.ird pt.nif
99999999 TAX | hu.anum dk.cvr fi.ytunnus ro.cui cz.dic nz.ird
999999999999 ID | jp.in_ in_.aadhaar ru.inn
9999~9999~99 9999~999999 ID | at.vnr
99999999999999 TAX | br.cnpj fr.siret
"""
_VAT = re.compile(r"(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)[0-9A-Z]{8,12}")
_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]")
_NRIC = re.compile(r"[STFGM]\d{7}[A-Z]")

_LINKS = (
    r"(?i:no|nr|num|number|nummer|numero|número|numéro|nº)|n|id|code|card|is|are|was|ist|lautet|lauten|est|es|è|er|är|on|var"
    r"|of|the|for|der|des|du|de|la|le|el|del|do|da|di|d|für|van|het|i|her|his|my|your|patient|titular|contribuinte"
    r"|серия|номер|numarası|numaram"
)
_GAP = rf"(?:[^\w\n]|\n(?!\s)|(?<![^\W\d_])(?:{_LINKS})(?![^\W\d_])){{0,14}}"
_VALUE = re.compile(
    rf"{_GAP}(?:は|：|は、|는|은|是|为|為|号|號|码|碼|番号|번호|[:\s])*"
    r"((?:[A-Z]{1,3}[ -])?[A-Z]{0,6}\d(?:(?:[ ./-]| № )?[A-Z0-9]){4,25}(?:\([0-9A]\))?)(?![A-Za-z0-9])"
)
_LABELLED = {"ID", "TAX", "HEALTH", "PASSPORT", "LICENCE", "BANK"}
_FEWEST_DIGITS = 4
_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d ?- ?(?:19|20)\d\d"
)
# What stands before numbers that are of things.
_THINGS = frozenset(
    "order orders invoice ticket case item article artikel part product model serial sku isbn issn doi ean upc gtin"
    " tracking version build release commit iso pmid arxiv cas population page pages line lines chapter section"
    " bestellung bestellnummer rechnung rechnungsnummer auftrag auftragsnummer aktenzeichen az seite commande facture"
    " pedido factura ordine fattura bestelling factuur заказ заказа sipariş epoch timestamp hash port pid id"
    " 订单 订单号 发票 发票号 单号 注文番号 주문번호".split()
)
_COUNTERS = frozenset("no nr num number nummer n".split())
_WORD = re.compile(r"[^\W\d_]+")
_NEXT_TO = 6  # characters between the word and the number


def find_labelled(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    """The number that directly follows each label, whatever its checksum."""
    for label in labels:
        if label.kind in _LABELLED and (found := _VALUE.match(text, label.end)):
            value = found[1]
            if sum(map(str.isdigit, value)) >= _FEWEST_DIGITS and not _DATE.fullmatch(value):
                yield label.kind, *found.span(1)


def find_checked(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    """The numbers whose form and checksum say what they are."""
    named = sorted(label.end for label in labels if label.kind in _LABELLED)
    atoms = [(found.start(), found.end()) for found in _ATOM.finditer(text)]
    forms, beginnings = _forms()
    known: dict[tuple[str, bool], str] = {}
    for at, (start, end) in enumerate(atoms):
        shape = text[start:end].translate(_SHAPE)
        if shape[:1] == "A" and _is_vat(text[start:end]):
            yield "TAX", start, end
        for more in range(_MOST_ATOMS):
            if shape in forms and (kind := _checked(text[start:end], forms[shape], _is_near(start, named), known)):
                if not is_of_a_thing(text, start):
                    yield kind, start, end
                break
            if shape not in beginnings or at + more + 1 >= len(atoms) or atoms[at + more + 1][0] != end + 1:
                break
            if text[end] != " ":
                break
            end = atoms[at + more + 1][1]
            shape = text[start:end].translate(_SHAPE).replace(" ", "~")


def is_of_a_thing(text: str, start: int) -> bool:
    """True if the words before `text[start:]` say that the number there is of a thing: an order, a page."""
    words = [(found[0].lower(), found.end()) for found in _WORD.finditer(text, max(0, start - 30), start)]
    if not words or start - words[-1][1] > _NEXT_TO:
        return False
    word = words[-2][0] if words[-1][0] in _COUNTERS and len(words) > 1 else words[-1][0]
    return word in _THINGS


def _is_near(start: int, named: Sequence[int]) -> bool:
    before = bisect_right(named, start)
    after = before < len(named) and named[before] - start <= _NEAR_AFTER
    return after or (before > 0 and start - named[before - 1] <= _NEAR)


def _checked(value: str, forms: Sequence[tuple[str, str, bool]], near: bool, known: dict[tuple[str, bool], str]) -> str:
    """The kind of the first form whose checksum is right; "" for none. `known`: what was found before."""
    if (value, near) not in known:
        right = (kind for kind, name, weak in forms if (near or not weak) and _validator(name)(value))
        known[value, near] = next(right, "")
    return known[value, near]


@cache
def _forms() -> tuple[dict[str, tuple[tuple[str, str, bool], ...]], frozenset[str]]:
    """The forms by shape, as kind, validator and weakness; and the beginnings of shapes of several parts."""
    forms: dict[str, tuple[tuple[str, str, bool], ...]] = {}
    beginnings: set[str] = set()
    for line in _FORMS.strip().splitlines():
        words = line.split()
        at = next(at for at, word in enumerate(words) if word in _LABELLED)
        names = [word for word in words[at + 1 :] if word != "|"]
        strong = words.index("|") - at - 1 if "|" in words else len(names)
        rows = tuple((words[at], name, place >= strong) for place, name in enumerate(names))
        for shape in words[:at]:
            forms[shape] = forms.get(shape, ()) + rows
            parts = shape.split("~")
            beginnings.update("~".join(parts[:count]) for count in range(1, len(parts)))
    return forms, frozenset(beginnings)


@cache
def _validator(name: str) -> Callable[[str], bool]:
    own: dict[str, Callable[[str], bool]] = {
        "any": bool,
        "ssn": _is_ssn,
        "nino": _is_nino,
        "nric": _is_nric,
        "taiwan": _is_taiwanese,
        "hongkong": bool,
    }
    if name in own:
        return own[name]
    valid: Callable[[str], bool] = import_module(f"stdnum.{name}").is_valid
    return valid


def _is_vat(value: str) -> bool:
    return _VAT.fullmatch(value) is not None and _validator("eu.vat")(value)


def _is_ssn(value: str) -> bool:
    """An American social security number, or one for tax alone; some areas, groups and serials are never given."""
    return value[:3] not in ("000", "666") and value[4:6] != "00" and value[-4:] != "0000"


def _is_nino(value: str) -> bool:
    """A British National Insurance number; it has no checksum, but prefixes that are never given."""
    return _NINO.fullmatch(value.replace(" ", "")) is not None


def _is_nric(value: str) -> bool:
    """An identity number of Singapore: weights 2765432, 4 more from 2000 on, and letters by the remainder of 11."""
    if not _NRIC.fullmatch(value):
        return False
    offset = {"T": 4, "G": 4, "M": 3}.get(value[0], 0)
    total = offset + sum(int(digit) * weight for digit, weight in zip(value[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    return letters[value[0]][total % 11] == value[8]


def _is_taiwanese(value: str) -> bool:
    """An identity number of Taiwan: its letter as two digits, then weights 1987654321 and 1, 0 modulo 10."""
    number = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(value[0])
    digits = [number // 10, number % 10, *map(int, value[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=True))
    return value[1] in "1289" and total % 10 == 0
