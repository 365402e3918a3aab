from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import first_paint

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    command = [sys.executable, "-c", first_paint.CARREL, str(tmp_path / "home"), *first_paint.HEAVY]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=50, check=True)
    assert done.stdout == "painted\n\n"


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_the_window_opens_and_closes_cleanly(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from assistant.home import Home
from desktop.app import build_application, open_app
application = build_application()
app = open_app(Home(Path(sys.argv[1])))
app.ready.connect(app.window.close)
app.window.show()
application.exec()
app.close()
"""
    command = [sys.executable, "-c", program, str(tmp_path / "home")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr.replace("This plugin does not support propagateSizeHints()\n", "")) == (0, "")
