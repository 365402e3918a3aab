"""Files that mean harm: small valid files of each format, changed at random, and bombs built by hand."""

import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.faults import small_files
from tests.knowledge.parse import office_files as office
from tests.knowledge.parse.old_office.ppt_files import BODY, TITLE, Slide, ppt
from tests.knowledge.parse.old_office.xlsb_files import xlsb
from tests.knowledge.parse.ole_files import ole

WORDS = "kettle teapot saucer spoon sugar lemon".split()
_TEXT = " ".join(WORDS * 30)
_BIG = 150_000_000  # bytes that a bomb unpacks to, from a few hundred kB


def _docx(body: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    kinds = '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'  # noqa: E501
    return office.package(
        {
            "[Content_Types].xml": f"<Types>{kinds}</Types>",
            "_rels/.rels": office.relations(("d", "officeDocument", "word/document.xml")),
            "word/document.xml": document,
        }
    )


def _epub(chapter: str, spine: str = '<itemref idref="c"/>') -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/>'
        '<manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        f"<spine>{spine}</spine></package>"
    )
    found = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="o.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": found, "o.opf": package}
    return office.package({**parts, "c.xhtml": chapter})


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _notebook(source: str) -> bytes:
    cells: list[dict[str, object]] = [{"cell_type": "markdown", "metadata": {}, "source": [source]}] * 3
    cells += [{"cell_type": "code", "metadata": {}, "source": ["x = 1"], "outputs": [], "execution_count": 1}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _html(body: str) -> bytes:
    return f"<!doctype html><html><head><title>Tea</title></head><body>{body}</body></html>".encode()


def _word() -> bytes:
    return _docx("".join(_paragraph(f"{w} {_TEXT}") for w in WORDS))


def _slides() -> bytes:
    """A presentation with a chart on its first slide."""
    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    frame = f'<p:graphicFrame><c:chart xmlns:c="{chart}" {office.RELATED} r:id="c1"/></p:graphicFrame>'
    points = "".join(f'<c:pt idx="{n}"><c:v>{n}.5</c:v></c:pt>' for n in range(9))
    held = f"<c:ser><c:cat>{points}</c:cat><c:val><c:formatCode>0.0%</c:formatCode>{points}</c:val></c:ser>"
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": office.relations(("c1", "chart", "../c1.xml")),
        "ppt/c1.xml": f'<c:chartSpace xmlns:c="{chart}">{held * 3}</c:chartSpace>',
    }
    shapes = [office.shape(word, kind="title") + office.shape(_TEXT) for word in WORDS]
    return office.pptx([shapes[0] + frame, *shapes[1:]], parts)


@cache
def valid_files() -> dict[str, bytes]:
    """One small valid file of each format, by its ending."""
    rows = "".join(office.row(n, "tea", "#5", "=A1", "kettle") for n in range(1, 20))
    return {
        ".md": f"---\ntags: [tea]\n---\n# Tea\n\n{_TEXT}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n".encode(),  # noqa: E501
        ".txt": _TEXT.encode(),
        ".csv": ("name,price\n" + "kettle,5\n" * 30).encode(),
        ".html": _html(f"<h1>Tea</h1><p>{_TEXT}</p><table><tr><td>1</td></tr></table>" * 3),
        ".json": json.dumps({"tea": [{"name": w, "text": _TEXT} for w in WORDS]}).encode(),
        ".yaml": "".join(f"- name: {w}\n  text: {_TEXT}\n" for w in WORDS).encode(),
        ".ipynb": _notebook(_TEXT),
        ".eml": small_files.eml(_word()),
        ".rtf": rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0\pard " + _TEXT.encode() + rb"\par}",
        ".docx": _word(),
        ".pptx": _slides(),
        ".xlsx": office.xlsx({"Tea": f"<sheetData>{rows}</sheetData>"}),
        ".odt": office.odf("text", "".join(f"<text:h>{w}</text:h><text:p>{_TEXT}</text:p>" for w in WORDS)),
        ".doc": Path("tests/data/office/lease.doc").read_bytes(),
        ".xls": Path("tests/data/office/stock.xls").read_bytes(),
        ".ppt": ppt([Slide([(TITLE, 0, w), (BODY, 9, _TEXT)], notes=_TEXT) for w in WORDS]),
        ".xlsb": xlsb({"Tea": [["kettle", n, "tea"] for n in range(20)]}),
        ".epub": _epub(_html(f"<h1>Tea</h1><p>{_TEXT}</p>").decode()),
        **{suffix: build(part) for suffix, (build, part) in small_files.AROUND.items()},
    }


