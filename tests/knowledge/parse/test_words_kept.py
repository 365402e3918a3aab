from pathlib import Path

import pytest

from benchmarks.words import compare, shares


def test_words_are_compared_with_those_of_another_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    texts = {"whole.md": "ten words of tea", "lost.md": "tea", "none.html": "<html></html>"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        (tmp_path / f"{name}.txt").write_text("ten words of tea, TEA" if name == "lost.md" else "Ten words of tea")
    found = list(compare(tmp_path))

    assert [(one.name, one.kept, one.words) for one in found] == [
        ("lost.md", 1, 5),
        ("none.html", 0, 4),
        ("whole.md", 4, 4),
    ]
    assert shares(found) == {".html": (0, 1), ".md": (1, 2)}
