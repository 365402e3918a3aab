from pathlib import Path

import pytest

from assistant.settings import (
    AnswerSettings,
    ModelSettings,
    SearchSettings,
    Settings,
    SettingsDamaged,
    SettingsInvalid,
    load_settings,
    save_settings,
)


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == Settings()


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    settings = Settings(
        model=ModelSettings(path=Path('/models/a "b" \\ ü\x7f.gguf'), threads=3),
        answers=AnswerSettings(persona="410-llm-engineer"),
        search=SearchSettings(embedder_folders=(Path("/a"), Path("/b")), index_uri="s3://bucket/path"),
    )
    save_settings(tmp_path / "settings.toml", settings)
    assert load_settings(tmp_path / "settings.toml") == settings


def test_saving_leaves_no_draft_behind(tmp_path: Path) -> None:
    save_settings(tmp_path / "settings.toml", Settings())
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


def test_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    save_settings(path, Settings())
    before = path.read_text()

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(Exception, match="Cannot save"):
        save_settings(path, Settings(model=ModelSettings(threads=9)))
    assert (path.read_text(), len(list(tmp_path.iterdir()))) == (before, 1)


def test_unknown_key_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[model]\ncontext_token = 4\n")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(tmp_path / "settings.toml")
    assert "context_tokens" in caught.value.hint


@pytest.mark.parametrize(
    "line",
    [
        "[model]\nthreads = '4'",
        "[model]\nthreads = true",
        "[model]\npath = 3",
        "model = 3",
        "[search]\nembedder_folders = 'x'",
    ],
)
def test_wrong_type_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "settings.toml").write_text(line)
    with pytest.raises(SettingsInvalid, match="must be"):
        load_settings(tmp_path / "settings.toml")


def test_damaged_file_is_set_aside_and_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\x00\x00[model")
    with pytest.raises(SettingsDamaged):
        load_settings(tmp_path / "settings.toml")
    assert (tmp_path / "settings.damaged-1.toml").read_bytes() == b"\x00\x00[model"


def test_knobs_of_the_engines_are_tables_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[vllm]\ntensor_parallel_size = 2\ndtype = "half"\n[transformers]\nquantization = "nf4"\n', "utf-8")
    settings = load_settings(path)
    assert (settings.vllm.tensor_parallel_size, settings.vllm.dtype) == (2, "half")
    assert settings.transformers.quantization == "nf4"
    path.write_text('[transformers]\nquantization = "nf5"\n', "utf-8")
    with pytest.raises(SettingsInvalid, match="quantization"):
        load_settings(path)
