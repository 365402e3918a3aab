"""Names after a label, and postal addresses of street, number and postcode."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.guards.data_labels import DataLabel

Span = tuple[str, int, int]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩЀ-Я"
_CAPITALISED = rf"[{_UPPER}](?:[\w.-]|['’](?=\w)){{0,30}}"
_PERSON = rf"{_CAPITALISED}(?: (?:(?:von|van|de|der|den|la|le|di|da|dos|bin|al|zu) ){{0,2}}{_CAPITALISED}){{1,3}}"
_AFTER_LABEL = re.compile(
    rf"[\"']?(?:\s?[:：=]| [-–] )\s{{0,3}}[\"']?((?:(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau|M|Mme|Sr|Sra)\.? )?{_PERSON}"
    r"|[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])|[\u3040-\u30ff\u4e00-\u9fff]{1,4}[ 　]?[\u3040-\u30ff\u4e00-\u9fff]{1,4}"
    r"|[\uac00-\ud7af]{2,4}(?![\uac00-\ud7af]))"
)
_INTRODUCED = re.compile(
    rf"(?:[Mm]y name is|[Ii]ch heiße|[Mm]ein Name ist|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]i nombre es|[Mm]i chiamo"
    rf"|[Mm]eu nome é|[Ii]k heet|[Mm]ijn naam is|[Nn]azywam się|[Mm]eня зовут|[Мм]еня зовут|[Bb]enim adım|[Aa]dım)"
    rf" ({_PERSON})"
    r"|(?:我叫|我的名字是|名前は|제 이름은 ?)([\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,6}?)(?=[，。,.、です입\s]|$)"
)
_CITY = rf"{_CAPITALISED}(?:[ -]{_CAPITALISED}){{0,2}}"
_ENDS = (
    r"straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|chaussee|laan|straat|gracht|plein|kade|gatan|vägen|gade"
    r"|vej|veien|gata"
)
_WAYS = (
    r"rue|avenue|boulevard|place|chemin|allée|impasse|quai|cours|route|Rue|Avenue|Boulevard|Place|Chemin|Allée|Quai"
    r"|Calle|calle|C/|Avenida|Avda\.?|Plaza|Paseo|Carrer|Via|via|Viale|Corso|Piazza|Largo|Rua|rua|Travessa|Praça"
    r"|ul\.|ulica|al\.|Aleja|ulice|náměstí|utca|str\.|Strada|Bulevardul|ул\.|улица|пр\.|проспект|Cad\.|Sok\."
)
_TYPES = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Terrace|Place|Pl|Square|Sq|Close"
    "|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Gardens|Row|Mews|Hill|Parade|Walk"
)
_POSTCODE = r"(?:[A-Z]{1,2}-)?\d{4,5}(?: ?[A-Z]{2}(?![a-z]))?"
_ADDRESSES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?:{_CAPITALISED}[ -]){{0,3}}[{_UPPER}a-zäöüß][\w.-]{{0,30}}(?:{_ENDS}|[Ss]traße|[Ww]eg)"
        rf" \d{{1,4}} ?[a-z]?,?\s{_POSTCODE}\s{_CITY}",
        rf"(?<![\w.,])\d{{1,5}}[A-Z]? (?:{_CAPITALISED} ){{1,4}}(?:{_TYPES})\.?(?: [NSEW]{{1,2}})?"
        rf"(?:,? (?:Apt|Suite|Ste|Unit|Flat|#)\.? ?\w{{1,5}})?(?:,\s{_CITY}){{0,2}},?\s"
        r"(?:[A-Z]{2,3}\s\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}|[A-Z]{2,3}\s\d{4}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)(?!\w)",
        rf"(?<!\w)(?:\d{{1,4}}(?: ?(?:bis|ter))?,? )?(?:{_WAYS}) [\w’'. -]{{2,50}},?(?: ?\d{{1,4}}[a-zA-Z]?)?,\s"
        rf"(?:[A-Z]{{1,2}}-)?(?:\d{{5}}-\d{{3}}|\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}|\d{{3}} \d{{2}}|\d{{4,6}})\s{_CITY}",
        r"[\u4e00-\u9fff]{2,6}?(?:省|市|自治区|都|道|府|県)[\u4e00-\u9fff]{1,6}?(?:区|區|县|縣|市|町|村|镇)"
        r"[\u4e00-\u9fffA-Za-z\d-]{0,12}?(?:\d{1,5}(?:号|號|番地?|弄|栋)|丁目[\d-]{1,9})(?:[\u4e00-\u9fff\d]{1,8}(?:室|楼|樓|号))?",
    )
)


def find_people(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    """Postal addresses, then names that a label or an introduction announces."""
    for pattern in _ADDRESSES:
        yield from (("ADDRESS", *found.span()) for found in pattern.finditer(text))
    for label in labels:
        if label.kind == "NAME" and _is_of_a_person(text, label) and (found := _AFTER_LABEL.match(text, label.end)):
            yield "NAME", *found.span(1)
    for found in _INTRODUCED.finditer(text):
        yield "NAME", *found.span(found.lastindex or 0)


def _is_of_a_person(text: str, label: DataLabel) -> bool:
    """False for a bare key such as `name:` in a file of settings, which names a thing."""
    quoted = text[label.start - 1 : label.start] in ('"', "'")
    return quoted or not text[label.start].islower()
