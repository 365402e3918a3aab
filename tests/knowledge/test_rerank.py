import threading
from collections.abc import Sequence

import pytest

from knowledge import rerank
from knowledge.rerank import RerankLimits, RerankStage
from knowledge.search.excerpt import EXCERPT_COLUMNS, excerpt


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class LengthReranker:
    """Scores a text by its length, taking 0.1 s for each batch of two."""

    name, batch_pairs = "length", 2

    def __init__(self, clock: Clock) -> None:
        self.read: list[str] = []
        self._clock, self.closed = clock, False

    def scores(self, question: object, texts: Sequence[str]) -> list[float]:
        self.read.extend(texts)
        self._clock.seconds += 0.1
        return [float(len(text)) for text in texts]

    def close(self) -> None:
        self.closed = True


CANDIDATES = [(bytes([n]), "x" * n) for n in (3, 9, 4, 7, 1, 8)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reranker(clock: Clock) -> LengthReranker:
    return LengthReranker(clock)


@pytest.fixture
def stage(reranker: LengthReranker, clock: Clock) -> RerankStage:
    return RerankStage(reranker, RerankLimits(budget_ms=250), clock=clock)


def test_what_the_budget_reaches_is_scored_in_the_order_given(stage: RerankStage) -> None:
    assert list(stage.scores("q", CANDIDATES).items()) == [(bytes([n]), float(n)) for n in (3, 9, 4, 7)]


def test_a_second_search_goes_on_where_the_first_stopped(stage: RerankStage, reranker: LengthReranker) -> None:
    stage.scores("q", CANDIDATES)
    assert [int(score) for score in stage.scores("q", CANDIDATES).values()] == [3, 9, 4, 7, 1, 8]
    assert len(reranker.read) == len(CANDIDATES)


def test_another_question_is_read_anew(stage: RerankStage, reranker: LengthReranker) -> None:
    stage.scores("q", CANDIDATES[:2])
    stage.scores("other", CANDIDATES[:2])
    assert len(reranker.read) == 4


def test_the_first_batch_is_read_however_short_the_time(reranker: LengthReranker, clock: Clock) -> None:
    assert len(RerankStage(reranker, RerankLimits(budget_ms=1), clock=clock).scores("q", CANDIDATES)) == 2


def test_a_text_that_stands_twice_is_read_once(stage: RerankStage, reranker: LengthReranker) -> None:
    assert stage.scores("q", [CANDIDATES[0], CANDIDATES[0]]) == {bytes([3]): 3.0}
    assert reranker.read == ["xxx"]


def test_no_candidates_have_no_scores(stage: RerankStage) -> None:
    assert stage.scores("q", []) == {}


def test_the_score_unused_for_longest_is_forgotten_first(
    reranker: LengthReranker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "CACHED_SCORES", 2)
    stage = RerankStage(reranker, clock=clock)
    a, b, c = CANDIDATES[:3]
    stage.scores("q", [a, b])
    stage.scores("q", [a])
    stage.scores("q", [c])
    reranker.read.clear()
    stage.scores("q", [a, b, c])
    assert reranker.read == [b[1]]


def test_closing_the_stage_closes_its_reranker(stage: RerankStage, reranker: LengthReranker) -> None:
    stage.close()
    assert reranker.closed


def test_threads_share_what_was_read(stage: RerankStage, reranker: LengthReranker) -> None:
    threads = [threading.Thread(target=stage.scores, args=("q", CANDIDATES)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stage.scores("q", CANDIDATES[:4]) == {bytes([n]): float(n) for n in (3, 9, 4, 7)}


def test_search_ahead_reads_on_until_it_is_abandoned(stage: RerankStage) -> None:
    asked = iter([False, False, True])
    assert len(stage.scores("q", CANDIDATES, is_abandoned=lambda: False)) == len(CANDIDATES)
    assert len(stage.scores("other", CANDIDATES, is_abandoned=lambda: next(asked))) < len(CANDIDATES)


def test_part_of_a_text_is_read(stage: RerankStage, reranker: LengthReranker) -> None:
    stage.scores("q", CANDIDATES[:1], shorten=lambda text: text[:2])
    assert [len(text) for text in reranker.read] == [2]


FILLER = "The committee met on a rainy day and talked at length of many other matters of no weight. " * 9


def test_part_that_says_most_of_the_question_is_read() -> None:
    text = f"{FILLER}The glacier survey was settled in spring. {FILLER}"
    part = excerpt("When was the glacier survey settled?", text)
    assert "glacier survey was settled" in part
    assert len(part) <= EXCERPT_COLUMNS


def test_short_text_is_read_whole() -> None:
    assert excerpt("survey", "Title\nThe glacier survey.") == "Title\nThe glacier survey."


def test_long_sentence_is_read_whole() -> None:
    text = "word " * 200
    assert excerpt("word", text) == text.strip()


def test_chinese_takes_a_third_of_the_characters() -> None:
    assert len(excerpt("冰川", "冰川调查在春天完成了。" * 60)) <= EXCERPT_COLUMNS / 3
