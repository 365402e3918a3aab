import pytest

from knowledge.document import Document
from knowledge.parse.web.html import parse_html


def parsed(html: str) -> Document:
    return parse_html(html.encode(), "name")


def text_of(html: str) -> str:
    return parsed(html).text


def test_blocks_stand_apart_and_inline_marks_do_not() -> None:
    assert text_of("<p>One <b>bo</b>ld\n word</p><div>two<br>three</div>") == "One bold word\n\ntwo\nthree"


def test_a_page_without_a_body_is_read_from_its_first_section_on() -> None:
    page = "<!doctype html><meta charset=utf-8><title>Tour</title><section><h1>Mill</h1></section> and <p>Old.</p>Out."

    assert text_of(page) == "Mill\n\nand\n\nOld.\n\nOut."
    assert parsed(page).title == "Tour"
    assert text_of("<title>Tour</title><article>Mill</article>") == "Mill"


def test_adjacent_blocks_and_cells_never_glue_words() -> None:
    assert text_of("<div>a</div><div>b</div>c<section>d</section>") == "a\n\nb\n\nc\n\nd"


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<template>x</template>",
        "<noscript>x</noscript>",
        "<p hidden>x</p>",
        '<div style="color: red; display: none">x</div>',
        "<!-- x -->",
        "<svg><title>x</title></svg>",
        "<select><option>x</select>",
    ],
)
def test_what_is_not_shown_is_not_read(html: str) -> None:
    assert text_of(f"<p>a</p>{html}<p>b</p>") == "a\n\nb"


def test_words_after_a_hidden_element_are_kept() -> None:
    assert text_of("<p>a <span hidden>x</span>b</p>") == "a b"


def test_headings_have_levels_and_exact_places() -> None:
    document = parsed("<h1>Main <em>title</em></h1><p>x</p><h3>\n Sub </h3>")

    assert [(h.level, h.title) for h in document.headings] == [(1, "Main title"), (3, "Sub")]
    assert all(document.text[h.start :].startswith(h.title) for h in document.headings)


def test_navigation_and_footer_around_the_main_part_are_left_out() -> None:
    html = "<nav>menu</nav><main><h1>A</h1><footer>kept</footer></main><footer>imprint</footer>"

    assert text_of(html) == "A\n\nkept"


def test_without_a_main_part_everything_is_kept() -> None:
    assert text_of("<nav>menu</nav><p>a</p><footer>imprint</footer>") == "menu\n\na\n\nimprint"


def test_lists_are_lines_with_their_depth() -> None:
    assert text_of("<ul><li>a<ul><li><p>b</p></li></ul></li><li>c</ul><p>d") == "- a\n  - b\n- c\n\nd"


def test_a_table_becomes_pipe_rows_and_a_block() -> None:
    document = parsed("<p>x</p><table><tr><th>a<th>b<tr><td>1<td>2<br>3</table>")

    assert document.text == "x\n\n| a | b |\n| --- | --- |\n| 1 | 2 3 |"
    assert [document.text[start:end][:9] for start, end in document.blocks] == ["| a | b |"]


def test_spanning_cells_keep_the_columns_in_line() -> None:
    html = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>"

    assert text_of(html) == "| a | b |  |\n| --- | --- | --- |\n|  | c | d |"


def test_a_table_for_layout_is_read_as_text() -> None:
    assert text_of("<table><tr><td>menu<td><h1>A</h1><p>b</table>") == "menu\n\nA\n\nb"
    assert text_of("<table><tr><td>one<tr><td>two</table>") == "one\n\ntwo"


def test_preformatted_text_keeps_its_shape() -> None:
    document = parsed("<pre>\ndef f():\n    <b>return</b> 1\n</pre>")

    assert document.text == "def f():\n    return 1"
    assert document.blocks == ((0, len(document.text)),)


def test_title_is_the_pages_then_its_heading_then_the_name() -> None:
    assert parsed("<title> A\n page </title><h1>Head</h1>").title == "A page"
    assert parsed("<h1>Head</h1>").title == "Head"
    assert parsed("<p>x").title == "name"


def test_the_pages_own_description_is_metadata() -> None:
    html = '<head><meta name="Author" content="Ada"><meta name="viewport" content="x"></head><p>x'

    assert parsed(html).metadata == {"author": "Ada"}


@pytest.mark.parametrize(
    "declaration",
    ['<meta charset="windows-1251">', '<meta http-equiv="Content-Type" content="text/html; charset=cp1251">'],
)
def test_the_declared_encoding_is_used(declaration: str) -> None:
    assert parse_html(f"{declaration}<p>Привет".encode("cp1251"), "name").text == "Привет"


def test_entities_of_the_page_cannot_reach_files() -> None:
    html = '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/hostname">]><p>a&e;b'

    assert text_of(html).endswith("a&e;b")


@pytest.mark.parametrize("html", ["<!-- only -->", "<html></html>", "<", "<frameset><frame></frameset>"])
def test_pages_with_next_to_nothing_do_no_harm(html: str) -> None:
    assert text_of(html) in ("", "<")


def test_deep_nesting_is_read_as_far_as_it_goes() -> None:
    assert text_of("top" + "<div>" * 5000 + "bottom").startswith("top")


def test_a_table_of_absurd_spans_stays_small() -> None:
    html = "<table>" + "<tr>" + "<td colspan=1000 rowspan=1000>a" * 3000 + "<tr><td>b" * 3000

    assert len(text_of(html)) < 1_000_000


def test_the_address_behind_a_link_is_read() -> None:
    page = b'<p>Book on the <a href="https://rooms.example.org/book?id=42">booking page</a> today, or see <a'
    page += b' href="https://example.org">example.org</a> and <a href="/prices">prices</a>.</p>'
    text = "Book on the booking page (https://rooms.example.org/book?id=42) today, or see example.org and prices."
    assert parse_html(page, "page").text == text


def test_addresses_of_a_paragraph_full_of_links_are_left_out() -> None:
    links = ", ".join(f'<a href="https://example.org/{n}">Word {n}</a>' for n in range(4))
    assert parse_html(f"<p>See {links}.</p>".encode(), "page").text == "See Word 0, Word 1, Word 2, Word 3."
