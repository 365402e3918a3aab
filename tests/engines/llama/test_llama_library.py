"""The native library is brought up, and leaves nothing open behind it."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.timeout(30)]  # it starts Python


def test_nothing_is_left_open_when_the_program_ends() -> None:
    program = "from engines.llama.bindings import llama_library; llama_library()"
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, check=True)
    assert "ResourceWarning" not in done.stderr
