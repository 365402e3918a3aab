"""Word documents for tests, written as XML."""

from collections.abc import Mapping

from tests.knowledge.parse.office_files import package

_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
}
SPACES = " ".join(f'xmlns:{name}="{address}"' for name, address in _SPACES.items())
_ROOTS = {"numbering": "numbering", "styles": "styles", "comments": "comments", "footnotes": "footnotes"}


def docx(body: str, links: Mapping[str, str] | None = None, **parts: str) -> bytes:
    """A document with this body and these parts, as `comments`, `header1`; `links`: addresses by id."""
    related = "".join(
        f'<Relationship Id="{name}" Type="http://x/{name.rstrip("123")}" Target="{name}.xml"/>' for name in parts
    )
    related += "".join(
        f'<Relationship Id="{name}" Type="http://x/hyperlink" Target="{address}" TargetMode="External"/>'
        for name, address in (links or {}).items()
    )
    written = {
        f"word/{name}.xml": f"<w:{root} {SPACES}>{content}</w:{root}>"
        for name, content in parts.items()
        for root in [_ROOTS.get(name, "hdr" if name.startswith("header") else "ftr")]
        if not name.startswith("chart")
    }
    written |= {f"word/{name}.xml": content for name, content in parts.items() if name.startswith("chart")}
    return package(
        {
            "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{related}</Relationships>",
            **written,
        }
    )


def paragraph(content: str, properties: str = "") -> str:
    """A paragraph of runs, or of plain text."""
    runs = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(level: int, list_id: int = 1) -> str:
    """The properties of a paragraph in a list."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def level(number: int, pattern: str, number_format: str = "decimal", more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def lists(*levels: str, uses: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """The numbering of a document with one list of these levels."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{uses}'


def table(*rows: tuple[str, ...]) -> str:
    """A table, each cell given as its paragraphs."""
    written = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in written)}</w:tbl>"
