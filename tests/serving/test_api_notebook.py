"""The notebook in docs/: its cells run, one after the other, over a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.serving.conftest import ANSWER, Served

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
NOTEBOOK = Path(__file__).parents[2] / "docs" / "api.ipynb"


def test_its_cells_run_and_show_passages_and_answers(
    served: Served, notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CARREL_URL", served.address)
    monkeypatch.setenv("CARREL_API_KEY", served.key)
    names: dict[str, object] = {}
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), names)
    shown = capsys.readouterr().out
    assert shown.count(ANSWER) == 2  # as events, and by OpenAI's client
    assert f"{notes / 'boiler.md'} › Boiler › Service" in shown
    assert (notes / "boiler.md").as_uri() in shown
    for name in ("client", "openai"):
        names[name].close()  # type: ignore[attr-defined]
