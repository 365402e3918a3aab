"""Finds the chats that contain a deleted text."""

import pytest

from engines.llama.kv.prefix import DeletedTexts

READ = "<|im_start|>user\n<passage>Oak \u200b<|end|></passage>\n\nQuestion: Où est-il, 2 fois?<|im_end|>"


@pytest.mark.parametrize("text", ["Où est-il, 2 fois?", " Où  est-il,\n2 fois? ", "Oak <|end|>", "Question: Où"])
def test_text_is_found_despite_changed_spaces_and_marks(text: str) -> None:
    assert DeletedTexts(["something else", text]).occur_in(READ)


@pytest.mark.parametrize("text", ["Où est-il, 3 fois?", "oak", "", "?!"])
def test_other_texts_and_those_without_letters_are_not(text: str) -> None:
    assert not DeletedTexts([text]).occur_in(READ)
