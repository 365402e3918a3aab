"""The parser of each format; its module, and the libraries it needs, load with the first file of that format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from knowledge.document import Document
from knowledge.parse.formats import (
    describe_unsupported,
    format_of,
    generated_reason,
    refuse_misnamed,
)
from knowledge.parse.input import NO_TEXT, Unreadable, printable, read_file

# Raised when another format is read, or one differently; files are then read again.
PARSER_VERSION = 5
MAX_CHARACTERS = 20_000_000

Parser = Callable[[bytes, str], Document]

# File name endings → module and function, within knowledge.parse.
PARSERS = {
    f".{ending}": parser
    for parser, endings in {
        "text.markdown:parse_markdown": "md markdown mdx rmd qmd mkd mdown",
        "text.plain:parse_plain": "txt text log srt vtt vcf bib",
        "text.plain:parse_tex": "tex ltx",
        "text.plain:parse_adoc": "adoc asciidoc",
        "text.plain:parse_rst": "rst",
        "text.plain:parse_org": "org",
        "text.separated:parse_csv": "csv",
        "text.separated:parse_tsv": "tsv tab",
        "text.notebook:parse_notebook": "ipynb",
        "text.canvas:parse_canvas": "canvas",
        "text.data:parse_json": "json geojson jsonld webmanifest",
        "text.data:parse_json_lines": "jsonl ndjson",
        "text.data:parse_yaml": "yaml yml",
        "text.data:parse_sections": "toml ini cfg conf properties",
        "text.data:parse_plist": "plist",
        "text.code:parse_python": "py pyi pyw pyx",
        "text.code:parse_c": "c h cc cpp cxx hh hpp hxx cs m mm cu cuh ino",
        "text.code:parse_java": "java go rs kt kts swift scala dart zig proto",
        "text.code:parse_javascript": "js jsx mjs cjs ts tsx mts cts php groovy gradle",
        "text.code:parse_shell": "sh bash zsh fish pl pm r ps1 psm1 awk tcl",
        "text.code:parse_ruby": "rb rake cr",
        "text.code:parse_elixir": "ex exs",
        "text.code:parse_basic": "vb bas vbs",
        "text.code:parse_lua": "lua",
        "text.code:parse_julia": "jl",
        "text.code:parse_sql": "sql",
        "text.code:parse_other_code": (
            "css scss sass less vue svelte xsl xslt xsd dtd bat cmd hs ml mli fs clj lisp el erl f90 f pas asm s v sv "
            "vhd cmake mk tf hcl nix graphql gql thrift vim diff patch jinja j2 erb ejs hbs twig liquid mustache"
        ),
        "web.html:parse_html": "html htm xhtml",
        "web.archive:parse_mhtml": "mht mhtml",
        "web.archive:parse_webarchive": "webarchive",
        "web.archive:parse_enex": "enex",
        "web.epub:parse_epub": "epub",
        "web.xml:parse_xml": "xml rss atom opml gpx kml",
        "web.xml:parse_svg": "svg",
        "mail.mail:parse_mail": "eml emlx",
        "mail.mail:parse_mbox": "mbox",
        "mail.calendar:parse_calendar": "ics ical ifb",
        "mail.msg:parse_msg": "msg oft",
        "office.word.docx:parse_docx": "docx docm dotx dotm",
        "office.xlsx:parse_xlsx": "xlsx xlsm xltx xltm",
        "office.pptx:parse_pptx": "pptx pptm ppsx ppsm potx potm",
        "office.odf:parse_odt": "odt ott fodt",
        "office.odf:parse_ods": "ods ots fods",
        "office.odf:parse_odp": "odp otp fodp",
        "office.rtf:parse_rtf": "rtf",
        "old_office.old_office:parse_old_office": "doc dot xls xlt ppt pps pot",
        "old_office.sheets:parse_xlsb": "xlsb",
        "pdf.pdf:parse_pdf": "pdf",
        "pdf.scans:parse_image": "png jpg jpeg webp bmp gif",
        "pdf.scans:parse_tiff": "tif tiff",
    }.items()
    for ending in endings.split()
}


def supported(path: Path) -> bool:
    """Tell if `parse` reads such files, judged by the name; without an ending, also by the first line."""
    return not unsupported_reason(path)


def unsupported_reason(path: Path) -> str:
    """Say why such files are not read and what to do about it; "" for those that `parse` reads."""
    if reason := generated_reason(path):
        return reason
    if format_of(path) in PARSERS:
        return ""
    noun, hint = describe_unsupported(path)
    if not noun:
        return f"format not supported: {path.suffix or 'no file ending'}"
    return f"{noun} ({hint[0].lower()}{hint[1:].rstrip('.')})" if hint else noun


def parse(path: Path) -> Document:
    """The file's text and structure. Its title is the file's stem where it names none itself.

    Raises Unreadable, with a reason for the user, for every file that has no text to give.
    """
    if reason := unsupported_reason(path):
        raise Unreadable(reason)
    return parse_bytes(read_file(path), format_of(path), printable(path.stem))


def parse_bytes(data: bytes, suffix: str, name: str) -> Document:
    """The text and structure of a file's bytes, in the format of `suffix`. Raises as `parse` does."""
    refuse_misnamed(data, suffix)
    document = parser_of(suffix)(data, name)
    if not document.text[document.body_start :].strip():
        raise Unreadable(NO_TEXT)
    if len(document.text) > MAX_CHARACTERS:
        raise Unreadable(f"more than {MAX_CHARACTERS // 1_000_000} million characters of text", "Split it.")
    return document


def parser_of(suffix: str) -> Parser:
    """The parser for files that end in `suffix`, in lower case. Raises KeyError where there is none."""
    module, function = PARSERS[suffix].split(":")
    parser: Parser = getattr(import_module(f"knowledge.parse.{module}"), function)
    return parser
