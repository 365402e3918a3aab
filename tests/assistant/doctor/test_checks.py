from pathlib import Path

import pytest

from assistant.doctor.check_result import Check
from assistant.doctor.checks import check_parser, run_checks
from assistant.doctor.gpu_check import check_gpu_engines
from assistant.home import Home
from assistant.settings import Settings
from engines import TransformersSettings, VllmSettings


def checked(home: Path) -> dict[str, Check]:
    return {check.name: check for check in run_checks(Home(home))}


def test_everything_required_works_here(tmp_path: Path) -> None:
    assert [check for check in checked(tmp_path / "home").values() if check.required and not check.ok] == []


def test_every_failure_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    (tmp_path / "settings.toml").write_text("[model]\npath = '/nowhere/model.gguf'\n")
    (tmp_path / "conversations.db").write_bytes(b"nonsense " * 1000)
    broken = [check for check in checked(tmp_path).values() if not check.ok]
    assert {"settings", "conversations", "embedder"} <= {check.name for check in broken}
    assert all(check.hint for check in broken)


def test_home_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not checked(tmp_path / "file" / "home")["home"].ok


def test_embedder_with_a_wrong_checksum_is_found(tmp_path: Path) -> None:
    place = tmp_path / "models" / "multilingual-e5-small"
    place.mkdir(parents=True)
    (place / "model.safetensors").write_bytes(b"not the weights")
    assert "wrong" in checked(tmp_path)["embedder"].detail


@pytest.mark.parametrize(
    ("confined", "words"),
    [
        (("Landlock", "seccomp"), "sandboxed by Landlock and seccomp"),
        (("seccomp",), "and seccomp: this system lacks Landlock or seccomp"),
        ((), "but no sandbox: this system lacks Landlock or seccomp"),
    ],
)
def test_what_confines_the_parser_is_told(
    monkeypatch: pytest.MonkeyPatch, confined: tuple[str, ...], words: str
) -> None:
    monkeypatch.setattr("assistant.doctor.checks.parser_sandbox", lambda: confined)
    check = check_parser()
    assert check.ok and check.detail.endswith(words)


def test_an_embedder_from_a_wheel_is_compared_with_its_official_checksum(tmp_path: Path) -> None:
    folder = Home(tmp_path).models / "multilingual-e5-small"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"not the official one")
    (folder / "verified.sha256").touch()
    check = checked(tmp_path)["embedder"]
    assert not check.ok and "checksum wrong" in check.detail


def test_the_settings_of_gpu_engines_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.doctor.gpu_check.version", lambda name: "9.9")
    monkeypatch.setattr("assistant.doctor.gpu_check.find_spec", lambda name: name in ("torch", "flash_attn") or None)
    settings = Settings(
        vllm=VllmSettings(speculative_method="ngram"), transformers=TransformersSettings(quantization="nf4")
    )
    told = check_gpu_engines(settings).detail
    assert "vLLM 9.9" in told and "drafting ngram" in told
    assert "nf4 (quantised twice, computing in float16)" in told and "TF32 on, cuDNN autotune off" in told
    assert "Flash Attention 2 installed" in told and "expandable_segments:True" in told
