import json
from pathlib import Path

from assistant.evaluation.questions import GoldQuestion, read_questions
from benchmarks.answer_sets import write_xquad


def test_xquad_becomes_questions_and_the_files_that_answer_them(tmp_path: Path) -> None:
    asked = [
        {"id": "q1", "question": "Wo?", "answers": [{"text": "Jütland", "answer_start": 4}]},
        {"id": "q2", "question": "Wann?", "answers": [{"text": "1931", "answer_start": 20}]},
    ]
    article = {"title": "The_Desk", "paragraphs": [{"context": "Aus Jütland, gebaut 1931.", "qas": asked}]}
    (tmp_path / "xquad.de.json").write_text(json.dumps({"data": [article]}), "utf-8")
    out = tmp_path / "sets" / "xquad-de.jsonl"
    assert write_xquad(tmp_path / "xquad.de.json", out) == 2
    assert read_questions(out) == (
        GoldQuestion(id="q1", question="Wo?", answers=("Jütland",), source="q1.md"),
        GoldQuestion(id="q2", question="Wann?", answers=("1931",), source="q1.md"),
    )
    assert (tmp_path / "sets" / "xquad-de" / "q1.md").read_text("utf-8") == "# The Desk\n\nAus Jütland, gebaut 1931.\n"
