"""Models are found where they lie, once each, without following loops, and in the time given."""

import json
import os
from pathlib import Path

import pytest

from engines.models.scan import ModelLocation, ScanResult, find_app_locations, scan_models
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_safetensors import write_folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def look(*folders: Path, owner: str = "Carrel") -> ScanResult:
    return scan_models([ModelLocation(folder, owner) for folder in folders])


def names(found: ScanResult) -> list[str]:
    return [model.name for model in found.models]


def test_both_formats_are_found_at_any_depth(models: Path) -> None:
    write_folder(models / "owner" / "Tiny-Chat")
    (models / "owner" / "repository").mkdir()
    write_tiny_gguf(models / "owner" / "repository" / "tiny-Q4_0.gguf")
    found = look(models)
    assert sorted(names(found)) == ["Tiny-Chat", "tiny-Q4_0"]
    assert all(model.card and not model.reason for model in found.models)
    assert found.complete


def test_unusable_model_is_listed_with_the_reason(models: Path) -> None:
    (models / "cut.gguf").write_bytes(b"GGUF\3\0\0\0")
    pickled = write_folder(models / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    reasons = {model.name: model.reason for model in look(models).models}
    assert "damaged" in reasons["cut"] and "pickle files" in reasons["pickled"]


def test_a_model_in_parts_is_listed_once(models: Path) -> None:
    for number in (1, 2):
        write_tiny_gguf(models / f"big-{number:05}-of-00002.gguf")
    assert names(look(models)) == ["big-00001-of-00002"]


def test_loops_and_links_are_followed_once(models: Path, tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "elsewhere.gguf")
    (models / "link.gguf").symlink_to(tmp_path / "elsewhere.gguf")
    (models / "same.gguf").symlink_to(tmp_path / "elsewhere.gguf")
    (models / "gone.gguf").symlink_to(tmp_path / "gone.gguf")
    (models / "loop").symlink_to(models)
    assert names(look(models, models)) == ["link"]


def test_unfinished_download_is_not_listed(models: Path) -> None:
    (models / ".pulling-tiny").mkdir()
    write_tiny_gguf(models / ".pulling-tiny" / "tiny.gguf")
    assert names(look(models)) == []


def test_ollamas_files_are_named_by_their_manifests(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    write_tiny_gguf(tmp_path / "blobs" / "sha256-abc")
    layers = [
        {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:def"},
        {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:abc"},
    ]
    for owner, tag in (("library", "1b"), ("ann", "latest"), ("library", "broken")):
        manifest = tmp_path / "manifests" / "registry.ollama.ai" / owner / "tiny" / tag
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text("[]" if tag == "broken" else json.dumps({"layers": layers}))
    assert names(look(tmp_path, owner="Ollama")) == ["ann/tiny:latest"]  # the other is the same file


def test_a_manifest_that_leads_elsewhere_is_left_out(tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "outside.gguf")
    manifest = tmp_path / "ollama" / "manifests" / "host" / "library" / "tiny" / "1b"
    manifest.parent.mkdir(parents=True)
    (tmp_path / "ollama" / "blobs").mkdir()
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": "../../outside.gguf"}
    manifest.write_text(json.dumps({"layers": [layer]}))
    assert names(look(tmp_path / "ollama", owner="Ollama")) == []


def test_the_hubs_cache_names_repositories(tmp_path: Path) -> None:
    write_folder(tmp_path / "blobs")
    snapshot = tmp_path / "hub" / "models--owner--Tiny" / "snapshots" / "0123abcd"
    snapshot.mkdir(parents=True)
    for file in (tmp_path / "blobs").iterdir():
        (snapshot / file.name).symlink_to(file)
    assert names(look(tmp_path / "hub", owner="Hugging Face")) == ["owner/Tiny"]


def test_time_runs_out(models: Path) -> None:
    for number in range(20):
        write_tiny_gguf(models / f"{number:02}.gguf")
    ticks = iter(range(1000))
    found = scan_models([ModelLocation(models, "Carrel")], seconds=5, clock=lambda: float(next(ticks)))
    assert not found.complete
    assert len(found.models) < 20


def test_missing_locations_count_as_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert look(tmp_path / "none", tmp_path / "file") == ScanResult((), complete=True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_unreadable_folders_count_as_empty(models: Path) -> None:
    (models / "locked").mkdir(mode=0o000)
    assert look(models).models == ()


def test_other_programs_say_where_in_the_environment(tmp_path: Path) -> None:
    told = {"OLLAMA_MODELS": "/o", "HF_HOME": "/h", "LLAMA_CACHE": "/l", "XDG_DATA_HOME": "/d"}
    folders = {place.folder for place in find_app_locations(tmp_path, told)}
    assert {
        Path("/o"),
        Path("/h/hub"),
        Path("/l"),
        Path("/d/nomic.ai/GPT4All"),
        tmp_path / ".lmstudio" / "models",
    } <= folders
    assert Path("/c") in {place.folder for place in find_app_locations(tmp_path, {**told, "HF_HUB_CACHE": "/c"})}
