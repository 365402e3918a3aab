"""A search over an index that knows chunks which the ledger does not have any more."""

import shutil
import sqlite3

import numpy as np
import pytest

from knowledge.library import Library


class Words:
    """Texts as vectors: one number for each letter."""

    name, dimensions, max_tokens = "letters", 26, 256

    def embed(self, texts):
        rows = np.array([[1e-3 + text.lower().count(chr(97 + n)) for n in range(26)] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_question(self, question):
        return self.embed([question])[0]

    def token_counts(self, texts):
        return [len(text.split()) + 2 for text in texts]

    def piece_ranks(self, words):
        return [[2 ** len(word)] for word in words]

    def close(self):
        pass


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_chunks_that_the_ledger_lost_are_not_found(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("".join(f"# Part {n}\n\nkettle {n} zz{n}\n\n" for n in range(200)))
    library = Library(tmp_path / "home", lambda name: Words())
    library.add_folder(notes)
    library.sync()
    library.close()
    ledger = sqlite3.connect(tmp_path / "home" / "ledger.db")
    with ledger:
        ledger.execute("DELETE FROM vectors")
        ledger.execute("DELETE FROM chunks")
        ledger.execute("DELETE FROM pending")
    ledger.close()
    library = Library(tmp_path / "home", lambda name: Words())
    assert library.searcher.search("Which kettle is part of zz3?").passages == ()
    library.close()


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_an_older_copy_of_the_index_is_not_taken_for_the_one_that_was_left(tmp_path):
    notes, index = tmp_path / "notes", tmp_path / "home" / "index"
    notes.mkdir()
    for name in "abc":
        (notes / f"{name}.md").write_text(f"kettle {name}\n")
    for copy in (tmp_path / "older", tmp_path / "newer"):
        library = Library(tmp_path / "home", lambda name: Words())
        library.add_folder(notes)
        library.sync()
        library.close()
        shutil.copytree(index, copy)
        (notes / "a.md").unlink(missing_ok=True)
    shutil.rmtree(index)
    shutil.copytree(tmp_path / "older", index)
    library = Library(tmp_path / "home", lambda name: Words())
    assert {p.path.name for p in library.searcher.search("kettle").passages} == {"b.md", "c.md"}
    library.close()
    assert _indexed_rows(index) == 2


def _indexed_rows(index):
    import lancedb

    (table,) = (path for path in index.glob("*/*.lance") if not path.parent.name.endswith(".damaged"))
    return lancedb.connect(table.parent).open_table(table.stem).count_rows()
