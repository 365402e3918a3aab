"""A file → a `Document`. Heavy parser libraries load when the first file of their format comes."""

from collections.abc import Callable, Mapping
from pathlib import Path

from knowledge.document import Document
from knowledge.parse.formats import format_of, machine_written, refuse_misnamed, unsupported_noun
from knowledge.parse.input import MAX_FILE_BYTES, Unreadable, printable, read_file
from knowledge.parse.mail.mail import parse_mail, parse_mbox
from knowledge.parse.mail.msg import parse_msg
from knowledge.parse.office.docx import parse_docx
from knowledge.parse.office.odf import parse_odp, parse_ods, parse_odt
from knowledge.parse.office.old_office import parse_old_office
from knowledge.parse.office.pptx import parse_pptx
from knowledge.parse.office.rtf import parse_rtf
from knowledge.parse.office.xlsx import parse_xlsx
from knowledge.parse.pdf.pdf import parse_pdf
from knowledge.parse.pdf.scanned import can_recognise, parse_image, parse_tiff
from knowledge.parse.text.code import FINDERS, code_parser
from knowledge.parse.text.data import parse_json, parse_json_lines, parse_plist, parse_sections, parse_yaml
from knowledge.parse.text.markdown import parse_markdown
from knowledge.parse.text.notebook import parse_notebook
from knowledge.parse.text.plain import parse_adoc, parse_org, parse_plain, parse_rst, parse_tex
from knowledge.parse.text.separated import parse_csv, parse_tsv
from knowledge.parse.web.epub import parse_epub
from knowledge.parse.web.html import parse_html
from knowledge.parse.web.xml import parse_svg, parse_xml

__all__ = [
    "MAX_CHARACTERS",
    "MAX_FILE_BYTES",
    "PARSER_VERSION",
    "Unreadable",
    "can_recognise",
    "parse",
    "supported",
    "unsupported_reason",
]

PARSER_VERSION = (
    1  # of what comes out: raised when another format is read, or one differently; files are then read again
)
MAX_CHARACTERS = 20_000_000

Parser = Callable[[bytes, str], Document]

_PARSERS: Mapping[str, Parser] = {
    ".md": parse_markdown,
    ".markdown": parse_markdown,
    ".txt": parse_plain,
    ".text": parse_plain,
    ".log": parse_plain,
    **dict.fromkeys((".srt", ".vtt", ".ics", ".vcf", ".bib"), parse_plain),
    **dict.fromkeys((".tex", ".ltx"), parse_tex),
    **dict.fromkeys((".adoc", ".asciidoc"), parse_adoc),
    ".rst": parse_rst,
    ".org": parse_org,
    ".csv": parse_csv,
    ".tsv": parse_tsv,
    ".tab": parse_tsv,
    ".pdf": parse_pdf,
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), parse_docx),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), parse_xlsx),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), parse_pptx),
    **dict.fromkeys((".odt", ".ott", ".fodt"), parse_odt),
    **dict.fromkeys((".ods", ".ots", ".fods"), parse_ods),
    **dict.fromkeys((".odp", ".otp", ".fodp"), parse_odp),
    ".rtf": parse_rtf,
    **dict.fromkeys((".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps"), parse_old_office),
    ".html": parse_html,
    ".htm": parse_html,
    ".xhtml": parse_html,
    ".epub": parse_epub,
    ".eml": parse_mail,
    ".emlx": parse_mail,
    ".mbox": parse_mbox,
    **dict.fromkeys((".json", ".geojson", ".jsonld", ".webmanifest"), parse_json),
    ".ipynb": parse_notebook,
    **{suffix: code_parser(finder) for suffix, finder in FINDERS.items()},
    **dict.fromkeys((".jsonl", ".ndjson"), parse_json_lines),
    **dict.fromkeys((".yaml", ".yml"), parse_yaml),
    **dict.fromkeys((".toml", ".ini", ".cfg", ".conf", ".properties"), parse_sections),
    **dict.fromkeys((".xml", ".rss", ".atom", ".opml", ".gpx", ".kml"), parse_xml),
    ".svg": parse_svg,
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"), parse_image),
    **dict.fromkeys((".tif", ".tiff"), parse_tiff),
    ".plist": parse_plist,
    **dict.fromkeys((".msg", ".oft"), parse_msg),
}


def supported(path: Path) -> bool:
    """Whether `parse` reads such files, judged by the name; where it has no ending, also by the first line."""
    return not unsupported_reason(path)


def unsupported_reason(path: Path) -> str:
    """Why such files are not read, with what to do about it; "" for those that `parse` reads."""
    if reason := machine_written(path):
        return reason
    if format_of(path) in _PARSERS:
        return ""
    noun, hint = unsupported_noun(path)
    if not noun:
        return f"format not supported: {path.suffix or 'no file ending'}"
    return f"{noun} ({hint[0].lower()}{hint[1:].rstrip('.')})" if hint else noun


def parse(path: Path) -> Document:
    """The file's text and structure. Its title is the file's stem where it names none itself.

    Raises Unreadable, with a reason for the person, for every file that has no text to give.
    """
    if reason := unsupported_reason(path):
        raise Unreadable(reason)
    suffix = format_of(path)
    data = read_file(path)
    refuse_misnamed(data, suffix)
    document = _PARSERS[suffix](data, printable(path.stem))
    if not document.text[document.body_start :].strip():
        raise Unreadable("no text in it")
    if len(document.text) > MAX_CHARACTERS:
        raise Unreadable(f"more than {MAX_CHARACTERS // 1_000_000} million characters of text", "Split it.")
    return document
