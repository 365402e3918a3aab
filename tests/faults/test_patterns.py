"""No regular expression that meets the text of a file, a model or a question takes more than linear time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ["knowledge", "assistant.answers", "assistant.conversations", "assistant.reading"]


@pytest.mark.timeout(300)
@pytest.mark.skipif(os.name != "posix", reason="stops a pattern by a signal")
def test_every_pattern_takes_linear_time_over_its_own_worst_input() -> None:
    program = [sys.executable, "-m", "tests.faults.worst_inputs", *PACKAGES]
    tried = subprocess.run(program, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=280)
    assert (tried.stdout, tried.returncode) == ("", 0), tried.stdout + tried.stderr
