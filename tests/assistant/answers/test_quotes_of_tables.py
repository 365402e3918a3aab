"""Rows looked up in tables that were indexed, without an embedder."""

from pathlib import Path

from assistant.answers.quoted import quoted_parts
from assistant.answers.quotes import best_quotes
from benchmarks.quote_tables import write_tables
from knowledge.library import Library


def test_rows_far_below_their_header_are_found_and_shown_below_it(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    asked = write_tables(folder, rows=100, questions=5)
    library = Library(tmp_path / "home", lambda name: None)
    library.add_folder(folder)
    library.sync()
    wrong = []
    for question, (row,), name in asked:
        quotes = best_quotes(question, library.searcher.search(question).passages)
        quoted = [(quote.citation.path.name, quote.citation.quote) for quote in quotes]
        if quoted != [(name, f"| {row} |")] or "---" not in next(quoted_parts(quotes)).markdown:
            wrong.append((question, quoted))
    library.close()
    assert wrong == []
