import os
import subprocess
import sys
from pathlib import Path

from knowledge.encoders.onnx_encoders import equal_length_batches
from tests.models import tiny_bert

OPEN = """
import sys
from pathlib import Path
from knowledge.encoders.onnx_encoders import OnnxEmbedder
embedder = OnnxEmbedder(Path(sys.argv[1]), threads=1)
embedder.embed(["the cat"])
embedder.close()
"""


def test_batches_hold_equal_lengths_within_the_limit_and_lose_no_text() -> None:
    lengths = [5, 9, 5, 300, 5, 9, 5]
    batches = equal_length_batches(lengths, max_tokens=16)
    assert [[lengths[i] for i in batch] for batch in batches] == [[300], [9], [9], [5, 5, 5], [5]]
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))


def test_onnx_runtime_keeps_no_identity_of_this_machine(tmp_path: Path) -> None:
    tiny_bert.write_model(tmp_path / "tiny")
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    environment |= {"HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", OPEN, str(tmp_path / "tiny")], check=True, env=environment)
    assert list(home.rglob("*")) == []
