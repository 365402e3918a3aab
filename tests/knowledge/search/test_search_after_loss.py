"""A search over an index that knows chunks which the ledger does not have any more."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from knowledge.library import Library
from tests.embedders import RankedWordsEmbedder


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_chunks_that_the_ledger_lost_are_not_found(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("".join(f"# Part {n}\n\nkettle {n} zz{n}\n\n" for n in range(200)))
    library = Library(tmp_path / "home", lambda name: RankedWordsEmbedder())
    library.add_folder(notes)
    library.sync()
    library.close()
    ledger = sqlite3.connect(tmp_path / "home" / "ledger.db")
    with ledger:
        ledger.execute("DELETE FROM vectors")
        ledger.execute("DELETE FROM chunks")
        ledger.execute("DELETE FROM pending")
    ledger.close()
    library = Library(tmp_path / "home", lambda name: RankedWordsEmbedder())
    assert library.searcher.search("Which kettle is part of zz3?").passages == ()
    library.close()


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_an_older_copy_of_the_index_is_not_taken_for_the_one_that_was_left(tmp_path: Path) -> None:
    notes, index = tmp_path / "notes", tmp_path / "home" / "index"
    notes.mkdir()
    for name in "abc":
        (notes / f"{name}.md").write_text(f"kettle {name}\n")
    for copy in (tmp_path / "older", tmp_path / "newer"):
        library = Library(tmp_path / "home", lambda name: RankedWordsEmbedder())
        library.add_folder(notes)
        library.sync()
        library.close()
        shutil.copytree(index, copy)
        (notes / "a.md").unlink(missing_ok=True)
    shutil.rmtree(index)
    shutil.copytree(tmp_path / "older", index)
    library = Library(tmp_path / "home", lambda name: RankedWordsEmbedder())
    assert {p.path.name for p in library.searcher.search("kettle").passages} == {"b.md", "c.md"}
    library.close()
    assert _indexed_rows(index) == 2


def _indexed_rows(index: Path) -> int:
    import lancedb

    (table,) = (path for path in index.glob("*/*.lance") if not path.parent.name.endswith(".damaged"))
    rows: int = lancedb.connect(table.parent).open_table(table.stem).count_rows()
    return rows
