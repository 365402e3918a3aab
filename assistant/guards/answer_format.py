"""Answers in JSON that follow a JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jsonschema import exceptions, validators
from referencing import Registry
from referencing.exceptions import Unresolvable

from errors import AppError

_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n\s*```\s*", re.DOTALL)


class SchemaInvalid(AppError):
    """The format asked for is no JSON Schema."""


class AnswerFormat:
    """The format of an answer. Raises SchemaInvalid; what a schema refers to elsewhere is not fetched."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        kind = validators.validator_for(schema)
        try:
            kind.check_schema(schema)
        except exceptions.SchemaError as error:
            raise SchemaInvalid("The format is not a JSON Schema", error.message) from error
        self._validator = kind(schema, registry=Registry())
        self.request = (
            "Answer with JSON alone, without any other text, that follows this JSON Schema:\n"
            f"{json.dumps(schema, ensure_ascii=False)}"
        )

    def problem(self, answer: str) -> str:
        """The first reason that an answer does not follow the schema; "" where it does."""
        try:
            value = json.loads(bare_json(answer))
        except (ValueError, RecursionError) as error:
            return f"it is not JSON ({error})"
        try:
            wrong = next(self._validator.iter_errors(value), None)
        except (Unresolvable, RecursionError, re.error) as error:
            return f"it cannot be checked ({type(error).__name__})"
        return f"at {wrong.json_path}: {wrong.message}" if wrong else ""


def bare_json(answer: str) -> str:
    """The answer without a code fence around it."""
    fenced = _FENCE.fullmatch(answer)
    return (fenced[1] if fenced else answer).strip()
