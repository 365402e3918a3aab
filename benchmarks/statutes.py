"""How often the articles that answer a question are among the first: `python -m benchmarks.statutes DIR [--vectors]`.

`DIR/laws/**/*.md` are statutes and `DIR/questions_dev.json` lay questions, each with the articles that answer it by law
and number. The rank of an article is that of the first passage that holds any of it; of a passage with several articles
they rank in the order of the text. An article that no file has is left out. `with synonyms`: those of the persona
301-statutes-zh; `concerned`: of the questions alone that they have words for. `--vectors`: with the default embedder,
which takes some ten minutes to read 26,000 articles.
"""

import argparse
import bisect
import json
import re
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import InstalledEmbedder, default_embedder_folders, open_installed_embedder
from knowledge.library import Library
from knowledge.search.query import ALL_STAGES, Stage
from personas import BUILTIN_PERSONAS, Catalogue

PASSAGES = 20  # enough that ten articles are among them
CUTOFFS = (1, 5, 10)
STAGES: Mapping[str, frozenset[Stage]] = {"keyword": frozenset({"keyword"}), "as asked": ALL_STAGES - {"cache"}}

_NUMBER = "[零〇一二三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"^(第{_NUMBER}条(?:之{_NUMBER})?)", re.MULTILINE)
_KEY = re.compile(rf"(.*?)(第{_NUMBER}条(?:之{_NUMBER})?)")
_UNPRINTED = re.compile(r"[\s《》()（）]|中华人民共和国")

Article = tuple[Path, int]
"""A file, and the character at which the article begins."""


@dataclass(frozen=True, slots=True)
class _Law:
    title: str
    text: str
    starts: Sequence[int]
    labels: Sequence[str]

    def holds(self, start: int, end: int) -> Iterator[int]:
        """Where the articles begin that have any text within the span."""
        first = max(bisect.bisect_right(self.starts, start) - 1, 0)
        yield from (begin for begin in self.starts[first:] if begin < end)


def main() -> None:
    """Print recall at 1, 5 and 10 articles and the reciprocal rank, by stage."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--vectors", action="store_true")
    given = arguments.parse_args()
    directory = given.directory.resolve()
    laws = {path: _law(path) for path in sorted(directory.glob("laws/**/*.md")) if path.name != "_index.md"}
    questions = list(_questions(directory / "questions_dev.json", laws))
    print(f"{len(laws)} files, {sum(len(law.starts) for law in laws.values())} articles, {len(questions)} questions")
    print("| stage |", " | ".join(f"recall@{n}" for n in CUTOFFS), "| MRR@10 | nothing found |")
    with tempfile.TemporaryDirectory() as work:
        library = Library(Path(work), _embedder if given.vectors else lambda name: None)
        library.add_folder(directory / "laws")
        library.sync()
        words_for = Catalogue([BUILTIN_PERSONAS]).load("301").synonyms.words_for
        concerned = [n for n, (question, _) in enumerate(questions) if words_for(question)]
        for name, stages in STAGES.items():
            for also, words in (("", lambda question: ""), (", with synonyms", words_for)):
                rankings = [_ranked(library, question, stages, words(question), laws) for question, _ in questions]
                for which, some in (("", range(len(questions))), (", concerned", concerned)):
                    row = _row([rankings[n] for n in some], [questions[n][1] for n in some])
                    print(f"| {name}{also}{which} |", row, flush=True)
        library.close()


def _embedder(name: str | None) -> InstalledEmbedder:
    return open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders())


def _law(path: Path) -> _Law:
    text = path.read_text(encoding="utf-8")
    found = list(_ARTICLE.finditer(text))
    title = _UNPRINTED.sub("", text.partition("\n")[0].lstrip("# "))
    return _Law(title, text, [m.start() for m in found], [m.group(1) for m in found])


def _questions(path: Path, laws: Mapping[Path, _Law]) -> Iterator[tuple[str, list[set[Article]]]]:
    """Each question with the sets of articles, any one of which is as good: a law may lie there in several versions."""
    by_label: dict[str, list[Article]] = defaultdict(list)
    for file, law in laws.items():
        for start, label in zip(law.starts, law.labels, strict=True):
            by_label[label].append((file, start))
    for row in json.loads(path.read_text(encoding="utf-8")):
        wanted = [_answering(key, text, by_label, laws) for key, text in row["gold"].items()]
        if found := [articles for articles in wanted if articles]:
            yield row["question"], found


def _answering(key: str, text: str, by_label: Mapping[str, list[Article]], laws: Mapping[Path, _Law]) -> set[Article]:
    """The articles of that number with that text, or else of that law."""
    match = _KEY.fullmatch(key)
    if match is None:
        return set()
    title, begins = _UNPRINTED.sub("", match[1]), re.sub(r"\s", "", text)[:25]
    same_number = by_label.get(match[2], [])
    exact = {(f, s) for f, s in same_number if begins in re.sub(r"\s", "", laws[f].text[s : s + 400])}
    return exact or {(f, s) for f, s in same_number if title in laws[f].title or laws[f].title in title}


def _ranked(
    library: Library, question: str, stages: frozenset[Stage], also: str, laws: Mapping[Path, _Law]
) -> list[Article]:
    found = library.searcher.search(question, k=PASSAGES, stages=stages, also=also).passages
    articles = ((p.path, start) for p in found if p.path in laws for start in laws[p.path].holds(p.start, p.end))
    return list(dict.fromkeys(articles))


def _row(rankings: Sequence[list[Article]], wanted: Sequence[list[set[Article]]]) -> str:
    recalls = [
        statistics.mean(
            statistics.mean(bool(articles & set(ranked[:n])) for articles in sets)
            for ranked, sets in zip(rankings, wanted, strict=True)
        )
        for n in CUTOFFS
    ]
    reciprocal = statistics.mean(
        next((1 / n for n, article in enumerate(ranked[:10], 1) if any(article in s for s in sets)), 0.0)
        for ranked, sets in zip(rankings, wanted, strict=True)
    )
    nothing = sum(not ranked for ranked in rankings)
    return " | ".join(f"{value:.3f}" for value in (*recalls, reciprocal)) + f" | {nothing} |"


if __name__ == "__main__":
    main()
