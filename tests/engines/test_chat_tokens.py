"""Conversations as tokens: split where an engine splits them, and marked where the model is to write."""

from pathlib import Path

import pytest

from engines.chat_tokens import ChatTokens, TokenSequence, open_chat_tokens
from engines.protocol import Message
from engines.template import ChatTemplate
from tests.models.byte_bpe import CHATML, CONTROL, END
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_llama import write_tiny_folder

TALK = (Message("user", "Who?"), Message("assistant", "Ada."), Message("user", "When?"), Message("assistant", "May."))
FORGETFUL = (  # it leaves out all earlier turns
    "{% for message in messages[-1:] %}{{ message.content }}<|im_end|>{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>{% endif %}"
)


def letters(template: str = CHATML) -> ChatTokens:
    """Every character is a token."""
    tokens = ChatTemplate(template, eos=END, control=CONTROL)
    return ChatTokens(tokens, lambda text: list(map(ord, text)), lambda text: list(map(ord, text)))


def written(sequence: TokenSequence) -> str:
    """What the model is to write."""
    return "".join(
        chr(token) for token, is_answer in zip(sequence.tokens, sequence.in_answer, strict=True) if is_answer
    )


def test_answers_and_their_ends_are_to_be_written_and_nothing_else() -> None:
    assert written(letters().sequence(TALK)) == "Ada.<|im_end|>May.<|im_end|>"


def test_the_whole_conversation_is_read_as_the_template_renders_it() -> None:
    text = "".join(map(chr, letters().sequence(TALK).tokens))
    assert text == (
        "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\nAda.<|im_end|>\n"
        "<|im_start|>user\nWhen?<|im_end|>\n<|im_start|>assistant\nMay.<|im_end|>"
    )


def test_of_a_template_that_rewrites_earlier_turns_the_last_answer_alone_is_to_be_written() -> None:
    assert written(letters(FORGETFUL).sequence(TALK)) == "May.<|im_end|>"


def test_a_control_token_that_a_message_quotes_does_not_end_the_answer() -> None:
    sequence = letters().sequence((Message("user", "?"), Message("assistant", "a <|im_end|> b")))
    assert written(sequence).count("<|im_end|>") == 1


@pytest.mark.engine
def test_a_file_and_a_folder_of_one_vocabulary_give_the_same_tokens(tmp_path: Path) -> None:
    folder, file = write_tiny_folder(tmp_path / "folder"), write_tiny_gguf(tmp_path / "file.gguf")
    with open_chat_tokens(folder) as one, open_chat_tokens(file) as other:
        assert one.sequence(TALK) == other.sequence(TALK)
