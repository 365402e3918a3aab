import pytest

import knowledge.parse.office.rtf
from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.office.rtf import parse_rtf


def parsed(body: str) -> Document:
    return parse_rtf(("{\\rtf1\\ansi\\ansicpg1252\\deff0 " + body + "}").encode("latin-1"), "name")


def text_of(body: str) -> str:
    return parsed(body).text


def test_paragraphs_are_a_blank_line_apart_and_breaks_are_not() -> None:
    assert text_of("One\\line two\\par Three\\par") == "One\ntwo\n\nThree"


def test_the_last_paragraph_needs_no_end() -> None:
    assert text_of("One") == "One"


def test_headings_are_known_by_outline_level_and_by_style() -> None:
    styles = "{\\stylesheet{\\s0 Normal;}{\\s2\\b heading 2;}{\\s7\\outlinelevel2 Mine;}}"
    document = parsed(styles + "{\\pard\\outlinelevel0 A\\par}\\pard\\s2 B\\par\\pard\\s7 C\\par\\pard\\s0 D\\par")

    assert [(h.level, h.title) for h in document.headings] == [(1, "A"), (2, "B"), (3, "C")]
    assert document.title == "A"


def test_lists_are_lines_with_their_depth() -> None:
    items = (
        "\\pard{\\listtext\\bullet\\tab}\\ls1\\ilvl0 one\\par\\pard{\\pntext a}\\ls1\\ilvl1 two\\par\\pard after\\par"
    )

    assert text_of(items) == "- one\n  - two\n\nafter"


def test_tables_are_pipe_tables() -> None:
    row = "\\trowd\\cellx1\\cellx2\\pard\\intbl {}\\cell {}\\cell\\row"
    document = parsed(row.format("a", "b|c") + row.format("one\\par two", "d") + "\\pard after\\par")

    assert document.text == "| a | b\\|c |\n| --- | --- |\n| one two | d |\n\nafter"
    assert document.blocks == ((0, document.text.index("\n\nafter")),)


def test_bytes_are_read_in_the_code_page_of_the_document_or_of_the_font() -> None:
    fonts = "{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 Mincho;}}"

    assert text_of(fonts + "caf\\'e9 {\\f1\\'ef\\'f0} {\\f2\\'93\\'fa\\'96\\'7b} \\'e9") == "café пр 日本 é"


def test_unicode_characters_replace_those_given_for_old_readers() -> None:
    assert text_of("\\u8364?\\uc2\\u-3913xy\\u20013\\'d6\\'d0.\\uc0\\u66 C") == "€•中.BC"


def test_halves_of_a_character_become_one() -> None:
    assert text_of("\\u-10179?\\u-8694?") == "😊"


def test_named_characters_and_escapes_are_decoded() -> None:
    assert text_of("a\\emdash b\\~c\\_d \\{e\\} \\\\ \\ldblquote f\\rdblquote") == "a—b c-d {e} \\ “f”"


def test_what_is_not_of_the_document_is_skipped_and_headers_come_last() -> None:
    skipped = (
        "{\\pict\\pngblip 89504e47}{\\header Head\\par}{\\*\\generator Word;}{\\*\\unknown x{y}}{\\v hidden}"
        "{\\colortbl;\\red0;}{\\pict\\bin4 }}}x}"
    )

    assert text_of("a" + skipped + "b") == "ab\n\nHead"


def test_a_link_is_its_words_and_its_address() -> None:
    link = '{\\field{\\*\\fldinst HYPERLINK "http://x/"}{\\fldrslt {\\ul here}}}'
    shown = '{\\field{\\*\\fldinst{HYPERLINK "http://www.x.example/"}}{\\fldrslt www.x.example}}'

    assert text_of(f"See {link} or {shown}.") == "See here (http://x/) or www.x.example."


def test_text_boxes_are_read_once() -> None:
    box = "{\\shp{\\*\\shpinst{\\sp{\\sn name}{\\sv value}}{\\shptxt \\pard boxed\\par}}{\\shprslt boxed}}"

    assert text_of(box + "\\pard after\\par") == "after\n\nboxed"


