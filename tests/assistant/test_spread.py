from samples import make_passage

from assistant.spread import spread
from knowledge.passage import Passage, StageScores


def passage(path: str, heading: str, fused: float) -> Passage:
    return make_passage(f"{path} {heading} {fused}", path=path, heading=(heading,), scores=StageScores(fused=fused))


def test_another_page_of_nearly_equal_score_comes_before_more_of_the_same_section() -> None:
    same = [passage("/a.md", "A", 0.8 - n / 100) for n in range(3)]
    other = passage("/b.md", "B", 0.7)
    assert spread([*same, other], 2) == (same[0], other)


def test_far_better_passages_of_one_page_stay() -> None:
    same = [passage("/a.md", f"section {n}", 0.8) for n in range(3)]
    assert spread([*same, passage("/b.md", "B", 0.3)], 3) == tuple(same)


def test_one_section_alone_is_kept_in_order() -> None:
    same = [passage("/a.md", "A", 0.8 - n / 100) for n in range(3)]
    assert spread(same, 8) == tuple(same)
