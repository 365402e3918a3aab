"""Built-in personas bring the vectors of their pages, as the embedder makes them: nothing is embedded for them."""

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.workspace import Workspace
from knowledge import Scope, SyncProgress
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.ledger.vector_file import HASH_BYTES, read_vectors, write_vectors
from personas import BUILTIN_PERSONAS, VECTORS

WITH_PAGES = sorted(place.parent.name for place in BUILTIN_PERSONAS.glob(f"*/{VECTORS}"))
EMBEDDER = "multilingual-e5-small-int8"
PAGE = "# Desk\n\nThe desk is made of oak, and the lamp on it is made of brass.\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    space = Workspace(Home(tmp_path / "home"))
    yield space
    space.close()


def prepared(workspace: Workspace, persona: str) -> SyncProgress:
    steps = list[SyncProgress]()
    workspace.prepare_persona(persona, steps.append)
    return steps[-1]


def test_each_persona_with_pages_has_its_file() -> None:
    assert sorted({page.parents[2].name for page in BUILTIN_PERSONAS.glob("*/knowledge/*/*.md")}) == WITH_PAGES


@pytest.mark.timeout(90)
@pytest.mark.parametrize("persona", WITH_PAGES)
def test_no_page_is_embedded(workspace: Workspace, persona: str) -> None:
    """Fails where a page was changed: `python -m benchmarks.page_vectors` writes the file anew."""
    end = prepared(workspace, persona)
    assert (end.embedded, end.ready) == (0, end.chunks)
    assert workspace.library.searcher.search("How is it measured?", scope=Scope(persona_id=persona)).passages


@pytest.mark.timeout(60)
@pytest.mark.parametrize("persona", WITH_PAGES)
def test_the_vectors_are_those_that_the_embedder_makes(workspace: Workspace, persona: str) -> None:
    kept = read_vectors(BUILTIN_PERSONAS / persona / VECTORS, EMBEDDER)
    page = min(BUILTIN_PERSONAS.glob(f"{persona}/knowledge/*/*.md"), key=lambda one: one.stat().st_size)
    folder = workspace.home.path / "notes"
    folder.mkdir()
    (folder / page.name).write_text(page.read_text("utf-8"), "utf-8")
    workspace.library.add_folder(folder)
    workspace.library.sync()
    made = vectors_of(workspace)
    assert made and min(cosine(kept[key], vector) for key, vector in made.items()) > 0.99  # the processors' int8 differ


def vectors_of(workspace: Workspace) -> dict[bytes, bytes]:
    with closing(sqlite3.connect(workspace.home.path / "library" / "ledger.db")) as ledger:
        return dict(ledger.execute("SELECT hash, vector FROM vectors"))


def cosine(left: bytes, right: bytes) -> float:
    a, b = memoryview(left).cast("f"), memoryview(right).cast("f")
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


@pytest.mark.timeout(60)
def test_vectors_beside_a_persona_of_ones_own_are_not_believed(workspace: Workspace) -> None:
    persona = workspace.home.personas / "501-brief"
    (persona / "knowledge").mkdir(parents=True)
    (persona / "persona.md").write_text("---\nname: Brief\nsummary: Is brief.\n---\nBe brief.\n")
    (persona / "knowledge" / "desk.md").write_text(PAGE)
    (persona / VECTORS).write_bytes((BUILTIN_PERSONAS / WITH_PAGES[0] / VECTORS).read_bytes())
    assert prepared(workspace, "501-brief").embedded == 1
    assert len(vectors_of(workspace)) == 1


def test_a_file_is_read_as_it_was_written_but_for_the_rounding(tmp_path: Path) -> None:
    vector = memoryview(bytearray(3 * 4)).cast("f")
    vector[0], vector[1], vector[2] = 0.1, -0.7, 0.5
    write_vectors(tmp_path / VECTORS, "one", {b"k" * HASH_BYTES: vector.tobytes()})
    read = read_vectors(tmp_path / VECTORS, "one")
    assert list(memoryview(read[b"k" * HASH_BYTES]).cast("f")) == pytest.approx([0.1, -0.7, 0.5], abs=3e-4)
    assert read_vectors(tmp_path / VECTORS, "another") == {}


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]\nabc", b'{"embedder": "one", "dimensions": "3"}\n'])
def test_a_damaged_file_has_no_vectors(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / VECTORS).write_bytes(damage)
    assert read_vectors(tmp_path / VECTORS, "one") == {}
    assert read_vectors(tmp_path / "missing.bin", "one") == {}


def test_a_file_that_was_cut_has_no_vectors(tmp_path: Path) -> None:
    write_vectors(tmp_path / VECTORS, "one", {b"k" * HASH_BYTES: bytes(12)})
    whole = (tmp_path / VECTORS).read_bytes()
    (tmp_path / VECTORS).write_bytes(whole[:-1])
    assert read_vectors(tmp_path / VECTORS, "one") == {}


@pytest.mark.timeout(60)
def test_the_default_embedder_is_the_one_that_made_them() -> None:
    embedder = open_installed_embedder("multilingual-e5-small", default_embedder_folders())
    try:
        assert embedder.name == EMBEDDER
    finally:
        embedder.close()
