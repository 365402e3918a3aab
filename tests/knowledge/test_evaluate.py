from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.evaluate import CollectionUnreadable, evaluate_beir
from knowledge.library import Library


class Backwards:
    """A reranker that likes a text the more the fewer words of the question it has."""

    name, batch_pairs = "backwards", 8

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        words = set(question.split())
        return [-float(len(words & set(text.lower().split()))) for text in texts]

    def close(self) -> None:
        pass


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    texts = {"a": "a red rose", "b": "a red desk of oak"}
    (tmp_path / "corpus.jsonl").write_text("".join(f'{{"_id": "{i}", "text": "{t}"}}\n' for i, t in texts.items()))
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "red rose"}\n')
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("reranker", "reciprocal_ranks"), [(None, {"keyword": 1.0}), (Backwards(), {"keyword": 1.0, "reranked": 0.5})]
)
def test_a_stage_is_judged_where_its_model_is_there(
    collection: Path, reranker: Backwards | None, reciprocal_ranks: dict[str, float]
) -> None:
    library = Library(collection / "home", lambda name: None, lambda: reranker)
    found = evaluate_beir(collection, "dev", library, collection / "documents")
    library.close()
    assert {name: metrics.mrr_at_10 for name, metrics in found.stages.items()} == reciprocal_ranks


def test_a_folder_that_is_no_collection_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path / "home", lambda name: None)
    with pytest.raises(CollectionUnreadable):
        evaluate_beir(tmp_path, "dev", library, tmp_path / "documents")
    library.close()
