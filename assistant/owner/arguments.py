"""The arguments of a verb as JSON, and back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def packed(arguments: argparse.Namespace) -> dict[str, Any]:
    """The values of parsed arguments as JSON; paths become absolute, as the other process has its own folder."""
    return {name: _packed(value) for name, value in vars(arguments).items() if not callable(value)}


def unpacked(values: dict[str, Any]) -> argparse.Namespace:
    """The arguments of their values."""
    return argparse.Namespace(**{name: _unpacked(value) for name, value in values.items()})


def _packed(value: object) -> object:
    if isinstance(value, Path):
        return {"path": str(value.expanduser().absolute())}
    if isinstance(value, list | tuple):
        return [_packed(one) for one in value]
    return value


def _unpacked(value: object) -> object:
    match value:
        case {"path": str(path)}:
            return Path(path)
        case list():
            return [_unpacked(one) for one in value]
    return value
