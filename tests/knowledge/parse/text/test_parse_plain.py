from knowledge.parse.text.plain import parse_adoc, parse_org, parse_plain, parse_rst, parse_tex

RST = b"""====
Main
====

Part one
--------

text

Detail
~~~~~~

Part two
--------

not
--

a table::

   ====  ====
   a     b
   ====  ====

----

end
"""

ORG = b"""#+TITLE: My notes
* TODO [#A] First thing   :work:home:
text with *bold*
** Second
#+BEGIN_SRC sh
ls
#+END_SRC
*not a heading*
"""


def test_plain_text_has_no_headings() -> None:
    document = parse_plain(b"# A\r\n\r\n=====\n", "name")

    assert (document.text, document.title, document.headings) == ("# A\n\n=====\n", "name", ())


def test_rst_levels_follow_the_order_of_styles() -> None:
    document = parse_rst(RST, "name")

    assert [(h.level, h.title) for h in document.headings] == [
        (1, "Main"), (2, "Part one"), (3, "Detail"), (2, "Part two"),
    ]  # fmt: skip


def test_rst_headings_start_at_their_overline_or_title() -> None:
    document = parse_rst(RST, "name")

    assert [document.text[h.start :].split("\n")[0] for h in document.headings] == [
        "====", "Part one", "Detail", "Part two",
    ]  # fmt: skip


def test_rst_title_is_the_first_heading() -> None:
    assert parse_rst(RST, "name").title == "Main"
    assert parse_rst(b"text", "name").title == "name"


def test_org_headings_are_without_keywords_and_tags() -> None:
    assert [(h.level, h.title) for h in parse_org(ORG, "name").headings] == [(1, "First thing"), (2, "Second")]


def test_org_source_blocks_are_kept_whole() -> None:
    document = parse_org(ORG, "name")

    assert [document.text[a:b] for a, b in document.blocks] == ["#+BEGIN_SRC sh\nls\n#+END_SRC"]


def test_org_title_is_the_one_it_states() -> None:
    assert parse_org(ORG, "name").title == "My notes"
    assert parse_org(b"* A", "name").title == "name"


def test_asciidoc_headings_are_marked_by_equals_signs() -> None:
    document = parse_adoc(b"= Title\n\n== Part one\n\na == b\n", "file")

    assert document.title == "Title"
    assert [(h.start, h.level, h.title) for h in document.headings] == [(0, 1, "Title"), (9, 2, "Part one")]


def test_latex_headings_are_sections_from_the_outermost_on() -> None:
    document = parse_tex(b"\\section{One}\nx\n\\subsection*[s]{Two}\n% text\n", "file")

    assert [(h.start, h.level, h.title) for h in document.headings] == [(0, 1, "One"), (16, 2, "Two")]
