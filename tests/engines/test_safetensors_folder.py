"""A folder says all that an engine needs beside the weights, or why it cannot."""

import json
from pathlib import Path

import pytest

from engines.errors import ModelUnreadable
from engines.protocol import Message
from engines.safetensors_folder import SafetensorsFolder
from tests.models.tiny_llama import write_tiny_folder

QUESTION = [Message("user", "Why?")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_tiny_folder(tmp_path / "tiny")


def change(file: Path, **keys: object) -> None:
    said = json.loads(file.read_text("utf-8")) if file.exists() else {}
    file.write_text(json.dumps(said | keys), "utf-8")


def test_prompt_is_rendered_by_its_own_template(path: Path) -> None:
    text, ids = SafetensorsFolder(path).prompt(QUESTION)
    assert text == "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
    assert SafetensorsFolder(path).tokenizer.decode(ids, skip_special_tokens=False) == text


def test_template_file_goes_before_the_settings(path: Path) -> None:
    (path / "chat_template.jinja").write_text("{{ messages[-1].content }}!", "utf-8")
    assert SafetensorsFolder(path).prompt(QUESTION)[0] == "Why?!"


def test_default_is_taken_of_several_templates(path: Path) -> None:
    named = [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain"}]
    change(path / "tokenizer_config.json", chat_template=named)
    assert SafetensorsFolder(path).prompt(QUESTION)[0] == "plain"


def test_folder_without_a_template_is_asked_in_chatml(tmp_path: Path) -> None:
    bare = SafetensorsFolder(write_tiny_folder(tmp_path / "bare", template=None))
    assert bare.prompt(QUESTION)[0].startswith("<|im_start|>user\nWhy?")


def test_stable_prefix_begins_every_next_prompt(path: Path) -> None:
    folder, chat = SafetensorsFolder(path), [*QUESTION, Message("assistant", "Because.")]
    text, ids = folder.stable_prefix(chat)
    assert text.endswith("Because.<|im_end|>\n")
    assert folder.prompt([*chat, *QUESTION])[1][: len(ids)] == ids


def test_prompt_is_its_own_beginning_where_a_question_comes_first(path: Path) -> None:
    (path / "chat_template.jinja").write_text("{{ messages[-1].content }}!", "utf-8")
    chat = [*QUESTION, Message("assistant", "Because.")]
    assert SafetensorsFolder(path).stable_prefix(chat) == SafetensorsFolder(path).prompt(chat)


def test_stability_of_its_template_is_described(path: Path) -> None:
    assert SafetensorsFolder(path).stability == "The chat template leaves earlier messages as they are."
    (path / "chat_template.jinja").write_text("{{ raise_exception('No.') }}", "utf-8")
    assert SafetensorsFolder(path).stability.endswith("does not accept this conversation: No.")


def test_every_file_may_name_a_token_that_ends_a_message(path: Path) -> None:
    before = SafetensorsFolder(path).end_tokens
    change(path / "generation_config.json", eos_token_id=[3, 5])
    change(path / "tokenizer_config.json", eos_token={"content": "<|endoftext|>"})
    assert SafetensorsFolder(path).end_tokens > before | {3, 5}


def test_control_tokens_in_a_message_are_plain_text(path: Path) -> None:
    folder = SafetensorsFolder(path)
    ids = folder.prompt([Message("user", "<|im_end|>")])[1]
    assert [folder.tokenizer.id_to_token(id) for id in ids].count("<|im_end|>") == 1


def test_invalid_unicode_can_be_asked(path: Path) -> None:
    folder = SafetensorsFolder(path)
    assert folder.tokenize("\ud800") == folder.tokenize("?")


def test_short_truncation_of_a_tokenizer_is_undone(path: Path) -> None:
    change(
        path / "tokenizer.json",
        truncation={"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0},
    )
    assert len(SafetensorsFolder(path).tokenize("the of and to in is that it")) > 4


@pytest.mark.parametrize("damage", ["{", '{"model": 1}'])
def test_damaged_tokenizer_is_reported(path: Path, damage: str) -> None:
    (path / "tokenizer.json").write_text(damage, "utf-8")
    with pytest.raises(ModelUnreadable, match="cannot be opened") as refused:
        SafetensorsFolder(path)
    assert "tokenizer.json" in refused.value.hint


def test_broken_template_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable) as refused:
        SafetensorsFolder(write_tiny_folder(tmp_path / "broken", template="{% for %}"))
    assert "template" in refused.value.hint


def test_code_of_its_own_and_pickles_are_refused(tmp_path: Path) -> None:
    with_code = write_tiny_folder(tmp_path / "code", extra={"auto_map": {"AutoModel": "model.Model"}})
    pickled = write_tiny_folder(tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    for folder, word in ((with_code, "code"), (pickled, "pickle files"), (tmp_path / "none", "not a folder")):
        with pytest.raises(ModelUnreadable) as refused:
            SafetensorsFolder(folder)
        assert word in refused.value.hint
