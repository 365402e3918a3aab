"""The YAML between two `---` lines at the top of a Markdown file."""

import datetime
import math
import re
from typing import Any

from knowledge.document import Metadata

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MAX_CHARACTERS = 10_000  # libyaml recurses once per bracket, and this many it survives
_SURROGATE = re.compile("[\ud800-\udfff]")

Scalar = str | int | float | bool


def read_front_matter(text: str) -> tuple[Metadata, int]:
    """The front matter's values and the character where the body begins; ({}, 0) where there is none.

    Values are scalars or lists of strings; dates become ISO strings; mappings within mappings are left out.
    What is not a YAML mapping is not front matter but text.
    """
    found = _FENCED.match(text)
    if not found or found.end() > _MAX_CHARACTERS:
        return {}, 0
    # Merge keys can unfold without end, and no front matter has them.
    values = None if "<<" in found[1] else _yaml(found[1])
    if not isinstance(values, dict):
        return {}, 0
    metadata = {_clean(str(key)): _value(value) for key, value in values.items()}
    return {key: value for key, value in metadata.items() if value is not None}, found.end()


def _yaml(text: str) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader) or {}
    except (yaml.YAMLError, ValueError, RecursionError):  # an impossible date or number is a ValueError
        return None


def _value(value: object) -> Scalar | tuple[str, ...] | None:
    if isinstance(value, list | tuple | set):
        return tuple(str(item) for item in map(_scalar, value) if item is not None)
    return _scalar(value)


def _scalar(value: object) -> Scalar | None:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else None
    return value if isinstance(value, float) and math.isfinite(value) else None


def _clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
