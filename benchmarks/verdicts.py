"""How often a true sentence is called supported, and one with a changed number, date, name or negation is.

    python -m benchmarks.verdicts --scifact DIR --xquad DIR [--half other]

From SciFact: claims of the training split with the abstract that supports them, refutes them or says nothing of them,
among nine other abstracts that have most words in common with it. From XQuAD: sentences of paragraphs in each language
there, as an answer would take them over. Changes are made by rule from both: a number or a date becomes another, a name
that of another text, a negation is put in or taken out. The thresholds of `assistant/answers/claims.py` were chosen on
one half, by the number of the claim; `other` is the half that they were not.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from assistant.answers.claim_words import NEGATIONS
from assistant.answers.claims import check_claims
from assistant.answers.details import Statement
from assistant.values import PromptContext
from knowledge import Passage, signs_of, split_sentences

BESIDE = 9  # passages that a claim does not rest on
LANGUAGES = ("en", "de", "zh", "ru", "tr")
PER_LANGUAGE = 240  # sentences of XQuAD
AMONG = 300  # texts of which the nearest are taken
SHORTEST = 40  # characters of a sentence
_DIGITS = re.compile(r"(?<![A-Za-z0-9-])\d[\d.,]*\d|(?<![A-Za-z0-9-])\d")
_AUXILIARY = {
    "en": re.compile(r"\b(is|are|was|were|has|have|had|can|could|may|might|will|would|should|does|do|did)\b(?! not)"),
    "de": re.compile(r"\b(ist|sind|war|waren|wurde|wurden|wird|werden|hat|haben|hatte|kann|konnte)\b(?! nicht)"),
    "zh": re.compile(r"(是|有|能|会|可以)"),
    "ru": re.compile(r"\b(был|была|было|были|может|могут|является|являются)\b"),
}
_NOT = {"en": r"\1 not", "de": r"\1 nicht", "zh": r"不\1", "ru": r"не \1"}
_FALSE_MONTH = {"January": "March", "February": "August", "March": "November", "April": "September", "May": "October"}


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, the passages, and what it is: `true`, `refuted`, `absent`, or the kind of its change."""

    kind: str
    text: str
    passages: tuple[str, ...]
    source: str


def scifact(folder: Path, half: int) -> Iterator[Case]:
    """Claims with evidence, those that an abstract refutes, those without any, and changes of the first."""
    lines = (folder / "corpus.jsonl").read_text("utf-8").splitlines()
    texts = {row["_id"]: f"{row['title']}\n\n{row['text']}" for row in map(json.loads, lines)}
    signs = {name: signs_of(text) for name, text in texts.items()}
    chance = random.Random(half)
    for row in json.loads((folder / "gold_sentences_train.json").read_text("utf-8"))[half::2]:
        claim, own = row["claim"], [found["doc_id"] for found in row["evidence"]]
        labels = {found["doc_id"]: found["label"] for found in row["evidence"]}
        near = _nearest(signs_of(claim), {n: signs[n] for n in chance.sample(sorted(texts), AMONG) if n not in own})
        if not own:
            yield Case("absent", claim, tuple(texts[name] for name in near), "scifact")
            continue
        kind = "true" if labels[own[0]] == "SUPPORT" else "refuted"
        passages = tuple(texts[name] for name in (own[0], *near[:BESIDE]))
        yield Case(kind, claim, passages, "scifact")
        if kind == "true":
            names = [name for other in chance.sample(sorted(texts), BESIDE) for name in Statement(texts[other]).names]
            yield from changes(claim, passages, "en", names, "scifact", chance)


