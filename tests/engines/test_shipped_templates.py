"""No thought in an answer, over every chat template that ships in llama.cpp's source distribution."""

import logging
import os
from pathlib import Path

import pytest

from engines.errors import TemplateRefused
from engines.protocol import Message
from engines.template import ChatTemplate
from engines.thought_markers import PAIRS
from engines.thoughts import ThoughtSplitter

_log = logging.getLogger(__name__)
TEMPLATES = Path(os.environ.get("CARREL_TEMPLATES", "no-such-folder"))
THOUGHTS, ANSWER = "Page 2 says <b>pine</b>, or `oak` [2]?", "It is oak [1]."
ASKED = [Message("system", "Be brief."), Message("user", "What is the desk made of?")]
# It speaks of functions that only its maker's own program fills in.
REFUSED = {"fireworks-ai-llama-3-firefunction-v2.jinja"}


def written_by(template: ChatTemplate, prompt: str) -> list[str]:
    """What its model may write behind the prompt: in the template's own form, and in every form that it names."""
    if closing := ThoughtSplitter(prompt).closing:
        return [f"{THOUGHTS}{closing}{ANSWER}", f"\n{THOUGHTS}\n{closing.rstrip()}\n\n{ANSWER}"]
    forms = [(opening, closings[-1]) for opening, closings in PAIRS.items() if opening in template.source]
    forms = forms or [("<think>", "</think>")]
    streams = [f"{opening}\n{THOUGHTS}\n{closing}\n\n{ANSWER}" for opening, closing in forms]
    if "<|channel|>analysis" in template.source:
        header = "<|end|><|start|>assistant<|channel|>final<|message|>"
        streams.append(f"<|channel|>analysis<|message|>{THOUGHTS}{header}{ANSWER}")
    if "to=self" in template.source:
        streams.append(f" to=self<|message|>{THOUGHTS}<|eom|><|start|>assistant to=user<|message|>{ANSWER}")
    if "[BEGIN FINAL RESPONSE]" in template.source:
        streams.append(f"{THOUGHTS}\n[BEGIN FINAL RESPONSE]\n{ANSWER}\n[END FINAL RESPONSE]")
    return streams


def split(stream: str, prompt: str, at: int) -> tuple[str, str]:
    """The thoughts and the answer of a stream that comes in two pieces."""
    splitter = ThoughtSplitter(prompt)
    said = {"thought": "", "answer": ""}
    for part in [*splitter.feed(stream[:at]), *splitter.feed(stream[at:]), *splitter.flush()]:
        if part.recasts:
            said = {"thought": said["thought"] + said["answer"], "answer": ""}
        said[part.kind] += part.text
    return said["thought"].strip(), said["answer"].strip()


@pytest.mark.templates
@pytest.mark.timeout(120)
@pytest.mark.skipif(not TEMPLATES.is_dir(), reason="make test-templates fetches the templates")
def test_no_thought_is_in_an_answer_of_any_template() -> None:
    streams = switched = kept = 0
    refused = set()
    for path in sorted(TEMPLATES.glob("*.jinja")):
        try:
            template = ChatTemplate(path.read_text("utf-8"), bos="<bos>", eos="<eos>")
            thinking, plain = template.render(ASKED, thinks=True), template.render(ASKED)
        except TemplateRefused:
            refused.add(path.name)
            continue
        switched, kept = switched + template.switches, kept + template.keeps_thoughts
        for prompt in (thinking, plain):
            for stream in written_by(template, prompt):
                streams += 1
                for at in range(len(stream) + 1):
                    assert split(stream, prompt, at) == (THOUGHTS, ANSWER), (path.name, stream, at)
        if not ThoughtSplitter(plain).is_thinking:
            assert split(ANSWER, plain, 3) == ("", ANSWER), path.name
        chat = [*ASKED, Message("assistant", ANSWER, THOUGHTS), Message("user", "Since when?")]
        shown = "Page 2 says" in template.render(chat, thinks=True)
        assert shown == template.keeps_thoughts, path.name
    assert streams > 130
    assert refused == REFUSED
    _log.info("%d streams, %d templates switch, %d keep earlier thoughts", streams, switched, kept)
