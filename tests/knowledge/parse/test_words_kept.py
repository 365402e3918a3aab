from pathlib import Path

import pytest

from benchmarks.words import compare, shares, words_of
from tests.knowledge.parse.office.docx_files import docx, paragraph


def test_words_are_compared_with_those_of_another_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    texts = {"whole.md": "ten words of tea", "lost.md": "tea", "none.html": "<html></html>"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        (tmp_path / f"{name}.txt").write_text("ten words of tea, TEA" if name == "lost.md" else "Ten words of tea")
    found = list(compare(tmp_path))

    assert [(one.name, one.kept, one.words) for one in found] == [
        ("none.html", 0, 4),
        ("lost.md", 1, 5),
        ("whole.md", 4, 4),
    ]
    assert {kind: (counted.kept, counted.files) for kind, counted in shares(found).items()} == {
        ".html": (0, 1),
        ".md": (1, 2),
    }


def test_words_are_those_that_all_readers_of_a_document_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (tmp_path / "lease.docx").write_bytes(docx(paragraph("Lease of the mill") + paragraph("<w:p/>")))
    (tmp_path / "page.html").write_text("<title>No</title><script>no</script><p>Ten <b>wor</b>ds<div>of tea</div>")
    (tmp_path / "list.csv").write_text("a,b")  # which no other reader is for
    (tmp_path / "no.html").write_text("<p hidden></p>")
    found = list(compare(tmp_path))

    assert [(one.name, one.kept, one.words, one.readers) for one in found] == [
        ("lease.docx", 4, 4, "XML parts"),
        ("no.html", 0, 0, "html.parser"),
        ("page.html", 4, 4, "html.parser"),
    ]
    assert shares(found)[".html"].unread == 1


@pytest.mark.parametrize(
    ("text", "is_sheet", "words"),
    [
        ("1,000 litres of 10⁶", False, ["1000", "106", "litres", "of"]),
        ("155 160 op\xadtional", False, ["155", "160", "optional"]),
        ("57.859425% #REF! Err:502 tea", True, ["57", "tea"]),
    ],
)
def test_words_have_one_form_each(text: str, is_sheet: bool, words: list[str]) -> None:
    assert sorted(words_of(text, is_sheet)) == words