def mutated(suffix: str, chance: random.Random) -> bytes:
    """A file of this ending, changed in one to three ways; half of those with parts within a part."""
    files = valid_files()
    content = files[suffix]
    if suffix in _AROUND and chance.random() < 0.5:
        build, part = _AROUND[suffix]
        return build(chance.choice(_MUTATIONS)(part, files, chance)[:_MOST_OF_PART])
    if chance.random() < 0.5 and zipfile.is_zipfile(io.BytesIO(content)):
        return _with_a_part_mutated(content, files, chance)
    for _ in range(chance.randint(1, 3)):
        content = chance.choice(_MUTATIONS)(content, files, chance)
    return content


_AROUND = {**small_files.AROUND, ".eml": (small_files.eml, _word())}
_MOST_OF_PART = 20_000  # bytes, as a file of OLE has 127 sectors here


def _with_a_part_mutated(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    parts[name] = chance.choice(_MUTATIONS)(parts[name], files, chance)  # type: ignore[arg-type]
    return office.package(parts)


def _truncated(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flipped(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 5, 50]) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _spliced(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    other = files[chance.choice(sorted(files))]
    at, start = chance.randrange(len(content) + 1), chance.randrange(len(other))
    return content[:at] + other[start : start + chance.randrange(1, 2000)] + content[at + chance.randrange(500) :]


def _repeated(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    block = content[at : at + chance.randrange(1, 200)]
    return content[:at] + block * chance.choice([2, 50, 5000]) + content[at:]


def _blanked(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    at, length = chance.randrange(len(content) + 1), chance.randrange(1, 500)
    return (
        content[:at]
        + bytes([chance.choice([0, 32, 60, 255])]) * len(content[at : at + length])
        + content[at + length :]
    )


def _with_other_numbers(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    numbers = [b"-1", b"0", b"65536", b"4294967296", b"99999999999999999999"]
    return re.sub(rb"\d+", lambda found: chance.choice(numbers) if chance.random() < 0.1 else found[0], content)


def _two_in_one(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    other = files[chance.choice(sorted(files))]
    return chance.choice([other + content, content + other])


def _misnamed(content: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    return files[chance.choice(sorted(files))]


_MUTATIONS: list[Callable[[bytes, dict[str, bytes], random.Random], bytes]] = [
    _truncated, _flipped, _spliced, _repeated, _blanked, _with_other_numbers, _two_in_one, _misnamed,
]  # fmt: skip


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_ENTITIES = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{_LAUGHS}]>'
_SECRET = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def bombs() -> dict[str, Callable[[], bytes]]:
    """What builds files that take all the time or memory there is, by name."""
    deep = 200_000
    word = "<w:document {0}><w:body><w:p><w:r><w:t>{1}</w:t></w:r></w:p></w:body></w:document>"
    return {
        "zip-bomb.docx": lambda: _docx(_paragraph("A" * _BIG)),
        "zip-bomb.xlsx": lambda: office.xlsx({"A": "<sheetData>" + " " * _BIG + "</sheetData>"}),
        "zip-bomb.odt": lambda: office.odf("text", "<text:p>" + "a " * (_BIG // 2) + "</text:p>"),
        "zip-bomb.epub": lambda: _epub("<html><body>" + " a" * (_BIG // 2) + "</body></html>"),
        "spaces.odt": lambda: office.odf("text", '<text:p>a<text:s text:c="2000000000"/></text:p>'),
        "repeated-rows.odt": lambda: office.odf(
            "text",
            '<table:table><table:table-row table:number-rows-repeated="1048576">'
            '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
            "</table:table-row></table:table>",
        ),
        "many-parts.docx": lambda: office.package({f"word/{n}.xml": "" for n in range(60_000)}),
        "laughs.docx": lambda: _replaced(_docx(""), "word/document.xml", _ENTITIES + word.format(_W, "&l9;")),
        "secret.docx": lambda: _replaced(_docx(""), "word/document.xml", _SECRET + word.format(_W, "&l9;")),
        "laughs.odt": lambda: _replaced(office.odf("text", ""), "content.xml", _ENTITIES + "<d>&l9;</d>"),
        "laughs.epub": lambda: _replaced(_epub(""), "c.xhtml", _ENTITIES + "<html><body>&l9;</body></html>"),
        "laughs.html": lambda: (_ENTITIES + "<html><body>&l9;</body></html>").encode(),
        "deep.docx": lambda: _docx("<w:sdt><w:sdtContent>" * deep),
        "deep.odt": lambda: office.odf("text", "<text:section>" * deep + "<text:p>x</text:p>" + "</text:section>" * deep),  # noqa: E501
        "deep.html": lambda: _html("<div>" * deep + "x" + "</div>" * deep),
        "deep-tables.html": lambda: _html("<table><tr><td>" * 20_000 + "x"),
        "deep.json": lambda: b"[" * deep + b"]" * deep,
        "deep.ipynb": lambda: b'{"cells": ' + b"[" * deep + b"]" * deep + b"}",
        "deep.yaml": lambda: b"[" * deep,
        "laughs.yaml": lambda: b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n".encode() for a, b in zip("abcdefgh", "bcdefghi", strict=True)),  # noqa: E501
        "deep.md": lambda: b"> " * deep + b"x\n\n" + b"[" * deep + b"\n\n" + b"*a " * deep,
        "ticks.md": lambda: b"".join(b"`" * n + b" a " for n in range(2_000)),
        "front-matter.md": lambda: b"---\na: &a [1,1,1,1]\n" + b"b: [*a, *a]\n" * 100_000 + b"---\ntext\n",
        "deep.rtf": lambda: rb"{\rtf1 " + b"{" * deep + b"x" + b"}" * deep + b"}",
        "deep.eml": lambda: b"From: a@b\n" + b"".join(
            f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n".encode() for n in range(2_000)
        ) + b"\ntext\n",
        "attached.eml": lambda: b"From: a@b\n" + b"Content-Type: message/rfc822\n\n" * 5_000 + b"text",
        "wide.csv": lambda: b"a," * 2_000_000 + b"\n" + b"1," * 2_000_000,
        "quote.csv": lambda: b'a,b\n"' + b"x,y\n" * 3_000_000,
        "far-cell.xlsx": lambda: office.xlsx({"A": f"<sheetData>{_far_cells()}</sheetData>"}),
        "long-line.txt": lambda: b"a" * 30_000_000,
        "no-words.txt": lambda: b" \t" * 15_000_000 + b"x",
        "brackets.html": lambda: b"<" * 5_000_000,
        "comments.html": lambda: _html("<!--" * 500_000),
        "looped-xref.pdf": lambda: _looped_xref(),
        "looped-pages.pdf": lambda: _pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]),  # noqa: E501
        "count.pdf": lambda: _pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2000000000>>"]),
        "looped-outline.pdf": lambda: _looped_outline(),
        "zeros.xlsb": _zeros_as_xlsb,
        "pieces.doc": _overlapping_pieces,
        "nested.ppt": lambda: _nested_records(7_000),
        "deep.pdf": lambda: _pdf_of([b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * deep + b"]" * deep + b">>", b"<<>>"]),
    }  # fmt: skip


def _zeros_as_xlsb() -> bytes:
    return office.package({"xl/workbook.bin": b"no", "xl/worksheets/sheet1.bin": b"\0" * _BIG})


def _overlapping_pieces() -> bytes:
    """A Word file whose pieces all show the same stretch of it, up to twenty million characters."""
    length, shown = 20_000, 900
    fib = bytearray(0x8000)
    fib[:4], fib[0x4C:0x50] = b"\xec\xa5\xc1\0", struct.pack("<i", length * shown)
    starts = [number * length for number in range(shown + 1)]
    pieces = struct.pack(f"<{shown + 1}I", *starts) + struct.pack("<HIH", 0, 1 << 30, 0) * shown
    clx = b"\2" + struct.pack("<I", len(pieces)) + pieces
    fib[0x1A2:0x1AA] = struct.pack("<II", 0, len(clx))
    return ole({"WordDocument": bytes(fib), "0Table": clx})


def _nested_records(depth: int) -> bytes:
    """A presentation of containers within each other, each as long as the stream."""
    return ole({"PowerPoint Document": b"\x0f\0\xe8\x03\xff\xff\xff\x7f" * depth})


def _far_cells() -> str:
    return '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>' * 50


def _replaced(package: bytes, part: str, content: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return office.package(parts | {part: content})


def _pdf_of(objects: list[bytes], previous: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    content, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n" % (size, table, size, previous)
    return content + head + b"startxref\n%d\n%%%%EOF" % len(content)


def _looped_xref() -> bytes:
    page = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    at = len(_pdf_of(page).split(b"xref\n")[0])
    return _pdf_of(page, b"/Prev %d" % at)


def _looped_outline() -> bytes:
    return _pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            b"<</First 5 0 R/Last 5 0 R/Count 1>>",
            b"<</Title(a)/Parent 4 0 R/Next 5 0 R/First 5 0 R/Dest[3 0 R/Fit]>>",
        ]
    )
