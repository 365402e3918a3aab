"""The version of Carrel that runs, and the name under which it is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PACKAGE = "carrel-desktop"


def own_version() -> str:
    """The version that is installed; "0" of a source that is not."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "0"
