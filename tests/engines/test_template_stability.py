"""Finds the messages that a chat template rewrites, for every way in which templates do that."""

import logging
import os
import re
from pathlib import Path

import pytest

from engines.errors import TemplateRefused
from engines.protocol import Message
from engines.template import CHATML, ChatTemplate, Rewritten, TemplateStability, template_stability

_log = logging.getLogger(__name__)
SYSTEM, FIRST, NEXT = Message("system", "Be brief."), Message("user", "Why is it so?"), Message("user", "Since when?")
THOUGHT = Message("assistant", "Because.", thoughts="Let me see.")
PROMPT = "{% if add_generation_prompt %}<assistant>{% endif %}"
# As most reasoning models do it, and two other ways: thoughts go, stay, or stay in the last answer alone.
DROPS_THOUGHTS = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content.split('</think>')[-1].lstrip() }}</s>{% endfor %}" + PROMPT
)
_KEPT = "{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}</s>{% endfor %}"
KEEPS_THOUGHTS = "{% for m in messages %}<{{ m.role }}>" + _KEPT + PROMPT
KEEPS_LAST_THOUGHTS = KEEPS_THOUGHTS.replace(
    "{% if m.reasoning_content %}", "{% if m.reasoning_content and loop.index0 >= messages | length - 2 %}"
)
# The prompt begins the thoughts itself; answers of earlier turns have none.
BEGINS_THOUGHTS = DROPS_THOUGHTS + "<think>\n"
KEEPS_THOUGHTS_BUT_TRIMS = KEEPS_THOUGHTS.replace("<think>", "<think>\n")
MOVES_SYSTEM = (
    "{% for m in messages[1:] %}<{{ m.role }}>{% if loop.last %}{{ messages[0].content }}\n{% endif %}"
    "{{ m.content }}</s>{% endfor %}" + PROMPT
)
TELLS_DATE = "<system>{{ strftime_now('%d %b %Y') }}</s>" + CHATML
KNOWS_NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}"
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}" + PROMPT
)


@pytest.mark.parametrize(
    ("source", "plain", "thinking", "dated"),
    [
        (CHATML, "nothing", "nothing", False),
        (KNOWS_NO_SYSTEM, "nothing", "nothing", False),
        (DROPS_THOUGHTS, "nothing", "answer", False),
        (KEEPS_THOUGHTS, "nothing", "nothing", False),
        (KEEPS_LAST_THOUGHTS, "nothing", "history", False),
        (BEGINS_THOUGHTS, "answer", "answer", False),
        (KEEPS_THOUGHTS_BUT_TRIMS, "nothing", "answer", False),
        (MOVES_SYSTEM, "history", "history", False),
        (TELLS_DATE, "nothing", "nothing", True),
    ],
)
def test_each_way_of_rewriting_is_found(source: str, plain: Rewritten, thinking: Rewritten, dated: bool) -> None:
    found = template_stability(ChatTemplate(source))
    assert (found.plain, found.thinking, found.dated) == (plain, thinking, dated)


def test_stability_is_described_in_a_sentence() -> None:
    said = [str(template_stability(ChatTemplate(source))) for source in (KEEPS_THOUGHTS, DROPS_THOUGHTS, TELLS_DATE)]
    assert said == [
        "The chat template leaves earlier messages as they are.",
        "The chat template leaves earlier messages as they are; if the answer has thoughts, it rewrites the last "
        "answer when another question follows.",
        "The chat template leaves earlier messages as they are, and contains the date.",
    ]


def test_template_that_refuses_a_conversation_is_refused() -> None:
    with pytest.raises(TemplateRefused):
        template_stability(ChatTemplate("{{ raise_exception('never') }}"))


@pytest.mark.parametrize(
    "source", [CHATML, DROPS_THOUGHTS, KEEPS_THOUGHTS, KEEPS_LAST_THOUGHTS, BEGINS_THOUGHTS, MOVES_SYSTEM]
)
def test_beginning_holds_the_last_answer_and_begins_the_next_prompt(source: str) -> None:
    template = ChatTemplate(source, control=("<user>", "<assistant>", "<|im_start|>"))
    beginning = template.stable_prefix([SYSTEM, FIRST, THOUGHT])
    assert template.render([SYSTEM, FIRST, THOUGHT, NEXT]).startswith(beginning)
    assert "Because." in beginning


def test_beginning_ends_before_a_control_token() -> None:
    template = ChatTemplate(CHATML, control=("<|im_start|>", "<|im_end|>"))
    assert template.stable_prefix([FIRST, THOUGHT]).endswith("Because.<|im_end|>\n")


def test_beginning_without_control_tokens_ends_before_a_word() -> None:
    template = ChatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n\n{% endfor %}assistant:")
    assert template.stable_prefix([FIRST, THOUGHT]).endswith("Because.")


# How control tokens are spelled, but for those that models think between.
CONTROL = re.compile(r"<(?!/?think)[^<>\s]+>|\[/?[A-Z_]+\]|\]~b\]|\[e~\[")
TEMPLATES = Path(os.environ.get("CARREL_TEMPLATES", "no-such-folder"))
# It speaks of functions that only its maker's own program fills in.
REFUSED = {"fireworks-ai-llama-3-firefunction-v2.jinja"}


@pytest.mark.templates
@pytest.mark.timeout(120)  # 70 templates take 7 s on two cores
@pytest.mark.skipif(not TEMPLATES.is_dir(), reason="make test-templates fetches the templates")
def test_every_template_that_llama_cpp_ships_is_stable_or_can_be_prefilled() -> None:
    """The stable prefix contains all answers and begins every next prompt."""
    found, refused = {}, set()
    for path in sorted(TEMPLATES.glob("*.jinja")):
        try:
            source = path.read_text("utf-8")
            control = CONTROL.findall(ChatTemplate(source, bos="<bos>", eos="<eos>").render([FIRST]))
            template = ChatTemplate(source, bos="<bos>", eos="<eos>", control=control)
            found[path.name] = template_stability(template)
        except TemplateRefused:
            refused.add(path.name)
            continue
        messages = [SYSTEM, FIRST, Message("assistant", "It just is."), NEXT, THOUGHT]
        beginning = template.stable_prefix(messages)
        assert template.render([*messages, Message("user", "Really?")]).startswith(beginning), path.name
        assert "It just is." in beginning and "Because." in beginning, path.name
    assert len(found) > 60
    assert refused == REFUSED
    for name, stability in found.items():
        _log.info("%s: %s", name, stability)
    stable = TemplateStability(plain="nothing", thinking="nothing", dated=False)
    _log.info("%d of %d are stable for every answer on any day", list(found.values()).count(stable), len(found))
    _log.info("%d leave plain answers as they are", sum(one.plain == "nothing" for one in found.values()))
