"""Every kind of model that can be tuned is the same model as GGUF: llama.cpp finds the loss that torch does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from engines.chat_tokens import TokenSequence, open_chat_tokens
from engines.llama.answer_loss import measure_answer_loss
from engines.protocol import Message
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_memory_kinds import write_tiny_window
from tuning.base import FOLDERS, Base, BaseUnusable
from tuning.plan import LoraPlan, TrainingPlan

pytestmark = [pytest.mark.tune, pytest.mark.timeout(60)]
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
torch = pytest.importorskip("torch", reason="the extra `tune` is not installed")
transformers = pytest.importorskip("transformers", reason="the extra `tune` is not installed")
lora_model = pytest.importorskip("tuning.lora_model", reason="the extra `tune` is not installed")
training = pytest.importorskip("tuning.training", reason="the extra `tune` is not installed")
gguf_export = pytest.importorskip("tuning.gguf_export", reason="the extra `tune` is not installed")

TALK = (Message("user", "What is the wood? " * 20), Message("assistant", "It is oak from the north, as they have it."))
SHAPE = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "initializer_range": 0.3,  # so that a wrong layout tells
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 10_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 256,
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "llama": ("Llama", {}),
    "tied": ("Llama", {"tie_word_embeddings": True}),
    "llama 3": ("Llama", {"rope_parameters": LLAMA3}),
    "mistral": ("Mistral", {"sliding_window": None}),
    "qwen 2": ("Qwen2", {}),
    "qwen 3": ("Qwen3", {"head_dim": 128}),  # transformers reads no other from a file
}


def write_base(folder: Path, kind: str) -> Base:
    """A model of random weights, with the vocabulary of the tiny Llama."""
    name, more = KINDS[kind]
    write_tiny_folder(folder)
    tokens = json.loads((folder / "config.json").read_text())
    (folder / "model.safetensors").unlink()
    known = {key: tokens[key] for key in ("vocab_size", "eos_token_id", "bos_token_id")}
    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**SHAPE, **known, **more)
    model = getattr(transformers, f"{name}ForCausalLM")(config)
    for part_name, part in model.named_parameters():
        if "norm" in part_name or "bias" in part_name:  # which begin as ones and zeros
            part.data += 0.2 * torch.randn(part.shape)
    model.save_pretrained(folder)
    return Base(folder, f"{name}ForCausalLM", 1)


def sequence(path: Path) -> TokenSequence:
    with open_chat_tokens(path) as tokens:
        return tokens.sequence(TALK)


def torch_loss(path: Path) -> float:
    found = lora_model.LoraModel(path, LoraPlan(), TrainingPlan()).evaluate([sequence(path)])
    return float(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_becomes_the_same_model(tmp_path: Path, kind: str) -> None:
    base = write_base(tmp_path / "base", kind)
    file = gguf_export.export_gguf(base, base.path, tmp_path / "made.gguf", "made")
    assert sequence(file) == sequence(base.path)
    found = measure_answer_loss(file, [sequence(file)], threads=1).loss
    assert found == pytest.approx(torch_loss(base.path), rel=2e-3)


@pytest.mark.parametrize("kind", ["llama", "llama 3", "qwen 2", "qwen 3", "gemma 3"])
def test_a_file_is_read_merged_and_written_again_as_the_same_model(tmp_path: Path, kind: str) -> None:
    if kind == "gemma 3":
        file, architecture = write_tiny_window(tmp_path / "first.gguf", window=1024), "gemma3"
    else:
        folder = write_base(tmp_path / "base", kind)
        file = gguf_export.export_gguf(folder, folder.path, tmp_path / "first.gguf", "first")
        architecture = FOLDERS[folder.architecture]
    model = transformers.AutoModelForCausalLM.from_pretrained(tmp_path, gguf_file=file.name, dtype=torch.float32)
    lora_model._forget_quantisation(model)
    model.save_pretrained(tmp_path / "read")
    again = gguf_export.export_gguf(Base(file, architecture, 1), tmp_path / "read", tmp_path / "again.gguf", "again")
    one, other = (measure_answer_loss(each, [sequence(file)], threads=1).loss for each in (file, again))
    assert one == pytest.approx(other, rel=1e-3)


@pytest.mark.parametrize("kind", ["llama", "qwen 2", "qwen 3"])
def test_a_file_that_torch_reads_as_llama_cpp_does_can_be_the_base(tmp_path: Path, kind: str) -> None:
    folder = write_base(tmp_path / "base", kind)
    file = gguf_export.export_gguf(folder, folder.path, tmp_path / "made.gguf", "made")
    training.require_same_model(lora_model.LoraModel(file, LoraPlan(), TrainingPlan()), file, [sequence(file)])


def test_a_file_that_torch_reads_otherwise_is_refused(tmp_path: Path) -> None:
    file = write_tiny_window(tmp_path / "odd.gguf", window=1024)  # a Gemma 3 of a shape that no published one has
    model = lora_model.LoraModel(file, LoraPlan(), TrainingPlan())
    with pytest.raises(BaseUnusable, match="read otherwise by torch"):
        training.require_same_model(model, file, [sequence(file)])


def test_a_vocabulary_that_llama_cpp_reads_otherwise_is_refused(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", "llama")
    tokenizer = json.loads((base.path / "tokenizer.json").read_text("utf-8"))
    tokenizer["normalizer"] = {"type": "Lowercase"}
    (base.path / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(gguf_export.NotConvertible, match="vocabulary of base"):
        gguf_export.require_convertible(base, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["base"]
