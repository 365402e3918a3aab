"""Turns as JSON and back, without loss: the form in which they are kept and printed."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.values import Citation, ReadWhole
from engines.protocol import Usage
from knowledge.passage import Passage, StageScores
from knowledge.whole.tables import Fact


def dump_passages(passages: Sequence[Passage]) -> str:
    """The passages as a JSON array."""
    return json.dumps([{**_fields(passage), "scores": dataclasses.asdict(passage.scores)} for passage in passages])


def load_passages(text: str) -> tuple[Passage, ...]:
    """The passages of `dump_passages`."""
    return tuple(_passage(row) for row in json.loads(text))


def dump_citations(citations: Sequence[Citation]) -> str:
    """The citations as a JSON array."""
    return json.dumps([_fields(citation) for citation in citations])


def load_citations(text: str) -> tuple[Citation, ...]:
    """The citations of `dump_citations`."""
    return tuple(
        Citation(**{**row, "path": Path(row["path"]), "heading": tuple(row["heading"])}) for row in json.loads(text)
    )


def dump_read_whole(read: Sequence[ReadWhole]) -> str:
    """The documents read whole as a JSON array."""
    return json.dumps([{**dataclasses.asdict(one), "path": str(one.path)} for one in read])


def load_read_whole(text: str) -> tuple[ReadWhole, ...]:
    """The documents of `dump_read_whole`."""
    return tuple(
        ReadWhole(**{**row, "path": Path(row["path"]), "facts": tuple(map(_fact, row["facts"]))})
        for row in json.loads(text)
    )


def dump_usage(usage: Usage) -> str:
    """The counts and times as a JSON object."""
    return json.dumps(dataclasses.asdict(usage))


def load_usage(text: str) -> Usage:
    """The counts and times of `dump_usage`."""
    return Usage(**json.loads(text))


def dump_numbers(numbers: Mapping[str, float]) -> str:
    """Named numbers as a JSON object."""
    return json.dumps(dict(numbers))


def load_numbers(text: str) -> dict[str, float]:
    """The numbers of `dump_numbers`."""
    return {name: float(number) for name, number in json.loads(text).items()}


def _fields(value: Passage | Citation) -> dict[str, Any]:
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {**fields, "path": str(value.path)}


def _passage(row: dict[str, Any]) -> Passage:
    metadata = {key: tuple(item) if isinstance(item, list) else item for key, item in row["metadata"].items()}
    kept = {"path": Path(row["path"]), "heading": tuple(row["heading"]), "metadata": metadata}
    return Passage(**{**row, **kept, "scores": StageScores(**row["scores"])})


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(**{**row, "span": tuple(row["span"]), "items": tuple(map(tuple, row["items"]))})
