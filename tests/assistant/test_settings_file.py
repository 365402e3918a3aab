"""settings.toml stays the person's: only changed keys are written, and no mistake in it loses what was chosen."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.servers import open_connections
from assistant.settings import AnswerSettings, ModelSettings, NetworkSettings, SearchSettings, Settings
from assistant.settings_file import SettingsFile, load_settings
from assistant.workspace import Workspace
from errors import AppError
from network.connections import Offline

MINE = """# My settings, do not touch

[model]  # the good one
path    = '/models/mine.gguf'   # 8 GB
context_tokens = 4_096

# What may leave this machine
[network]
offline = false # for now

[search]
embedder_folders = [
    "/a",  # first
    "/b",
]
"""
# As the version before wrote it: every default, whatever was chosen.
FROZEN = """[model]
context_tokens = 16384
memory_percent = 70
folders = []

[answers]
persona = "001-reader"
passage_tokens = 3000

[search]
embedder = "all-MiniLM-L6-v2"
reranker = "auto"
precision = "auto"
embedder_folders = []
index_uri = ""

[network]
offline = false

[remote]
url = ""
model = ""
personal_data = "mask"
plain_http = false

[routing]
stronger_for_complex = false

[vllm]
context_tokens = 8192
max_num_seqs = 16
max_num_batched_tokens = 2048
tensor_parallel_size = 1
pipeline_parallel_size = 1
dtype = "auto"
kv_cache_dtype = "auto"
cpu_offload_bytes = 0
kv_offload_bytes = 0

[transformers]
context_tokens = 8192
quantization = "none"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def go_offline(file: SettingsFile, offline: bool = True) -> None:
    file.save(replace(file.settings, network=NetworkSettings(offline=offline)))


def set_model(file: SettingsFile, **values: object) -> None:
    file.save(replace(file.settings, model=replace(file.settings.model, **values)))  # type: ignore[arg-type]


def test_no_file_means_the_defaults_and_leaves_none(path: Path) -> None:
    file = SettingsFile(path)
    assert (file.settings, file.problems) == (Settings(), ())
    file.save(Settings())
    assert list(path.parent.iterdir()) == []


def test_saved_settings_are_loaded(path: Path) -> None:
    settings = Settings(
        model=ModelSettings(path=Path('/models/a "b" \\ ü\x7f.gguf'), threads=3),
        answers=AnswerSettings(persona="410-llm-engineer"),
        search=SearchSettings(embedder_folders=(Path("/a"), Path("/b")), index_uri="s3://bucket/path"),
    )
    SettingsFile(path).save(settings)
    assert load_settings(path) == settings


def test_only_the_changed_key_changes(path: Path) -> None:
    path.write_text(MINE)
    go_offline(SettingsFile(path))
    assert path.read_text() == MINE.replace("offline = false # for now", "offline = true # for now")


def test_new_key_stands_in_its_table_above_the_words_on_the_next(path: Path) -> None:
    path.write_text(MINE)
    set_model(SettingsFile(path), threads=6)
    assert path.read_text() == MINE.replace("4_096\n", "4_096\nthreads = 6\n")


def test_key_without_a_value_goes(path: Path) -> None:
    path.write_text(MINE)
    set_model(SettingsFile(path), path=None)
    assert path.read_text() == MINE.replace("path    = '/models/mine.gguf'   # 8 GB\n", "")


@pytest.mark.parametrize("before", [MINE, "# only words\n", "model.threads = 3\n", "[model]\r\nthreads = 3\r\n"])
def test_there_and_back_leaves_the_file_as_it_was(path: Path, before: str) -> None:
    path.write_bytes(before.encode())
    file = SettingsFile(path)
    for _ in range(2):
        go_offline(file)
        set_model(file, batch_tokens=9)
        assert load_settings(path).network.offline
        go_offline(file, False)
        set_model(file, batch_tokens=None)
    assert path.read_bytes() == before.encode()


def test_no_default_is_frozen_into_a_new_file(path: Path) -> None:
    go_offline(SettingsFile(path))
    assert [line for line in path.read_text().splitlines() if line and line[0] != "#"] == [
        "[network]",
        "offline = true",
    ]


