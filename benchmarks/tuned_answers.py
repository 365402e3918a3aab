"""Tune a small model for cited answers, and compare its answers before and after on articles it has never seen.

    python -m benchmarks.tuned_answers prepare DIR --xquad /data/xquad
    carrel --home DIR/home tune data DIR/examples.jsonl --questions DIR/train.jsonl --folder DIR/desk \
        --persona 901 --passages 3 --held-out 0.06
    carrel --home DIR/home tune run DIR/plan.toml
    python -m benchmarks.tuned_answers score DIR BASE.gguf DIR/smollm2-cited/*.gguf --limit 60

`prepare` writes the paragraphs of the English XQuAD as notes, but for 30 that no note has, and two sets of questions:
those of 38 articles to train on, three a paragraph, and those of ten others. `score` asks each model the latter, as
turns of the persona “Desk”, and prints a row for each: the share of correct answers, of cited places that are the right
ones, of questions declined for good reason and without one, of answers that ran into a loop or the limit of their
length. The questions must be declined whose paragraphs are missing.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.evaluation.questions import GoldQuestion, read_questions
from assistant.evaluation.scores import Scored, score, summarise
from assistant.home import Home
from assistant.values import Answered, Finish
from assistant.workspace import Workspace

_HELD_OUT_ARTICLES, _MISSING_PARAGRAPHS, _ASKED_OF_A_PARAGRAPH = 10, 30, 3
_PERSONA = """---
name: Desk
summary: Answers in a few words from your files, with the number of the passage.
tags: [notes]
passages: 3
temperature: 0
max_tokens: 120
---
Answer from the passages alone, in a few words, with the passage's number in square brackets. Where they do not hold the
answer, say: "Your files do not say."
"""
_PLAN = """name = "smollm2-cited"
base = "smollm2-135m"

[data]
train = "examples.jsonl"
held_out = "examples.held-out.jsonl"
max_tokens = 1280
personal_data = "allow"

[training]
steps = 40
learning_rate = 5e-4
batch = 2
gradient_accumulation = 4
gradient_checkpointing = false
precision = "bfloat16"
checkpoint_every = 4
evaluate_every = 20

[result]
quantisations = ["Q8_0", "Q4_K_M"]
"""


def main() -> None:
    """Do the step that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    prepares = steps.add_parser("prepare")
    prepares.add_argument("directory", type=Path)
    prepares.add_argument("--xquad", type=Path, required=True)
    scores = steps.add_parser("score")
    scores.add_argument("directory", type=Path)
    scores.add_argument("models", type=Path, nargs="+")
    scores.add_argument("--limit", type=int, default=60, help="questions, evenly chosen")
    given = parser.parse_args()
    if given.step == "prepare":
        prepare(given.directory, json.loads((given.xquad / "xquad.en.json").read_text("utf-8"))["data"])
    else:
        questions = read_questions(given.directory / "held.jsonl")
        chosen = questions[:: max(1, len(questions) // given.limit)][: given.limit]
        for model in given.models:
            print(json.dumps(measure(given.directory, model, chosen)), flush=True)


def prepare(directory: Path, articles: Sequence[dict[str, Any]]) -> None:
    """Write the notes, the two sets of questions, the persona and the plan."""
    chance = random.Random(0)
    numbers = list(range(len(articles)))
    chance.shuffle(numbers)
    held_out = set(numbers[:_HELD_OUT_ARTICLES])
    notes = [
        (number, f"{article['title'].replace('_', '-')}-{place}.md", article["title"].replace("_", " "), paragraph)
        for number, article in enumerate(articles)
        for place, paragraph in enumerate(article["paragraphs"], 1)
    ]
    missing = set(chance.sample([name for _, name, _, _ in notes], _MISSING_PARAGRAPHS))
    (directory / "desk").mkdir(parents=True)
    rows: dict[str, list[str]] = {"train": [], "held": []}
    for number, name, title, paragraph in notes:
        if name not in missing:
            (directory / "desk" / name).write_text(f"# {title}\n\n{paragraph['context']}\n", "utf-8")
        asked = paragraph["qas"]
        if number not in held_out:
            asked = chance.sample(asked, min(_ASKED_OF_A_PARAGRAPH, len(asked)))
        rows["held" if number in held_out else "train"] += [_row(one, "" if name in missing else name) for one in asked]
    for kind, lines in rows.items():
        (directory / f"{kind}.jsonl").write_text("".join(lines), "utf-8")
    persona = directory / "home" / "personas" / "901-desk"
    persona.mkdir(parents=True)
    (persona / "persona.md").write_text(_PERSONA, "utf-8")
    (directory / "plan.toml").write_text(_PLAN, "utf-8")


def measure(directory: Path, model: Path, questions: Sequence[GoldQuestion]) -> dict[str, object]:
    """The scores of a model's answers, and how many of them had no end of their own. The notes are indexed already."""
    workspace = Workspace(Home(directory / "home"))
    try:
        workspace.open_model(model.resolve(), remember=False)
        began = time.perf_counter()
        answers = list(_answers(workspace, questions, directory / "desk"))
        seconds = time.perf_counter() - began
    finally:
        workspace.close()
    ends = [finish for _, finish in answers]
    means = {key: value for key, value in asdict(summarise([one for one, _ in answers])).items() if value is not None}
    return {
        "model": model.name,
        **{key: round(value, 3) for key, value in means.items()},
        "loops": ends.count("repetition"),
        "too_long": ends.count("length"),
        "all_seconds": round(seconds),
    }


def _answers(workspace: Workspace, questions: Sequence[GoldQuestion], folder: Path) -> Iterator[tuple[Scored, Finish]]:
    for gold in questions:
        running = workspace.asking.ask(gold.question, persona="901-desk", folders=[folder], again=True)
        (turn,) = (event.turn for event in running if isinstance(event, Answered))
        workspace.delete_conversation(turn.conversation_id, in_trash=False)
        yield score(gold, turn), turn.finish


def _row(asked: dict[str, Any], name: str) -> str:
    answers = [answer["text"] for answer in asked["answers"]] if name else []
    row = {"id": asked["id"], "question": asked["question"], "answer": answers, "source": name}
    return json.dumps(row, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
