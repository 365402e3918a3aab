from pathlib import Path

import pytest

from personas.persona import FrontMatter, PersonaInvalid, read_front_matter, read_persona_file

HEAD = "name: Cook\nsummary: Cooks."


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def problem_of(path: Path) -> str:
    with pytest.raises(PersonaInvalid) as caught:
        read_persona_file(path)
    assert str(path) in caught.value.hint
    return caught.value.problem


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "persona.md"


def test_every_key_arrives_with_its_type(file: Path) -> None:
    head = (
        HEAD
        + "\ntags: [food, wine]\nstarters:\n  - What is there?\npassages: 4\nwhere: year > 2000"
        + "\ntemperature: 0\nmax_tokens: 50"
    )
    write(file, f"---\n{head}\n---\nYou cook.\n".encode())
    expected = FrontMatter(
        name="Cook",
        summary="Cooks.",
        tags=("food", "wine"),
        starters=("What is there?",),
        passages=4,
        where="year > 2000",
        temperature=0,
        max_tokens=50,
    )
    assert read_persona_file(file) == (expected, "You cook.")


def test_keys_left_out_take_their_defaults(file: Path) -> None:
    front = read_front_matter(write(file, f"---\n{HEAD}\n---\n".encode()))
    assert (front.tags, front.starters, front.passages, front.temperature, front.max_tokens) == ((), (), 6, None, None)


def test_the_body_keeps_its_own_rules_and_paragraphs(file: Path) -> None:
    write(file, f"---\n{HEAD}\n---\n\nOne.\n\n---\n\nTwo.\n".encode())
    assert read_persona_file(file)[1] == "One.\n\n---\n\nTwo."


def test_windows_newlines_and_a_byte_order_mark_are_read(file: Path) -> None:
    write(file, b"\xef\xbb\xbf" + f"---\n{HEAD}\n---\nOne.\nTwo.\n".replace("\n", "\r\n").encode())
    assert read_front_matter(file).name == "Cook"
    assert read_persona_file(file)[1] == "One.\nTwo."


def test_the_head_is_read_without_the_body(file: Path) -> None:
    write(file, f"---\n{HEAD}\n---\n".encode() + b"\xff" * 5_000_000)
    assert read_front_matter(file).name == "Cook"


def test_a_head_longer_than_one_read_is_found_whole(file: Path) -> None:
    long = "summary: " + "é" * 1200
    assert len(read_front_matter(write(file, f"---\nname: Cook\n{long}\n---\n".encode())).summary) == 1200


@pytest.mark.parametrize("padding", range(1010, 1025))
def test_a_closing_line_across_two_reads_is_recognised(file: Path, padding: int) -> None:
    head = "---\nname: Cook\nsummary: "
    write(file, (head + "x" * (padding - len(head)) + "\n---\nBody").encode())
    assert read_front_matter(file).name == "Cook"


def test_dashes_inside_a_value_do_not_close_the_head(file: Path) -> None:
    write(file, b"---\nname: Cook\nsummary: |\n  a\n  ---\n  b\ntags: [x]\n---\nBody")
    assert read_front_matter(file).tags == ("x",)


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (HEAD + "\nstarter: []", "`starter` is not a known key; did you mean `starters`"),
        (HEAD + "\nmodel: x", "known keys are name, summary, tags"),
        ("summary: Cooks.", "`name` is missing"),
        ("name: Cook", "`summary` is missing"),
        ("name: 7\nsummary: Cooks.", "`name` must be text"),
        ("name: ' '\nsummary: Cooks.", "`name` must be text"),
        (HEAD + "\ntags: food", "`tags` must be a list of words"),
        (HEAD + "\nstarters: [1]", "`starters` must be a list of questions"),
        (HEAD + "\npassages: 0", "`passages` must be a whole number from 1 to 20"),
        (HEAD + "\nwhere: [a]", "`where` must be a filter in quotes"),
        (HEAD + "\npassages: true", "`passages` must be a whole number from 1 to 20"),
        (HEAD + "\ntemperature: hot", "`temperature` must be a number from 0 to 2"),
        (HEAD + "\ntemperature: 2.1", "`temperature` must be a number from 0 to 2"),
        (HEAD + "\nmax_tokens: 1.5", "`max_tokens` must be a whole number from 1 to 32768"),
        ("- a\n- b", "its front matter must be lines of `key: value`"),
        ("name: Cook\nsummary: [", "its front matter is not YAML (line 4: "),
    ],
)
def test_a_wrong_front_matter_is_named_with_key_and_expectation(file: Path, head: str, problem: str) -> None:
    assert problem in problem_of(write(file, f"---\n{head}\n---\nBody".encode()))


def test_an_object_tag_is_refused_and_never_built(file: Path) -> None:
    head = "name: !!python/object/apply:os.getcwd []\nsummary: x"
    assert "its front matter is not YAML" in problem_of(write(file, f"---\n{head}\n---\n".encode()))


@pytest.mark.parametrize("data", [b"", b"name: Cook\n", b"----\nname: Cook\n---\n"])
def test_a_file_without_a_head_is_refused(file: Path, data: bytes) -> None:
    assert problem_of(write(file, data)) == "its first line is not `---`"


@pytest.mark.parametrize("data", [b"---\nname: Cook\n", b"---\nname: Cook\n" + b"# more\n" * 1000 + b"---\n"])
def test_front_matter_that_is_not_closed_within_4_kib_is_refused(file: Path, data: bytes) -> None:
    write(file, data)
    assert problem_of(file) == "no line `---` closes its front matter within 4 KiB"
    with pytest.raises(PersonaInvalid, match="within 4 KiB"):
        read_front_matter(file)


def test_other_encodings_are_refused(file: Path) -> None:
    assert problem_of(write(file, "---\nname: Köchin\nsummary: x\n---\n".encode("latin-1"))) == "it is not UTF-8 text"


def test_a_missing_file_is_refused(file: Path) -> None:
    assert "it cannot be read" in problem_of(file)
