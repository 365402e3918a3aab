"""The sampling that a model's own files recommend."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import pytest

from engines.engine_settings import EngineSettings, LlamaSettings
from engines.models.gguf_header import read_gguf
from engines.opening import open_engine
from engines.sampling_choice import SamplingChoice, decide, folder_sampling, gguf_sampling, sampling_of
from tests.models.tiny_gguf import write_tiny_gguf


def write_header(path: Path, **values: float) -> Path:
    writer = gguf.GGUFWriter(path, "llama")
    for key, value in values.items():
        if isinstance(value, int):
            writer.add_int32(f"general.sampling.{key}", value)
        else:
            writer.add_float32(f"general.sampling.{key}", value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_a_gguf_file_recommends_sampling(tmp_path: Path) -> None:
    path = write_header(
        tmp_path / "m.gguf", temp=0.5, top_k=20, top_p=0.75, min_p=0.0, penalty_repeat=1.25, penalty_last_n=32
    )
    found = gguf_sampling(read_gguf(path))
    assert found == SamplingChoice(temperature=0.5, top_k=20, top_p=0.75, min_p=0.0, repeat_penalty=1.25)


def test_values_that_cannot_be_meant_are_not_heeded(tmp_path: Path) -> None:
    path = write_header(tmp_path / "m.gguf", temp=float("nan"), top_k=-3, top_p=7.5, penalty_repeat=90.0)
    assert gguf_sampling(read_gguf(path)) == SamplingChoice()


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({"temperature": 0.6, "top_p": 0.95, "do_sample": True}, SamplingChoice(temperature=0.6, top_p=0.95)),
        ({"repetition_penalty": 1.1, "top_k": 20}, SamplingChoice(repeat_penalty=1.1, top_k=20)),
        ({"do_sample": False, "temperature": 0.6}, SamplingChoice(temperature=0.0)),
        ({"temperature": True, "top_k": "20", "top_p": None}, SamplingChoice()),
        ([1], SamplingChoice()),
    ],
)
def test_a_folder_recommends_sampling(config: object, found: SamplingChoice, tmp_path: Path) -> None:
    assert folder_sampling(tmp_path) == SamplingChoice()
    (tmp_path / "generation_config.json").write_text(json.dumps(config))
    assert folder_sampling(tmp_path) == found


def test_the_first_that_decides_a_field_does() -> None:
    decided = decide(SamplingChoice(temperature=0.0), SamplingChoice(temperature=1.0, top_k=5))
    assert decided == SamplingChoice(temperature=0.0, top_k=5)
    assert sampling_of(decided).top_p == 0.95


@pytest.mark.engine
def test_an_engine_in_its_process_tells_what_its_file_recommends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = gguf.GGUFWriter.add_name

    def add_name(writer: gguf.GGUFWriter, name: str) -> None:
        described(writer, name)
        writer.add_float32("general.sampling.temp", 0.25)

    monkeypatch.setattr(gguf.GGUFWriter, "add_name", add_name)
    path = write_tiny_gguf(tmp_path / "m.gguf")
    engine = open_engine(path, EngineSettings(llama=LlamaSettings(context_tokens=256)))
    assert engine.recommended == SamplingChoice(temperature=0.25)
    engine.close()
