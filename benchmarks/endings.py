"""How answers of a small model end: `python -m benchmarks.endings MODEL.gguf XQUAD.json [--questions N]`.

Questions of XQuAD, spread over the file, are asked greedily, each with its own paragraph as the passage, as the default
persona asks. A row says how many answers the model ended, how many were cut at the limit, and how many because they
repeated themselves; in how many a text of eight characters and more then stands more than three times in a row, and the
most times that one does; how many cite, and how many contain XQuAD's answer; seconds an answer. Rows come as the
answers do, each over all so far. `--loops` asks without the stop too.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answers.claims import check_claims, citations_of
from assistant.reading.prompt import question_message, system_message
from assistant.values import PromptContext
from benchmarks.xquad import read
from engines import Engine, EngineSettings, LlamaSettings, Message, Sampling, open_engine
from knowledge import Passage
from personas import BUILTIN_PERSONAS, DEFAULT_PERSONA, Catalogue

MAX_TOKENS = 512
STEP = 20  # answers from one row to the next
_LOOP = re.compile(r"(.{8,}?)\1{2,}", re.DOTALL)


@dataclass(frozen=True)
class Ended:
    """One answer. `times`: the most that a text stands in a row in it. `right`: it contains the answer."""

    finish: str
    times: int
    cites: bool
    right: bool
    seconds: float


def main() -> None:
    """Print a row for the model with the stop, and one without."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("xquad", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--loops", action="store_true")
    given = parser.parse_args()
    asked = spread(questions(given.xquad), given.questions)
    engine = open_engine(given.model, EngineSettings(llama=LlamaSettings(context_tokens=4096, threads=1)))
    print("| repetition stop | questions | end | length | repetition | > 3 times | most | cite | right | seconds |")
    for stop in (True, False) if given.loops else (True,):
        ended = list[Ended]()
        for one in asked:
            ended.append(answered(engine, *one, stop=stop))
            if len(ended) % STEP == 0 or len(ended) == len(asked):
                print_row("on" if stop else "off", ended)
    engine.close()


def questions(path: Path) -> list[tuple[str, str, str]]:
    """Each question with its paragraph and the first of its answers."""
    collection = read(path)
    paragraphs = [one for article in json.loads(path.read_text("utf-8"))["data"] for one in article["paragraphs"]]
    answers = {qa["question"]: qa["answers"][0]["text"] for one in paragraphs for qa in one["qas"]}
    return [
        (question, collection.paragraphs[number], answers.get(question, ""))
        for question, number in collection.questions
    ]


def spread(asked: Sequence[tuple[str, str, str]], count: int) -> list[tuple[str, str, str]]:
    """So many of them, evenly over all."""
    return [asked[at * len(asked) // count] for at in range(min(count, len(asked)))]


def answered(engine: Engine, question: str, paragraph: str, answer: str, *, stop: bool) -> Ended:
    """Ask one question."""
    passage = Passage(chunk_id=1, path=Path("page.txt"), start=0, end=len(paragraph), text=paragraph)
    began, reply = time.perf_counter(), engine.reply(messages(question, passage), sampling(stop=stop))
    text = "".join(piece.text for piece in reply)
    return Ended(
        reply.finish,
        most_times(text),
        bool(citations_of(text, check_claims(text, PromptContext((passage,))))),
        answer.casefold() in text.casefold(),
        time.perf_counter() - began,
    )


def messages(question: str, passage: Passage) -> list[Message]:
    """The prompt of the default persona."""
    persona = Catalogue((BUILTIN_PERSONAS,)).load(DEFAULT_PERSONA)
    return [system_message(persona.prompt), question_message(question, PromptContext((passage,)))]


def sampling(*, stop: bool) -> Sampling:
    """Greedy."""
    return Sampling(temperature=0.0, max_tokens=MAX_TOKENS, stop_repetition=stop)


def most_times(text: str) -> int:
    """The most times that a text of eight characters with a letter stands in a row; 1: never twice, or not thrice."""
    loops = [found for found in _LOOP.finditer(text) if any(map(str.isalpha, found[1]))]
    return max((len(found[0]) // len(found[1]) for found in loops), default=1)


def print_row(name: str, ended: Sequence[Ended]) -> None:
    """Print the counts and means."""
    finishes = Counter(one.finish for one in ended)
    cells = [
        name,
        f"{len(ended)}",
        *(f"{finishes[finish]}" for finish in ("end", "length", "repetition")),
        f"{sum(one.times > 3 for one in ended)}",
        f"{max(one.times for one in ended)}",
        *(f"{sum(values) / len(ended):.2f}" for values in zip(*((one.cites, one.right) for one in ended), strict=True)),
        f"{sum(one.seconds for one in ended) / len(ended):.1f}",
    ]
    print("|", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
