"""Role markers: text that begins, ends or colours a turn in the prompts of well-known models.

Where a model's tokenizer has no token for a marker, it is plain text, and a document that holds it could speak with the
voice of another role. A zero-width space after a marker's first character leaves it as it looks, and makes it none.
"""

from __future__ import annotations

import re

_BREAK = "\u200b"
_NAMES = (
    "im_start|im_end|im_sep|system|user|assistant|end|endoftext|endofprompt|startoftext|begin_of_text|end_of_text|eot_id|eom_id"
    "|start_header_id|end_header_id|start_of_role|end_of_role|start|message|channel|return|call|constrain|tool|tool_call"
    "|tool_response|tools|python_tag|ipython|observation|eot|sep|bos|eos|pad|think|START_OF_TURN_TOKEN|END_OF_TURN_TOKEN"
    "|USER_TOKEN|CHATBOT_TOKEN|SYSTEM_TOKEN"
)
_BARE = r"start_of_turn|end_of_turn|bos|eos|s|think|tool_calls?|tool_response|function_calls|SPECIAL_\d+"
# ChatML and its kin, Llama 3, Phi, Harmony, Zephyr; DeepSeek's wide bars; Gemma, Llama 2, Mistral; Alpaca, Vicuna.
_MARKER = re.compile(
    rf"<[|｜](?:/?(?:{_NAMES})|[a-zA-Z▁_-]{{2,40}})[|｜]>|</?(?:{_BARE})>|<</?SYS>>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYS|THINK|IMG)\]"
    r"|(?m:^)[ \t]*###? ?(?:Instruction|System|Response|Input|Human|Assistant|User)s?:"
    r"|(?m:^)[ \t]*(?:USER|ASSISTANT|SYSTEM|Human|Assistant|HUMAN|AI):(?=[ \t\n]|$)",
)
_THOUGHTS = re.compile(r"</?think>")


def has_markers(text: str) -> bool:
    """True if a text holds a role marker of a well-known model."""
    return _MARKER.search(text) is not None


def break_markers(text: str, *, thoughts: bool = True) -> str:
    """The text with its role markers broken; itself where it has none. `thoughts` False: `<think>` stays."""

    def broken(found: re.Match[str]) -> str:
        marker = found[0].lstrip(" \t")
        if not thoughts and _THOUGHTS.fullmatch(marker):
            return found[0]
        return f"{found[0][: -len(marker)]}{marker[0]}{_BREAK}{marker[1:]}"

    return _MARKER.sub(broken, text)


# Literals of a template between its tags: `<…>`, `[INST]`, `### Name:`, `NAME:`; words alone are no markers.
_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_STRINGS = re.compile(r"'((?:[^'\\]|\\.){2,80})'|\"((?:[^\"\\]|\\.){2,80})\"")
_LITERAL = re.compile(r"<[^<>\s{}]{1,40}>|\[/?[A-Z][A-Z_]{1,24}\]|#{2,4} ?[A-Z][a-z]{2,20}:|\b[A-Z]{4,12}:")


def template_literals(source: str) -> list[str]:
    """The role markers that a chat template writes, by its source, longest first."""
    outside = _TAGS.sub("\n", source)
    inside = "\n".join(one or other for one, other in _STRINGS.findall(source))
    return sorted(set(_LITERAL.findall(f"{outside}\n{inside}")), key=len, reverse=True)
