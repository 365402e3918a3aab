"""Every family's template is told by its own means whether the model may think."""

import pytest

from engines.protocol import Message
from engines.template import CHATML, ChatTemplate
from engines.thoughts import ThoughtSplitter

ASKED = [Message("system", "Be brief."), Message("user", "Why?")]
# The switches of the families, each in a minimal template of our own.
FAMILIES = {
    "enable_thinking": "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{% else %}<think>\n{% endif %}",
    "enable_thinking, off by default": "{% if enable_thinking %}<think>\n{% endif %}",
    "thinking": "{% if thinking %}<think>{% else %}<think></think>{% endif %}",
    "reasoning_effort": "{% if reasoning_effort | default('high') == 'none' %}<think></think>"
    "{% else %}<think>{% endif %}",
    "refuses other efforts": "{% set e = reasoning_effort | default('no_think') %}"
    "{% if e not in ['no_think', 'low', 'high'] %}{{ raise_exception('no') }}{% endif %}"
    "{% if e == 'no_think' %}<think></think>{% else %}<think>{% endif %}",
    "thinking_mode": "{% if thinking_mode == 'disabled' %}</mm:think>{% else %}<mm:think>{% endif %}",
    "thinking_budget": "{% if thinking_budget == 0 %}<seed:think></seed:think>{% else %}<seed:think>{% endif %}",
    "words": "{% if '/no_think' in messages[0].content %}<think></think>{% else %}<think>{% endif %}",
}


@pytest.mark.parametrize("source", FAMILIES.values(), ids=FAMILIES)
def test_switch_is_found_in_the_templates_source(source: str) -> None:
    template = ChatTemplate(CHATML + source)
    off, on = template.render(ASKED), template.render(ASKED, thinks=True)
    assert template.switches
    assert not ThoughtSplitter(off).is_thinking
    assert ThoughtSplitter(on).is_thinking


def test_effort_is_named_where_a_model_always_thinks() -> None:
    template = ChatTemplate("Reasoning: {{ reasoning_effort | default('medium') }} " + CHATML)
    assert template.render(ASKED).startswith("Reasoning: low ")
    assert template.render(ASKED, thinks=True).startswith("Reasoning: medium ")


def test_words_stand_in_a_system_message_of_their_own_where_there_is_none() -> None:
    template = ChatTemplate(CHATML + FAMILIES["words"])
    assert "<|im_start|>system\n/no_think<|im_end|>" in template.render(ASKED[1:])


@pytest.mark.parametrize("source", [CHATML, CHATML + "<think>\n", CHATML + "{{ messages[0].thinking }}"])
def test_template_without_a_switch_is_left_alone(source: str) -> None:
    template = ChatTemplate(source)
    assert not template.switches
    assert template.render(ASKED) == template.render(ASKED, thinks=True)


def test_beginning_of_the_next_prompt_is_rendered_as_the_reply_will_be() -> None:
    template = ChatTemplate("{% if enable_thinking %}Think.{% else %}Do not think.{% endif %}" + CHATML)
    answered = [*ASKED, Message("assistant", "So.")]
    following = [*answered, Message("user", "And?")]
    for thinks in (False, True):
        assert template.render(following, thinks=thinks).startswith(template.stable_prefix(answered, thinks=thinks))