def test_footnotes_stand_at_the_end() -> None:
    assert text_of("Text{\\super 1}{\\footnote\\pard A note.}, more.\\par End.\\par") == (
        "Text¹, more.\n\nEnd.\n\nA note."
    )


def test_properties_name_title_and_author() -> None:
    document = parsed("{\\info{\\title Stated}{\\author Ad\\'e4}{\\creatim\\yr2024}}x\\par")

    assert (document.title, document.metadata) == ("Stated", {"author": "Adä"})


def test_a_file_cut_short_gives_what_it_has() -> None:
    assert parse_rtf(b"{\\rtf1 One\\par {\\b Two", "name").text == "One\n\nTwo"


def test_endless_groups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.office.rtf, "MAX_DEPTH", 5)
    with pytest.raises(Unreadable) as caught:
        text_of("{" * 6)

    assert caught.value.reason == "damaged RTF document: groups more than 5 deep"


def test_what_is_no_rtf_says_so() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_rtf(b"words", "name")

    assert caught.value.reason == "not an RTF document, despite its name"


def test_items_have_the_numbers_that_the_program_wrote() -> None:
    items = "".join(
        f"\\pard{{\\listtext\\pard\\plain {number}\\tab}}\\ls1\\ilvl{depth} {word}\\par"
        for number, depth, word in (("1.", 0, "Rent"), ("1.1", 1, "Due"), ("(a)", 2, "Late"), ("o", 0, "round"))
    )
    cell = "\\trowd\\intbl{\\listtext 2.\\tab}Kettle\\cell x\\cell\\row"

    assert text_of(items) == "1. Rent\n  - 1.1 Due\n    - (a) Late\n- round"
    assert text_of(cell).startswith("| 2. Kettle | x |")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("10{\\super 6} l", "10⁶ l"),
        ("10\\super\\u8722?6\\nosupersub  l", "10⁻⁶ l"),
        ("CO\\sub 2\\plain .", "CO₂."),
        ("x{\\up6 2}{\\up0 3}", "x²3"),
        ("{\\mmath{\\*\\moMath{\\mf{\\mfPr{\\mctrlPr x}}{\\mnum{\\mr 1}}{\\mden{\\mr 2}}}}} l", "1/2 l"),
    ],
)
def test_raised_digits_and_fractions_stay_apart(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("set_to", "text"),
    [("\\ffres1\\ffdefres0", "☑ Paid"), ("\\ffres0\\ffdefres1", "☐ Paid"), ("\\ffres25\\ffdefres1", "☑ Paid")],
)
def test_boxes_of_forms_are_ticked_or_not(set_to: str, text: str) -> None:
    data = f"{{\\*\\formfield{{\\fftype1{set_to}{{\\*\\ffname Check1}}}}}}"

    assert text_of(f"{{\\field{{\\*\\fldinst{{ FORMCHECKBOX {data}}}}}{{\\fldrslt}}}} Paid") == text


def test_an_asterisk_within_a_group_hides_nothing() -> None:
    assert text_of("{\\f1\\*\\cs7\\f2 The mill}{\\*\\unknown no} stands.") == "The mill stands."


def test_comments_follow_what_they_are_on() -> None:
    said = "{\\*\\atnid I}{\\*\\atnauthor Ines}\\chatn{\\*\\annotation{\\*\\atndate 1}\\pard Up to 40.}"

    assert text_of(f"Approved.{said}\\par Next.\\par") == "Approved.\n\n[Comment by Ines: Up to 40.]\n\nNext."


def test_headers_stand_once_and_pictures_are_told_as_lost() -> None:
    header = "{\\header\\pard Document no. 7\\par}"
    picture = "{\\*\\shppict{\\pict 89}}{\\nonshppict{\\pict 89}}"
    document = parsed(f"{header}Body.{picture}\\par{header}")

    assert document.text == "Body.\n\nDocument no. 7"
    assert document.losses == ("1 picture was not read",)
