"""The beginning that all chats of a persona share: its system message, rendered."""

from collections.abc import Sequence

from engines.failures import TemplateRefused
from engines.llama.kv.prefix import common_length
from engines.llama.model import LlamaModel
from engines.protocol import Message


def system_messages(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Those at the beginning."""
    count = next((at for at, message in enumerate(messages) if message.role != "system"), len(messages))
    return tuple(messages[:count])


def persona_prefix(model: LlamaModel, system: tuple[Message, ...]) -> list[int]:
    """The tokens that a prompt begins with whatever is asked after `system`; none without one.

    The last of them may read otherwise in a prompt, where it joins what follows.
    """
    if not system:
        return []
    try:
        one, other = (model.template.render([*system, Message("user", text)]) for text in ("a", "b"))
    except TemplateRefused:
        return []
    return model.prompt_tokens(one[: common_length(one, other)])