def xquad(folder: Path, language: str, half: int) -> Iterator[Case]:
    """Sentences of paragraphs, and changes of them."""
    articles = json.loads((folder / f"xquad.{language}.json").read_text("utf-8"))["data"]
    paragraphs = [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    chance = random.Random(half)
    for at in range(half, len(paragraphs), 2):
        others = tuple(chance.sample(paragraphs[:at] + paragraphs[at + 1 :], BESIDE))
        found = [text[s.start : s.end] for text in (paragraphs[at],) for s in split_sentences(text)]
        sentences = [
            text for text in found if len(text) >= SHORTEST or (language == "zh" and len(text) >= SHORTEST // 3)
        ]
        names = [name for other in chance.sample(paragraphs, BESIDE) for name in Statement(other).names]
        for sentence in chance.sample(sentences, min(2, len(sentences))):
            passages = (paragraphs[at], *others)
            yield Case("true", sentence, passages, language)
            yield from changes(sentence, passages, language, names, language, chance)


def changes(
    claim: str, passages: Sequence[str], language: str, names: Sequence[str], source: str, chance: random.Random
) -> Iterator[Case]:
    """The claim with a number, a name or a negation changed; none where it has none."""
    if numbers := [*_DIGITS.finditer(claim)]:
        found = chance.choice(numbers)
        changed = f"{claim[: found.start()]}{_other_number(found.group(), chance)}{claim[found.end() :]}"
        is_year = re.fullmatch(r"1[0-9]{3}|20[0-2][0-9]", found.group())
        yield Case("year" if is_year else "number", changed, tuple(passages), source)
    for month, other in _FALSE_MONTH.items():
        if language == "en" and re.search(rf"\b{month}\b(?= \d)|(?<=\d ){month}\b", claim):
            yield Case("month", re.sub(rf"\b{month}\b", other, claim), tuple(passages), source)
    own = [name for name in Statement(claim).names if name.lower() not in claim.replace(name, "").lower()]
    seen = "\n".join(passages).lower()
    others = [name for name in names if name.lower() not in seen]
    if own and others and language != "zh":
        yield Case("name", claim.replace(chance.choice(own), chance.choice(others), 1), tuple(passages), source)
    pattern = _AUXILIARY.get(language)
    if pattern is None:
        return
    if language == "en" and re.search(r"\b(?:is|are|was|were|can|does|do|did) not\b", claim):
        yield Case(
            "negation",
            re.sub(r"\b(is|are|was|were|can|does|do|did) not\b", r"\1", claim, count=1),
            tuple(passages),
            source,
        )
    elif pattern.search(claim) and not NEGATIONS["english"].search(claim):
        yield Case("negation", pattern.sub(_NOT[language], claim, count=1), tuple(passages), source)


def _other_number(text: str, chance: random.Random) -> str:
    """Another number of as many digits, written alike."""
    while True:
        other = re.sub(r"\d", lambda _: str(chance.randrange(1, 10)), text)
        if other != text:
            return other


def _nearest(claim: frozenset[str], signs: dict[str, frozenset[str]]) -> list[str]:
    return sorted(signs, key=lambda name: -len(claim & signs[name]))[: BESIDE + 1]


def verdict_on(case: Case) -> str:
    """The verdict on the case's sentence."""
    passages = tuple(_passage(n, text) for n, text in enumerate(case.passages))
    verdicts = [
        claim.verdict
        for claim in check_claims(case.text if case.kind == "absent" else f"{case.text} [1]", PromptContext(passages))
        if claim.verdict != "no_claim"
    ]
    order = ("not_in_sources", "no_such_source", "unchecked", "partly", "supported")
    return min(verdicts, key=order.index, default="no_claim")


def cost_ms(cases: Sequence[Case]) -> float:
    """The median time of the processor for an answer of 300 words over ten passages of XQuAD, in milliseconds."""
    english = [case for case in cases if case.kind == "true" and case.source == "en"]
    passages = [_passage(n, case.passages[0]) for n, case in enumerate(english[::2][:10])]
    words = " ".join(f"{case.text} [{n}]" for n, case in enumerate(english[::2][:10], 1)).split()[:300]
    times = []
    for _ in range(9):
        began = process_time()
        check_claims(" ".join(words), PromptContext(tuple(passages)))
        times.append((process_time() - began) * 1000)
    return median(times)


def _passage(n: int, text: str) -> Passage:
    return Passage(chunk_id=0, path=Path(f"{n}.md"), text=text, start=0, end=len(text))


def main() -> None:
    """Print the verdicts of each kind and source, and what is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scifact", type=Path, required=True)
    parser.add_argument("--xquad", type=Path, required=True)
    parser.add_argument("--half", choices=("tuned", "other"), default="tuned")
    parser.add_argument("--show", action="store_true", help="print the sentences that are judged wrongly")
    arguments = parser.parse_args()
    half = ("tuned", "other").index(arguments.half)
    cases = [*scifact(arguments.scifact, half)]
    for language in LANGUAGES:
        cases += xquad(arguments.xquad, language, half)
    table: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    began = perf_counter()
    for case in cases:
        verdict = verdict_on(case)
        for source in (case.source, "all"):
            table[case.kind, source][verdict] += 1
        if arguments.show and (verdict == "supported") != (case.kind == "true"):
            print(f"{case.kind:9} {case.source:8} {verdict:15} {case.text}")
    print(f"{len(cases)} sentences, {(perf_counter() - began) / len(cases) * 1000:.1f} ms each")
    print(f"300 words over 10 passages: {cost_ms(cases):.1f} ms of one core\n")
    print("kind      source      cases  supported  partly  not in sources  other")
    for (kind, source), counts in sorted(table.items()):
        total = sum(counts.values())
        shares = [counts[name] / total for name in ("supported", "partly", "not_in_sources")]
        rest = 1 - sum(shares)
        print(f"{kind:9} {source:8} {total:8} {shares[0]:10.3f} {shares[1]:7.3f} {shares[2]:15.3f} {rest:6.3f}")


if __name__ == "__main__":
    main()
