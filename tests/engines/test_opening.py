"""A model is opened by the engine that reads it, and nothing heavy is imported before."""

import subprocess
import sys
from pathlib import Path

import pytest

from engines.engine_settings import EngineSettings, TransformersSettings
from engines.errors import EngineMissing, ModelUnreadable
from engines.opening import open_engine
from tests.models.tiny_llama import write_tiny_folder
from tests.models.tiny_vllm import is_installed, transformers_installed


@pytest.mark.skipif(is_installed("transformers"), reason="transformers is installed")
def test_folder_goes_to_transformers_which_is_not_here(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing) as missing:
        open_engine(write_tiny_folder(tmp_path / "tiny"))
    assert "pip install" in missing.value.hint


@pytest.mark.transformers
@pytest.mark.timeout(120)
@transformers_installed
def test_folder_is_opened_by_transformers_where_there_is_no_gpu(tmp_path: Path) -> None:
    engine = open_engine(write_tiny_folder(tmp_path / "tiny"), EngineSettings(transformers=TransformersSettings()))
    assert engine.name == "transformers"
    engine.close()


def test_damaged_folder_is_refused_before_an_engine_is_chosen(tmp_path: Path) -> None:
    folder = write_tiny_folder(tmp_path / "tiny")
    (folder / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelUnreadable):
        open_engine(folder)


def test_chosen_engine_is_used(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable) as refused:
        open_engine(tmp_path / "none.gguf", EngineSettings(engine="transformers"))
    assert "not a folder" in refused.value.hint


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = "{'torch', 'vllm', 'transformers', 'llama_cpp', 'numpy'}"
    code = f"import sys, engines.opening; print({heavy} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
