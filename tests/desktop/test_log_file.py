"""The log file: bugs land in it, once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app import LOG_NAME, log_to


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    before = list(logging.getLogger().handlers)
    log_to(tmp_path / "logs")
    log_to(tmp_path / "logs")
    yield tmp_path / "logs" / LOG_NAME
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.mark.logs("a bug")
def test_a_bug_is_written_once_with_its_traceback(log: Path) -> None:
    try:
        raise ValueError("boom")
    except ValueError:
        logging.getLogger("carrel.desktop").exception("a bug")
    assert log.read_text("utf-8").count("ValueError: boom") == 1


def test_what_is_no_problem_is_not_written(log: Path) -> None:
    logging.getLogger("carrel.desktop").info("asked about my secrets")
    assert not log.exists()
