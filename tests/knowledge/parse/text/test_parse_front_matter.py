import pytest

from knowledge.parse.text.markdown import read_front_matter


def test_scalars_keep_their_types() -> None:
    metadata, _ = read_front_matter("---\nname: Ada\nage: 36\nscore: 1.5\ndraft: true\n---\n")

    assert metadata == {"name": "Ada", "age": 36, "score": 1.5, "draft": True}


def test_the_body_begins_after_the_closing_line() -> None:
    text = "---\na: 1\n---\nBody"

    assert text[read_front_matter(text)[1] :] == "Body"


def test_dates_become_iso_strings() -> None:
    assert read_front_matter("---\nday: 2024-02-29\n---\n")[0] == {"day": "2024-02-29"}


def test_lists_become_tuples_of_strings() -> None:
    assert read_front_matter("---\ntags: [a, 2, {x: y}]\n---\n")[0] == {"tags": ("a", "2")}


def test_nested_mappings_and_nothing_are_left_out() -> None:
    assert read_front_matter("---\na: {b: c}\nd:\ne: f\n---\n")[0] == {"e": "f"}


@pytest.mark.parametrize(
    "text",
    [
        "---\na: [1\n---\n",
        "---\nday: 2024-13-45\n---\n",
        "---\njust words\n---\n",
        "---\na: 1\n",
        "a: 1\n---\n",
        " ---\na: 1\n---\n",
        "---\na: !!python/object:os.system x\n---\n",
        "---\na: " + "[" * 9000 + "\n---\n",
        "---\nx: &x {a: 1}\ny: {<<: *x}\n---\n",
    ],
)
def test_what_is_not_front_matter_is_text(text: str) -> None:
    assert read_front_matter(text) == ({}, 0)


def test_numbers_a_database_cannot_hold_are_left_out() -> None:
    assert read_front_matter(f"---\na: {10**30}\nb: .nan\nc: .inf\n---\n")[0] == {}


def test_lone_surrogates_are_replaced_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("yaml.CSafeLoader", raising=False)

    assert read_front_matter('---\na: "x\\ud800"\n---\n')[0] == {"a": "x\ufffd"}
