"""Names and places, where the extra `privacy` is installed, by a model of spaCy made here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = """
import pathlib, sys, spacy
nlp = spacy.blank("en")
rules = nlp.add_pipe("entity_ruler")
rules.add_patterns([{"label": "PERSON", "pattern": "Anna Lindqvist"}, {"label": "GPE", "pattern": "Uppsala"}])
folder = pathlib.Path(sys.argv[1]) / "en_tiny_names"
folder.mkdir()
nlp.to_disk(folder / "data")
(folder / "__init__.py").write_text(
    "import pathlib, spacy\\ndef load(**given):\\n    return spacy.load(pathlib.Path(__file__).parent / 'data')\\n"
)
"""
FIND = """
import spacy
spacy.util.get_installed_models = lambda: ["en_tiny_names"]
spacy.util.is_package = lambda name: True
from assistant.guards import find_personal
text = "Then Anna Lindqvist went to Uppsala with x@example.org."
print([(one.kind, text[one.start : one.end]) for one in find_personal(text)])
"""


@pytest.mark.timeout(120)
def test_names_and_places_are_found(tmp_path: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    subprocess.run([sys.executable, "-c", MODEL, str(tmp_path)], check=True, env=environment)
    done = subprocess.run([sys.executable, "-c", FIND], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip().splitlines()[-1] == str(
        [("NAME", "Anna Lindqvist"), ("PLACE", "Uppsala"), ("EMAIL", "x@example.org")]
    )
