"""Keep the vectors of the built-in personas' pages in step with the pages: `python -m benchmarks.page_vectors`.

Embeds what has no vector yet, with the default embedder, and writes `vectors.bin` beside each persona's pages, which
then need not be embedded on a person's machine. What a test asks of the files is in
`tests/assistant/test_page_vectors.py`.
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from assistant.home import Home
from assistant.workspace import Workspace
from knowledge.ledger.vector_file import write_vectors
from personas import BUILTIN_PERSONAS, VECTORS


def main() -> None:
    """Write the file of every persona that has pages."""
    for place in sorted(BUILTIN_PERSONAS.iterdir()):
        if (place / "knowledge").is_dir() and any((place / "knowledge").rglob("*.md")):
            embedder, vectors = embed_pages(place.name)
            write_vectors(place / VECTORS, embedder, vectors)
            print(f"{place.name}: {len(vectors)} vectors of {embedder}")


def embed_pages(persona_id: str) -> tuple[str, dict[bytes, bytes]]:
    """The embedder's name, and the vectors of the persona's pages by the hash of their text."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Home(Path(folder)))
        try:
            workspace.prepare_persona(persona_id)
        finally:
            workspace.close()
        ledger = sqlite3.connect(Path(folder) / "library" / "ledger.db")
        rows = ledger.execute("SELECT DISTINCT model, chunks.hash, vector FROM chunks JOIN vectors USING (hash)")
        found = rows.fetchall()
        ledger.close()
    (embedder,) = {model for model, _, _ in found}
    return embedder, {key: vector for _, key, vector in found}


if __name__ == "__main__":
    main()