@pytest.mark.parametrize("before", ["\ufeff[model]\r\nthreads = 3", "[model]\r\nthreads = 3\r\n"])
def test_line_ends_and_mark_of_windows_stay(path: Path, before: str) -> None:
    path.write_bytes(before.encode())
    file = SettingsFile(path)
    assert file.settings.model.threads == 3
    set_model(file, batch_tokens=9)
    text = path.read_bytes().decode()
    assert text.startswith(before) and text.endswith("\r\nbatch_tokens = 9\r\n")


def test_unknown_keys_and_wrong_values_stay_in_the_file(path: Path) -> None:
    path.write_text("[model]\ncontext_token = 4 # sic\nthreads = 'many'\n")
    go_offline(SettingsFile(path))
    assert path.read_text().startswith("[model]\ncontext_token = 4 # sic\nthreads = 'many'\n")
    assert load_settings(path).network.offline


def test_table_that_is_none_is_not_overwritten(path: Path) -> None:
    path.write_text("network = 'mine'\n")
    file = SettingsFile(path)
    with pytest.raises(AppError, match="must be a table"):
        go_offline(file, False)
    set_model(file, path=Path("x"))
    assert path.read_text().startswith("network = 'mine'\n")
    assert load_settings(path).network.offline


def test_edit_made_meanwhile_survives_and_applies(path: Path) -> None:
    path.write_text(MINE)
    file = SettingsFile(path)
    assert file.settings.model.context_tokens == 4096
    path.write_text(MINE.replace("4_096", "1_024 # less"))
    go_offline(file)
    assert path.read_text() == MINE.replace("4_096", "1_024 # less").replace("false # for", "true # for")
    assert (file.settings.model.context_tokens, file.settings.network.offline) == (1024, True)


def test_file_of_the_version_before_opens_and_keeps_its_form(path: Path) -> None:
    path.write_text(FROZEN)
    file = SettingsFile(path)
    expected = Settings(model=ModelSettings(context_tokens=16384), search=SearchSettings(embedder="all-MiniLM-L6-v2"))
    assert (file.settings, file.problems) == (expected, ())
    go_offline(file)
    assert path.read_text() == FROZEN.replace("offline = false", "offline = true")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_link_to_the_file_stays_a_link(path: Path) -> None:
    elsewhere = path.with_name("dotfiles.toml")
    elsewhere.write_text(MINE)
    path.symlink_to(elsewhere)
    go_offline(SettingsFile(path))
    assert path.is_symlink() and "offline = true" in elsewhere.read_text()


def test_failed_save_keeps_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(MINE)
    file = SettingsFile(path)
    before = file.settings

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(AppError, match="Cannot save"):
        set_model(file, threads=9)
    assert (path.read_text(), file.settings) == (MINE, before)
    assert sorted(each.name for each in path.parent.iterdir()) == ["settings.last-good.toml", "settings.toml"]


def damage_by_words(path: Path) -> None:
    path.write_text("[model\nthreads = ")


def damage_by_zeros(path: Path) -> None:
    path.write_bytes(bytes(100))


def damage_by_encoding(path: Path) -> None:
    path.write_bytes("[model]\npath = 'ü'".encode("latin-1"))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def empty_to_blanks(path: Path) -> None:
    path.write_bytes(b" \r\n\n")


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


Damage = Callable[[Path], None]
DAMAGES = (damage_by_words, damage_by_zeros, damage_by_encoding, empty, empty_to_blanks, replace_by_a_folder)


@pytest.mark.parametrize("damage", DAMAGES)
def test_unreadable_file_keeps_the_last_settings_and_is_offline(path: Path, damage: Damage) -> None:
    path.write_text(MINE)
    chosen = load_settings(path)
    damage(path)
    file = SettingsFile(path)
    assert file.settings == replace(chosen, network=NetworkSettings(offline=True))
    (problem,) = file.problems
    assert "settings.toml" in problem.title
    assert "stays offline" in problem.hint and "last settings" in problem.hint


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_file_without_permission_keeps_the_last_settings(path: Path) -> None:
    path.write_text(MINE)
    chosen = load_settings(path)
    path.chmod(0)
    assert SettingsFile(path).settings == replace(chosen, network=NetworkSettings(offline=True))


