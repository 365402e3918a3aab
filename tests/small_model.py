"""The small real model that `make test` fetches, for tests where a random one hides a fault."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engines.models.model_catalogue import find_in_catalogue

_HOME = Path(sys.prefix) / "trial"  # of the Makefile


def small_model() -> Path:
    """The path of the file; skips the test where it is not there."""
    model = find_in_catalogue("smollm2-135m")
    assert model is not None and model.package is not None
    path = _HOME / "models" / model.repository / model.package.name
    if not path.is_file():
        pytest.skip(f"{model.package.name} is not there: `make test-engines` fetches it")
    return path
