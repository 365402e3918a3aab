"""Measures retrieval on a collection with relevance judgements, stage by stage."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from errors import AppError
from knowledge.library import Library
from knowledge.passage import Retrieval
from knowledge.search.query import Stage
from knowledge.sync.progress import SyncProgress

CUTOFF = 10
RECALL_CUTOFF = 100
CHUNKS_PER_QUERY = 400  # enough that the first hundred documents are among them

STAGES: Mapping[str, frozenset[Stage]] = {
    "vector": frozenset({"vector"}),
    "keyword": frozenset({"keyword"}),
    "hybrid": frozenset({"vector", "keyword"}),
    "reranked": frozenset({"vector", "keyword", "rerank"}),
}

Judgements = Mapping[str, Mapping[str, int]]
"""Query id → document id → relevance, above 0 where relevant."""


class CollectionUnreadable(AppError):
    """The folder is not a collection in BEIR's layout."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Means over all queries, in [0, 1]; higher is better."""

    ndcg_at_10: float
    recall_at_100: float
    mrr_at_10: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics of each stage; `docs_per_second` is the speed of reading, chunking, embedding and indexing together."""

    stages: Mapping[str, Metrics]
    queries: int
    documents: int
    docs_per_second: float


def evaluate_beir(
    directory: Path,
    split: str,
    library: Library,
    work: Path,
    on_progress: Callable[[SyncProgress], None] = lambda progress: None,
) -> Evaluation:
    """Index `corpus.jsonl` as files below `work`, ask every query of `qrels/SPLIT.tsv`, and score the results.

    `library`: an empty one; a stage for which it has no model is skipped. A document's rank is that of its best chunk.
    Raises CollectionUnreadable.
    """
    queries, judgements = _read_queries(directory, split)
    documents = _write_documents(directory / "corpus.jsonl", work)
    library.add_folder(work)
    report = library.sync(on_progress=on_progress)
    measured: dict[str, Metrics] = {}
    for name, stages in STAGES.items():
        taken_ms = library.searcher.search(next(iter(queries.values())), stages=stages).timings_ms
        if "rerank" in taken_ms if "rerank" in stages else stages <= taken_ms.keys():  # else it has no model
            asked = [queries[query] for query in judgements]
            each = library.searcher.search_many(asked, k=CHUNKS_PER_QUERY, stages=stages)
            rankings = {query: _documents(found) for query, found in zip(judgements, each, strict=True)}
            measured[name] = measure(judgements, rankings)
    return Evaluation(measured, len(judgements), documents, documents / report.seconds)


def _documents(found: Retrieval) -> list[str]:
    """Return the ids of the documents found, best first, each once."""
    return list(dict.fromkeys(bytes.fromhex(passage.path.stem).decode() for passage in found.passages))


def measure(judgements: Judgements, rankings: Mapping[str, Sequence[str]]) -> Metrics:
    """Compute nDCG (linear gain, as in trec_eval), recall and reciprocal rank of ranked document ids."""
    ndcg, recall, reciprocal_rank = list[float](), list[float](), list[float]()
    for query, judged in judgements.items():
        ranked = rankings[query]
        gained = _dcg([judged.get(document, 0) for document in ranked[:CUTOFF]])
        ideal = _dcg(sorted(judged.values(), reverse=True)[:CUTOFF])
        ndcg.append(gained / ideal if ideal else 0.0)
        relevant = {document for document, gain in judged.items() if gain > 0}
        recall.append(len(relevant & set(ranked[:RECALL_CUTOFF])) / len(relevant) if relevant else 0.0)
        hits = (rank for rank, document in enumerate(ranked[:CUTOFF], start=1) if document in relevant)
        reciprocal_rank.append(1 / next(hits, math.inf))
    return Metrics(ndcg_at_10=fmean(ndcg), recall_at_100=fmean(recall), mrr_at_10=fmean(reciprocal_rank))


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _read_queries(directory: Path, split: str) -> tuple[dict[str, str], Judgements]:
    judgements: dict[str, dict[str, int]] = defaultdict(dict)
    try:
        queries = {str(row["_id"]): str(row["text"]) for row in _json_lines(directory / "queries.jsonl")}
        for line in (directory / "qrels" / f"{split}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            query, document, relevance = line.split("\t")
            judgements[query][document] = int(relevance)
    except (OSError, ValueError, KeyError) as error:
        raise CollectionUnreadable(
            f"{directory} is not a BEIR collection with the split {split!r}: {error}",
            "It needs corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.",
        ) from error
    return queries, judgements


def _json_lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _write_documents(corpus: Path, folder: Path) -> int:
    """Write each document as a Markdown file, its title as the heading. Returns their number."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    try:
        for row in _json_lines(corpus):
            title = " ".join(str(row.get("title", "")).split())
            heading = f"# {title}\n\n" if title else ""
            (folder / f"{str(row['_id']).encode().hex()}.md").write_text(f"{heading}{row['text']}\n", encoding="utf-8")
            written += 1
    except (OSError, ValueError, KeyError) as error:
        raise CollectionUnreadable(f"{corpus} cannot be read: {error}", "Each line is a JSON object.") from error
    return written
