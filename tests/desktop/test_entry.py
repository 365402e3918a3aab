from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.__main__ import main


def test_without_a_display_chat_opens_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys, "stdin", io.StringIO("/quit\n"))
    assert main(["--home", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "no display" in captured.err
    assert "Reader" in captured.out


def test_a_verb_imports_no_qt(tmp_path: Path) -> None:
    program = (
        "import sys; from desktop.__main__ import main;"
        f" code = main(['personas', 'list', '--home', {str(tmp_path)!r}]);"
        " print([name for name in sys.modules if name.startswith('PySide6') or name == 'lancedb'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