@pytest.mark.parametrize("damage", DAMAGES)
def test_switching_offline_off_mends_the_file_and_keeps_the_damaged_one(path: Path, damage: Damage) -> None:
    path.write_text(MINE)
    load_settings(path)
    damage(path)
    damaged = path.read_bytes() if path.is_file() else b""
    file = SettingsFile(path)
    go_offline(file, False)
    assert (path.read_text(), file.problems, file.settings.network.offline) == (MINE, (), False)
    if damaged.strip():
        assert (path.with_name("settings.damaged-1.toml")).read_bytes() == damaged


@pytest.mark.parametrize("damage", DAMAGES)
def test_choosing_something_else_stays_offline_at_the_next_start_too(path: Path, damage: Damage) -> None:
    path.write_text(MINE)
    load_settings(path)
    damage(path)
    set_model(SettingsFile(path), threads=5)
    assert path.read_text() == MINE.replace("4_096\n", "4_096\nthreads = 5\n").replace("false # for", "true # for")
    assert load_settings(path).network.offline


def test_mended_file_applies_at_once(path: Path) -> None:
    path.write_text(MINE)
    load_settings(path)
    damage_by_words(path)
    file = SettingsFile(path)
    assert file.settings.network.offline
    path.write_text(MINE.replace("4_096", "512"))
    assert (file.settings.model.context_tokens, file.settings.network.offline, file.problems) == (512, False, ())


def test_crash_while_a_damaged_file_is_replaced_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(MINE)
    load_settings(path)
    damage_by_words(path)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    file = SettingsFile(path)
    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        go_offline(file, False)
    assert load_settings(path).model.context_tokens == 4096
    assert load_settings(path).network.offline


def test_file_damaged_while_it_is_open_is_set_aside_by_a_save(path: Path) -> None:
    path.write_text(MINE)
    file = SettingsFile(path)
    assert not file.settings.network.offline
    damage_by_words(path)
    set_model(file, threads=5)
    assert path.read_text() == MINE.replace("4_096\n", "4_096\nthreads = 5\n")
    assert path.with_name("settings.damaged-1.toml").read_text() == "[model\nthreads = "


def test_unreadable_file_without_a_copy_is_offline_with_the_defaults(path: Path) -> None:
    damage_by_words(path)
    file = SettingsFile(path)
    assert file.settings == Settings(network=NetworkSettings(offline=True))
    go_offline(file, False)
    assert load_settings(path) == Settings()
    assert path.read_text().startswith("#")


def test_damaged_copy_is_not_trusted(path: Path) -> None:
    path.write_text(MINE)
    load_settings(path)
    for file in path.parent.iterdir():
        file.write_bytes(bytes(50))
    assert load_settings(path) == Settings(network=NetworkSettings(offline=True))


def test_file_that_was_always_empty_is_a_fresh_one(path: Path) -> None:
    path.touch()
    file = SettingsFile(path)
    assert (file.settings, file.problems) == (Settings(), ())


def test_deleted_file_is_a_reset(path: Path) -> None:
    path.write_text(MINE)
    load_settings(path)
    path.unlink()
    file = SettingsFile(path)
    assert (file.settings, file.problems) == (Settings(), ())


def test_file_without_settings_is_not_an_emptied_one(path: Path) -> None:
    path.write_text("model.path = 'x.gguf'\n")
    set_model(SettingsFile(path), path=None)
    file = SettingsFile(path)
    assert (file.settings, file.problems) == (Settings(), ())


def test_offline_by_an_unreadable_file_holds_with_and_without_a_workspace(path: Path) -> None:
    path.write_text(MINE)
    load_settings(path)
    empty(path)
    workspace = Workspace(Home(path.parent))
    for connections in (workspace.connections, open_connections(Home(path.parent))):
        with pytest.raises(Offline):
            connections.announce("question", "server.example", 443)
    workspace.choose_offline(False)
    assert not workspace.connections.offline
    assert not open_connections(Home(path.parent)).offline
    workspace.close()
