import json
import plistlib
from itertools import pairwise

import pytest

import knowledge.parse.text.nested_data
from knowledge.document import Document
from knowledge.parse.input import Unreadable
from knowledge.parse.text.data import parse_json, parse_json_lines, parse_plist, parse_sections, parse_yaml

LONG = "A sentence about the weather that goes on for a while. " * 20


def from_json(value: object) -> Document:
    return parse_json(json.dumps(value, ensure_ascii=False).encode(), "file")


def test_values_stand_behind_their_keys() -> None:
    assert from_json({"sku": "G-1", "price": 12.50, "sold": True, "note": None, "tags": ["a", "b"]}).text == (
        "sku: G-1\nprice: 12.5\nsold: true\ntags: a, b"
    )


def test_numbers_stay_as_they_are_written() -> None:
    assert parse_json(b'{"version": 1.10, "id": 123456789012345678901234567890}', "file").text == (
        "version: 1.10\nid: 123456789012345678901234567890"
    )


def test_brief_inner_values_are_named_by_their_path() -> None:
    assert from_json({"a": {"b": {"c": 1}, "d": 2}}).text == "a.b.c: 1\na.d: 2"


def test_flat_records_become_a_table_that_is_not_cut() -> None:
    document = from_json([{"name": "Trowel", "price": 1}, {"name": "Can", "made": {"in": "IT"}}])
    start, end = document.blocks[0]

    assert document.text[start:end] == (
        "| name | price | made.in |\n| --- | --- | --- |\n| Trowel | 1 |  |\n| Can |  | IT |"
    )


def test_a_table_within_is_headed_by_its_key() -> None:
    document = from_json({"year": 2020, "items": [{"a": 1}, {"a": 2}]})

    assert [(h.level, h.title) for h in document.headings] == [(1, "items")]
    assert document.text == "year: 2020\n\nitems\n\n| a |\n| --- |\n| 1 |\n| 2 |"


def test_long_records_are_headed_by_their_titles() -> None:
    document = from_json([{"title": "Rain", "text": LONG}, {"title": "Sun", "text": "Brief."}])

    assert [h.title for h in document.headings] == ["Rain", "Sun"]
    assert document.text.endswith("Sun\n\ntitle: Sun\ntext: Brief.")


def test_brief_records_of_several_kinds_stand_apart() -> None:
    assert from_json([{"a": [{"x": 1}, 5]}, {"b": 2}]).text == "a 1.x: 1\na 2: 5\n\nb: 2"


def test_every_heading_begins_where_it_says() -> None:
    document = from_json({"one": {"title": "First", "text": LONG, "more": {"deep": LONG}}, "two": [LONG, LONG]})

    assert [h.title for h in document.headings] == ["one: First", "more", "two"]
    assert all(document.text[h.start :].startswith(h.title) for h in document.headings)
    assert all(a.start < b.start for a, b in pairwise(document.headings))


def test_malformed_json_is_given_as_it_stands() -> None:
    text = '{"a": 1, // a comment\n "b": }'

    assert parse_json(text.encode(), "file").text == text


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500])
def test_bottomless_json_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse_json(data, "file")


def test_json_lines_are_one_table() -> None:
    assert parse_json_lines(b'{"a": 1}\n\n{"a": 2}\n', "file").text == "| a |\n| --- |\n| 1 |\n| 2 |"


def test_a_broken_line_leaves_json_lines_as_they_stand() -> None:
    assert parse_json_lines(b'{"a": 1}\n{"a"\n', "file").text == '{"a": 1}\n{"a"\n'


def test_yaml_is_its_own_text_headed_by_its_outermost_keys() -> None:
    text = "# why\nname: x\nservers:\n  one: 1\nlist:\n- a\n- b\n"
    document = parse_yaml(text.encode(), "file")

    assert document.text == text
    assert [(h.start, h.title) for h in document.headings] == [(14, "servers"), (32, "list")]


@pytest.mark.parametrize("text", ["- a: 1\n- a: 2\n", "---\n# all of them\nitems:\n  - a: 1\n  - a: 2\n"])
def test_a_yaml_list_of_records_is_a_table(text: str) -> None:
    assert parse_yaml(text.encode(), "file").text.endswith("| a |\n| --- |\n| 1 |\n| 2 |")


@pytest.mark.parametrize("text", ["- !Ref x\n- {a: b\n", "- " * 100_000, "- " + "[" * 100_000, "- *unknown\n"])
def test_malformed_yaml_is_given_as_it_stands(text: str) -> None:
    assert parse_yaml(text.encode(), "file").text == text


def test_yaml_that_unfolds_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge.parse.text.nested_data, "MAX_NODES", 10_000)
    levels = "".join(f"  - &n{n} {{a: [{', '.join([f'*n{n - 1}'] * 10)}]}}\n" for n in range(1, 12))
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse_yaml(f"items:\n  - &n0 {{a: b}}\n{levels}".encode(), "file")


def test_toml_and_ini_are_their_own_text_headed_by_their_sections() -> None:
    text = 'title = "x"  # [no]\n[server.one]\nport = 1\n[[items]]\nlist = [1, 2]\n'
    document = parse_sections(text.encode(), "file")

    assert document.text == text
    assert [h.title for h in document.headings] == ["server.one", "items"]


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_property_lists_are_read(kind: plistlib.PlistFormat) -> None:
    assert parse_plist(plistlib.dumps({"Name": "Ann", "Age": 3}, fmt=kind), "file").text == "Age: 3\nName: Ann"


@pytest.mark.parametrize("data", [b"bplist00junk", b"<plist><dict><key>", b"words", b"\xff\xfe\0"])
def test_a_damaged_property_list_says_so(data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged property list"):
        parse_plist(data, "file")
