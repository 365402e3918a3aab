"""Prints the guide's table of formats, made from the parsers that Carrel has; `tests/test_readme.py` compares them.

PYTHONPATH=. python docs/formats.py
"""

import sys
import textwrap

from knowledge.parse.parsers import PARSERS

LINE = 110  # characters of a row
# A row's name, and the parsers that it speaks of: functions, or a module with all of its own.
ROWS = {
    "Markdown": "parse_markdown",
    "text": "parse_plain parse_tex parse_adoc parse_rst parse_org",
    "PDF": "parse_pdf",
    "Word": "parse_docx",
    "Excel": "parse_xlsx parse_xlsb",
    "PowerPoint": "parse_pptx",
    "Office before 2007": "parse_old_office",
    "OpenDocument": "parse_odt parse_ods parse_odp",
    "RTF": "parse_rtf",
    "mail": "parse_mail parse_mbox parse_msg",
    "calendar": "parse_calendar",
    "web pages": "parse_html parse_mhtml parse_webarchive",
    "e-books": "parse_epub",
    "Evernote, Obsidian": "parse_enex parse_canvas",
    "notebooks": "parse_notebook",
    "tables": "parse_csv parse_tsv",
    "data": "parse_json parse_json_lines parse_yaml parse_sections parse_plist parse_xml parse_svg",
    "pictures, scans": "parse_image parse_tiff",
    "source code": "code",
}


def table() -> str:
    """The table in Markdown. Raises KeyError for a parser that no row speaks of."""
    row_of = {parser: name for name, parsers in ROWS.items() for parser in parsers.split()}
    endings: dict[str, list[str]] = {name: [] for name in ROWS}
    for ending, parser in PARSERS.items():
        module, function = parser.split(":")
        endings[row_of["code" if module == "text.code" else function]].append(ending)
    lines = ["| format | endings |", "|---|---|"]
    for name, those in endings.items():
        for first, part in enumerate(textwrap.wrap(" ".join(those), LINE - len(name))):
            lines.append(f"| {'' if first else name} | {part} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
