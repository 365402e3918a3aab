"""Values that the window shows, ready to be varied with `dataclasses.replace`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from zlib import crc32

from assistant.models.model_downloads import ListedModel
from assistant.values import Citation, ConversationSummary, Turn
from desktop.folders.file_listing import FileListing, list_files
from desktop.folders.watched_folders import FolderSnapshot
from engines.models.hub_choice import chat_model_spec
from engines.models.model_catalogue import CatalogueModel, FitEstimate
from engines.protocol import Usage
from knowledge.ledger.rows import FileLine, FileStatus, Folder
from knowledge.passage import Passage
from personas.persona import Persona, PersonaHeader

PASSAGE = Passage(
    chunk_id=1,
    path=Path("/notes/tea.md"),
    text="Green tea is brewed at 80 degrees.",
    start=10,
    end=44,
    heading=("Tea",),
)
CITATION = Citation(n=1, path=PASSAGE.path, start=23, end=43, quote="brewed at 80 degrees")
TURN = Turn(
    id="t1",
    conversation_id="c1",
    parent_id=None,
    persona_id="001-reader",
    question="How is green tea brewed?",
    answer="At 80 degrees [1].",
    passages=(PASSAGE,),
    citations=(CITATION,),
    engine="llama.cpp",
    model="small",
    finish="end",
    usage=Usage(prompt_tokens=120, reused_tokens=100, output_tokens=21, first_token_seconds=0.4, decode_seconds=2.0),
    created_at=0.0,
    timings_ms={"retrieve": 12.0, "total": 2400.0},
)
SUMMARY = ConversationSummary(id="c1", title="Green tea", persona_id="001-reader", updated_at=0.0, turns=1)
HEADER = PersonaHeader(
    id="410-llm-engineer", name="LLM engineer", summary="Explains models.", folder=Path("/p"), tags=("gpu",)
)
PERSONA = Persona(
    id=HEADER.id, name=HEADER.name, summary=HEADER.summary, prompt="Explain.", folder=HEADER.folder, starters=("Why?",)
)
LISTED = ListedModel(
    model=CatalogueModel(
        name="tiny",
        repository="owner/tiny-GGUF",
        quantization="Q4_K_M",
        memory_gb=8,
        size=2_500_000_000,
        parameters=3.8e9,
        context_tokens=32768,
        licence="MIT",
    ),
    spec=chat_model_spec("owner/tiny-GGUF", "Q4_K_M"),
    expectation=FitEstimate(verdict="fits", tokens_per_second=12.0),
    recommended=False,
    path=None,
)


def file_row(
    path: str,
    status: FileStatus = "indexed",
    *,
    size: int = 10,
    chunks: int = 1,
    reason: str = "",
    folder_id: int = 1,
) -> FileLine:
    """A file of the ledger; its id belongs to its path."""
    return FileLine(crc32(path.encode()), folder_id, path, size, status, reason, chunks)


def snapshot(
    folders: Sequence[Folder], rows: Sequence[FileLine] = (), problems: Mapping[Path, str] | None = None
) -> FolderSnapshot:
    """Folders with these files."""
    return FolderSnapshot(tuple(folders), listing(rows, folders), problems or {})


def listing(rows: Sequence[FileLine], folders: Sequence[Folder]) -> FileListing:
    """These files, listed."""
    return list_files([rows], folders) if rows else list_files([], folders)


MANY = 100_000


def many_files(numbers: Iterable[int] = range(MANY)) -> list[FileLine]:
    """Rows of a ledger of three folders, by their numbers."""
    kinds = ("md", "pdf", "docx", "txt")
    return [
        FileLine(
            id=n,
            folder_id=n % 3,
            raw_path=f"/home/anna/Documents/{n % 3}/year {n % 17}/a report on something {n:06}.{kinds[n % 4]}",
            size_bytes=n * 37 % 900_000,
            state="failed" if n % 50 == 0 else "indexed",
            reason="damaged PDF: it has no pages" if n % 50 == 0 else "",
            chunks=n % 90,
        )
        for n in numbers
    ]
