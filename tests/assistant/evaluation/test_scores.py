from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation.questions import GoldQuestion
from assistant.evaluation.scores import score, summarise
from assistant.values import Citation, Claim, Finish, Turn, Verdict
from tests.assistant.samples import make_turn

WOOD = GoldQuestion(id="1", question="What is it made of?", answers=("oak",), source="desk.md#Wood")
NONE = GoldQuestion(id="2", question="What did it cost?")


def turn(answer: str, *cited: tuple[str, str], finish: Finish = "end") -> Turn:
    citations = tuple(
        Citation(n=n, path=Path("/notes", name), start=0, end=1, quote="x", heading=(heading,))
        for n, (name, heading) in enumerate(cited, 1)
    )
    return replace(make_turn(), answer=answer, citations=citations, finish=finish)


def test_sentences_that_state_nothing_are_no_claims() -> None:
    verdicts: tuple[Verdict, ...] = ("supported", "partly", "not_in_sources", "supported", "no_claim", "unchecked")
    claims = tuple(Claim(start=0, end=1, verdict=verdict) for verdict in verdicts)
    scored = score(WOOD, replace(turn("Oak."), claims=claims))
    assert (scored.claims, scored.supported) == (4, 2)
    assert summarise([scored, score(WOOD, turn("Oak."))]).supported == 0.5


def test_an_answer_is_correct_where_a_gold_answer_stands_in_it() -> None:
    assert score(WOOD, turn("It is oak [1].")).correct
    assert not score(WOOD, turn("It is beech [1].")).correct


def test_the_numbers_of_citations_are_no_answer() -> None:
    one = GoldQuestion(id="1", question="How many?", answers=("1",))
    assert not score(one, turn("It is beech [1].")).correct


def test_each_cited_place_counts_once() -> None:
    scored = score(WOOD, turn("Oak.", ("desk.md", "Wood"), ("desk.md", "Wood"), ("desk.md", "Lamp"), ("b.md", "Wood")))
    assert (scored.cited, scored.cited_right) == (3, 1)


@pytest.mark.parametrize(
    ("answer", "finish"),
    [("Nothing in your files answers this.", "nothing"), ("Your files do not say.", "end"), ("", "stopped")],
)
def test_a_question_without_an_answer_is_to_be_declined(answer: str, finish: Finish) -> None:
    declined = score(NONE, turn(answer, finish=finish))
    assert (declined.correct, declined.token_f1, declined.declined) == (True, 1.0, True)
    wrongly = score(WOOD, turn(answer, finish=finish))
    assert (wrongly.correct, wrongly.declined) == (False, True)


def test_an_invented_answer_is_wrong() -> None:
    assert not score(NONE, turn("It cost 900 dollars.")).correct


def test_means_are_over_what_they_are_about() -> None:
    scores = summarise(
        [
            score(WOOD, turn("Oak.", ("desk.md", "Wood"), ("desk.md", "Lamp"))),
            score(WOOD, turn("Beech.")),
            score(NONE, turn("It cost 900 dollars.", ("desk.md", "Lamp"))),
            score(NONE, turn("I do not know.")),
        ]
    )
    assert scores.questions == 4
    assert scores.correct == 0.5
    assert scores.token_f1 == 0.5
    assert scores.citation_precision == 0.5  # of the answers that cite and have a source
    assert scores.citation_recall == 0.5
    assert scores.declined_rightly == 0.5
    assert scores.declined_wrongly == 0.0
    assert (scores.seconds, scores.prompt_tokens, scores.output_tokens) == (0.003, 7, 3)


def test_what_cannot_be_measured_has_no_figure() -> None:
    scores = summarise([score(NONE, turn("It cost 900 dollars."))])
    assert scores.citation_precision is scores.supported is scores.declined_wrongly is None
