"""Keeps the libraries that load models from reporting to anyone and from asking a hub for anything."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Within the block they are set, for the whole process; after it they are as they were."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_SILENCE = {
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
_OFFLINE = {"HF_HUB_OFFLINE": "1"}


@contextmanager
def offline() -> Iterator[None]:
    """Nothing is reported from here on; within the block, hub libraries and child processes start offline.

    Import the libraries inside of it. It ends with the block, as downloads that a person asks for run in children.
    """
    os.environ.update(_SILENCE)
    with environment(_OFFLINE):
        yield
