"""Passages and turns to test with."""

from pathlib import Path

from assistant.values import Citation, ReadWhole, Turn
from engines.protocol import Usage
from knowledge.passage import Passage, StageScores
from knowledge.whole.tables import Fact


def make_passage(text: str, *, path: str = "/notes/a.md", start: int = 0, **fields: object) -> Passage:
    given = {"chunk_id": 1, "path": Path(path), "text": text, "start": start, "end": start + len(text), **fields}
    return Passage(**given)  # type: ignore[arg-type]


def make_turn(number: int = 1, **fields: object) -> Turn:
    passage = make_passage(
        "The desk is made of oak.",
        heading=("Desk", "Wood"),
        page=3,
        metadata={"tags": ("a", "b"), "year": 1990, "draft": False},
        scores=StageScores(vector_rank=1, vector=0.5, fused=0.02),
    )
    citation = Citation(n=1, path=passage.path, start=0, end=24, quote=passage.text, heading=("Desk", "Wood"), page=3)
    given = {
        "id": f"turn-{number}",
        "conversation_id": "talk",
        "parent_id": None,
        "persona_id": "001-reader",
        "question": f"Question {number}?",
        "answer": f"Answer {number} [1].",
        "passages": (passage,),
        "citations": (citation,),
        "engine": "llama.cpp",
        "model": "tiny",
        "finish": "end",
        "usage": Usage(prompt_tokens=7, reused_tokens=2, output_tokens=3, prefill_seconds=0.1),
        "created_at": 1_000.0 + number,
        "timings_ms": {"retrieve": 1.5, "total": 3.0},
        "read_whole": (
            ReadWhole(
                path=passage.path,
                complete=False,
                sections=2,
                of_sections=3,
                share=0.5,
                facts=(Fact("2 rows", (0, 24), ((0, 9),), answers=True),),
            ),
        ),
        "reranked": "20 of 136",
        "searched_for": "Desk\nWhat is it made of?",
        **fields,
    }
    return Turn(**given)  # type: ignore[arg-type]
