"""Office packages for the tests, of no more parts than a test needs."""

import io
import zipfile
from collections.abc import Mapping, Sequence

DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
SLIDE = f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" {DRAWING}'
SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'

OPEN_DOCUMENT = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
        "presentation": "presentation", "svg": "svg-compatible", "meta": "meta",
    }.items()
)  # fmt: skip


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts, in their order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return file.getvalue()


def relations(*entries: tuple[str, str, str]) -> str:
    """A part of relations: id, kind, target of each."""
    listed = "".join(f'<Relationship Id="{i}" Type="http://x/{kind}" Target="{t}"/>' for i, kind, t in entries)
    return f"<Relationships>{listed}</Relationships>"


def core_properties(**values: str) -> dict[str, str]:
    """The parts that state a title, a creator and so on."""
    stated = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return {
        "_rels/.rels": relations(("c", "core-properties", "docProps/core.xml")),
        "docProps/core.xml": f"<coreProperties>{stated}</coreProperties>",
    }


def pptx(slides: Sequence[str], extra: Mapping[str, str] | None = None) -> bytes:
    """A presentation of slides, each given as the XML of its shapes; `extra` are further parts."""
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{number}" r:id="r{number}"/>' for number in numbers)
    parts = {
        "ppt/presentation.xml": f"<p:presentation {SLIDE} {RELATED}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*((f"r{n}", "slide", f"slides/slide{n}.xml") for n in numbers)),
    }
    for number, shapes in enumerate(slides, 1):
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        parts[f"ppt/slides/slide{number}.xml"] = f"<p:sld {SLIDE}>{tree}</p:sld>"
    return package({**parts, **(extra or {})})


def shape(*texts: str, kind: str | None = None, at: tuple[int, int] | None = None) -> str:
    """A shape with a paragraph per text; `kind` makes it a placeholder, `at` is left and top."""
    holder = "" if kind is None else f'<p:ph type="{kind}"/>'
    place = "" if at is None else f'<a:xfrm><a:off x="{at[0]}" y="{at[1]}"/><a:ext cx="90" cy="90"/></a:xfrm>'
    paragraphs = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)
    body = f"<p:spPr>{place}</p:spPr><p:txBody>{paragraphs}</p:txBody>"
    return f"<p:sp><p:nvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr>{body}</p:sp>"


def xlsx(sheets: Mapping[str, str], extra: Mapping[str, str] | None = None, settings: str = "") -> bytes:
    """A workbook of sheets by name, each given as the XML of its rows and what follows them; `extra`: further parts."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in zip(numbers, sheets, strict=True)
    )
    related = [(f"r{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    related += [("s", "sharedStrings", "sharedStrings.xml"), ("y", "styles", "styles.xml")]
    parts = {
        "xl/workbook.xml": f"<workbook {SHEET} {RELATED}>{settings}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(*related),
    }
    for number, rows in zip(numbers, sheets.values(), strict=True):
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {SHEET}>{rows}</worksheet>"
    return package({**parts, **(extra or {})})


def row(number: int, *cells: str, first: int = 0) -> str:
    """A row of cells from column `first` on: `=x` is a formula without result, `#x` a number, the rest text."""
    written = []
    for column, text in enumerate(cells, first):
        place = f'r="{"ABCDEFGHIJ"[column]}{number}"'
        if text.startswith("="):
            written.append(f"<c {place}><f>{text[1:]}</f></c>")
        elif text.startswith("#"):
            written.append(f"<c {place}><v>{text[1:]}</v></c>")
        elif text:
            written.append(f'<c {place} t="inlineStr"><is><t>{text}</t></is></c>')
    return f'<row r="{number}">{"".join(written)}</row>'


def odf(kind: str, body: str, extra: Mapping[str, str] | None = None, styles: str = "") -> bytes:
    """An OpenDocument package: `kind` is text, spreadsheet or presentation, `body` the XML of its content."""
    content = (
        f"<office:document-content {OPEN_DOCUMENT}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return package({"mimetype": mimetype, "content.xml": content, **(extra or {})})
