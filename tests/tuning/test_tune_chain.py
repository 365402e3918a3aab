"""The whole chain on a tiny model: train, be killed, go on, merge, convert, quantise, compare, answer."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from engines.chat_tokens import open_chat_tokens
from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
from tests.models.byte_bpe import WORDS
from tests.models.tiny_llama import write_tiny_folder
from tuning.examples import read_examples
from tuning.plan import LoraPlan, TrainingPlan

pytestmark = [pytest.mark.tune, pytest.mark.timeout(110)]
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as `carrel tune` does: the cores may be shared
torch = pytest.importorskip("torch", reason="the extra `tune` is not installed")
peft = pytest.importorskip("peft", reason="the extra `tune` is not installed")
transformers = pytest.importorskip("transformers", reason="the extra `tune` is not installed")
lora_model = pytest.importorskip("tuning.lora_model", reason="the extra `tune` is not installed")

STEPS, EVERY = 20, 5
PLAN = f"""
name = "mine"
base = "base"
[data]
train = "train.jsonl"
held_out = "held-out.jsonl"
[lora]
rank = 8
dropout = 0.1
[training]
steps = {STEPS}
learning_rate = 5e-3
batch = 2
gradient_accumulation = 2
checkpoint_every = {EVERY}
evaluate_every = 10
[result]
quantisations = ["Q8_0", "Q4_0"]
"""


def write_examples(file: Path, seed: int, count: int) -> None:
    chosen = random.Random(seed)
    words = [chosen.choice(WORDS.split()) for _ in range(count)]
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"{seed} {at}: say {word}"},
                {"role": "assistant", "content": f"{word} it is"},
            ]
        }
        for at, word in enumerate(words)
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")


def write_plan(folder: Path, plan: str = PLAN) -> Path:
    """The file of a plan, with its base and its examples beside it."""
    write_tiny_folder(folder / "base")
    write_examples(folder / "train.jsonl", 1, 48)
    write_examples(folder / "held-out.jsonl", 2, 8)
    (folder / "plan.toml").write_text(plan, "utf-8")
    return folder / "plan.toml"


def losses(folder: Path) -> list[float]:
    with (folder / "mine" / "curves.csv").open(encoding="utf-8", newline="") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


def tune(step: str, plan: Path, home: Path) -> int:
    return cli.main(["tune", step, str(plan), "--home", str(home), "--json"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a chain that nothing interrupted; its home is `home` in it."""
    folder = tmp_path_factory.mktemp("whole")
    assert tune("run", write_plan(folder), folder / "home") == 0
    return folder


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A training in a process of its own."""
    write_plan(tmp_path)
    code = "import sys; from assistant import cli; sys.exit(cli.main(sys.argv[1:]))"
    arguments = [sys.executable, "-c", code, "tune", "train", str(tmp_path / "plan.toml")]
    environment = {**os.environ, "CARREL_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("killed_after", [2, 13])
def test_killed_and_gone_on_it_has_the_losses_of_a_run_that_was_not(
    whole: Path, running: subprocess.Popen[bytes], tmp_path: Path, killed_after: int
) -> None:
    curves = tmp_path / "mine" / "curves.csv"
    while not curves.exists() or len(curves.read_text().splitlines()) <= killed_after:
        assert running.poll() is None, "it ended before it was killed"
        time.sleep(0.001)
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = len(losses(tmp_path))
    assert done < STEPS
    assert tune("train", tmp_path / "plan.toml", tmp_path / "home") == 0
    assert losses(tmp_path) == pytest.approx(losses(whole), abs=1e-5)


def test_it_learns(whole: Path) -> None:
    found = losses(whole)
    assert len(found) == STEPS
    assert sum(found[-3:]) < 0.8 * sum(found[:3])


def test_changed_examples_do_not_go_on_from_the_checkpoint(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write_plan(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "checkpoints").symlink_to(whole / "mine" / "checkpoints")
    write_examples(tmp_path / "train.jsonl", 3, 48)
    assert tune("train", plan, tmp_path / "home") == 1
    assert "have changed" in capsys.readouterr().out


def logits(model: Any) -> Any:
    tokens = torch.arange(40).reshape(2, 20) * 7 % 300
    with torch.no_grad():
        return model.eval()(tokens).logits


def test_the_merged_model_computes_what_the_adapter_does(whole: Path) -> None:
    base = transformers.AutoModelForCausalLM.from_pretrained(whole / "base", dtype=torch.float32)
    before = logits(base)
    unmerged = logits(peft.PeftModel.from_pretrained(base, str(whole / "mine" / "adapter")))
    merged = logits(transformers.AutoModelForCausalLM.from_pretrained(whole / "mine" / "merged", dtype=torch.float32))
    assert float((unmerged - merged).abs().max()) <= 1e-3
    assert float((unmerged - before).abs().max()) > 0.1


@pytest.mark.parametrize(("step", "left"), [("merge", []), ("convert", ["merged"])])
def test_a_disk_that_fills_up_leaves_no_half_written_model(
    whole: Path, tmp_path: Path, step: str, left: list[str]
) -> None:
    plan = write_plan(tmp_path)
    for name in ("adapter", *left):
        shutil.copytree(whole / "mine" / name, tmp_path / "mine" / name)
    code = (
        "import resource, signal, sys; from assistant import cli;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); sys.exit(cli.main(sys.argv[1:]))"
    )
    arguments = ["tune", step, str(plan), "--home", str(tmp_path / "home")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "Make room on the disk" in ended.stderr
    assert sorted(file.name for file in (tmp_path / "mine").iterdir()) == ["adapter", *left]


def test_llama_cpp_finds_the_loss_that_the_training_did(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (whole / "mine" / "curves.csv").open(encoding="utf-8", newline="") as file:
        trained = float(list(csv.DictReader(file))[-1]["held_out_loss"])
    assert tune("compare", whole / "plan.toml", tmp_path) == 0
    found = {row["name"]: row["loss"] for row in json.loads(capsys.readouterr().out)["compared"]}
    assert list(found) == ["F16", "Q8_0", "Q4_0"]
    assert found["F16"] == pytest.approx(trained, abs=0.01)
    assert found["Q8_0"] == pytest.approx(trained, abs=0.1)


def test_the_quantised_model_is_listed_and_answers(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "list", "--home", str(whole / "home"), "--json"]) == 0
    (listed,) = [one for one in json.loads(capsys.readouterr().out)["models"] if one["name"] == "mine-Q8_0"]
    engine = LlamaEngine(whole / "home" / "models" / "mine-Q8_0.gguf", LlamaSettings(context_tokens=512))
    try:
        sampling = Sampling(temperature=0.0, max_tokens=12)
        assert listed["status"] == "installed"
        assert [piece.text for piece in engine.reply([Message("user", "say the")], sampling)]
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('targets = ["no_proj"]', "no layers named no_proj"),
        ("quantised = true", "QLoRA needs an NVIDIA GPU"),
    ],
)
def test_what_a_base_cannot_do_is_said_before_it_is_trained(
    tmp_path: Path, line: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write_plan(tmp_path, PLAN.replace("dropout = 0.1", line))
    assert tune("train", plan, tmp_path / "home") == 1
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("line", ["packing = true", 'precision = "bfloat16"'])
def test_other_ways_of_computing_learn_too(tmp_path: Path, line: str) -> None:
    table = "[data]" if "packing" in line else "[training]"
    assert tune("train", write_plan(tmp_path, PLAN.replace(table, f"{table}\n{line}")), tmp_path / "home") == 0
    found = losses(tmp_path)
    assert sum(found[-3:]) < 0.8 * sum(found[:3])


def test_conversations_that_share_a_row_do_not_see_each_other(tmp_path: Path) -> None:
    write_plan(tmp_path)
    model = lora_model.LoraModel(tmp_path / "base", LoraPlan(), TrainingPlan())
    with open_chat_tokens(tmp_path / "base") as tokens:
        rows = [tokens.sequence(one.messages) for one in read_examples(tmp_path / "train.jsonl")[0][:3]]
    alone = sum(model.evaluate([one]) * one.answer_tokens for one in rows)
    packed = model.step([[rows]], 0.0, 0) * sum(one.answer_tokens for one in rows)
    assert packed == pytest.approx(alone, rel=1e-5)
