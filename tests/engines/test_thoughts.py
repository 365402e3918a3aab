"""Thoughts and answers come apart in every family's own markers, wherever the stream is cut."""

from collections.abc import Iterable
from typing import NamedTuple

import pytest

from engines.thoughts import ThoughtSplitter


class Stream(NamedTuple):
    text: str
    thoughts: str
    answer: str
    prompt: str = ""


HARMONY = "<|start|>assistant"
STREAMS = {
    "plain": Stream("It is oak [1].", "", "It is oak [1]."),
    "plain with space around": Stream(" \n It is oak.\n", "", " \n It is oak.\n"),
    "think": Stream("<think>\nMaybe June? No.\n</think>\n\nIn March [1].", "Maybe June? No.", "In March [1]."),
    "think without lines": Stream("<think>Maybe?</think>In March.", "Maybe?", "In March."),
    "think after a line": Stream("\n\n<think>\nMaybe?\n</think>\nIn March.", "Maybe?", "In March."),
    "thinking": Stream("<thinking>Maybe?</thinking>\nIn March.", "Maybe?", "In March."),
    "reasoning": Stream("<reasoning>\nMaybe?\n</reasoning>\nIn March.", "Maybe?", "In March."),
    "thought": Stream("<thought>\nMaybe?\n</thought>\nIn March.", "Maybe?", "In March."),
    "capitals": Stream("<Think>Maybe?</THINK> In March.", "Maybe?", "In March."),
    "piped": Stream("<|thinking|>Maybe?<|/thinking|>In March.", "Maybe?", "In March."),
    "piped and ended": Stream(
        "<|begin_of_thought|>Maybe?<|end_of_thought|>\n\n<|begin_of_solution|>In March.<|end_of_solution|>",
        "Maybe?",
        "In March.",
    ),
    "Seed": Stream(
        "<seed:think>Maybe? <seed:cot_budget_reflect>5 of 512</seed:cot_budget_reflect> Yes.</seed:think>March.",
        "Maybe? <seed:cot_budget_reflect>5 of 512</seed:cot_budget_reflect> Yes.",
        "March.",
    ),
    "MiniMax": Stream("<mm:think>Maybe?</mm:think>In March.", "Maybe?", "In March."),
    "Hunyuan": Stream("<think:opensource>Maybe?</think:opensource>In March.", "Maybe?", "In March."),
    "Mistral": Stream("[THINK]Maybe [2]?[/THINK]In March [1].", "Maybe [2]?", "In March [1]."),
    "Kimi VL": Stream("◁think▷Maybe?◁/think▷In March.", "Maybe?", "In March."),
    "Kimi K3": Stream(
        "Maybe?<|close|>think<|sep|><|open|>response<|sep|>In March.<|close|>response<|sep|>",
        "Maybe?",
        "In March.",
        '<|open|>message role="assistant"<|sep|><|open|>think<|sep|>',
    ),
    "Cohere": Stream(
        "<|START_THINKING|>Maybe?<|END_THINKING|><|START_RESPONSE|>In March.<|END_RESPONSE|>", "Maybe?", "In March."
    ),
    "Gemma 4": Stream("<|channel>thought\nMaybe?\n<channel|>In March.", "Maybe?", "In March."),
    "Gemma 4, empty": Stream("<|channel>thought\n<channel|>In March.", "", "In March."),
    "Apertus": Stream("<|inner_prefix|>Maybe?<|inner_suffix|>In March.", "Maybe?", "In March."),
    "Solar": Stream(
        "<|think|>Maybe?<|end|><|begin|>assistant<|content|>In March.<|end|>",
        "Maybe?",
        "In March.",
        "<|begin|>assistant",
    ),
    "Solar, only an answer": Stream(
        "<|content|>In March.", "", "In March.", "<|begin|>assistant<|think|><|end|><|begin|>assistant"
    ),
    "Apriel": Stream(
        "Maybe?\n[BEGIN FINAL RESPONSE]\nIn March.\n[END FINAL RESPONSE]",
        "Maybe?",
        "In March.",
        "<|begin_assistant|>\nHere are my reasoning steps:\n",
    ),
    "Granite": Stream("<think>Maybe?</think><response>In March.</response>", "Maybe?", "In March."),
    "Harmony": Stream(
        "<|channel|>analysis<|message|>Maybe?<|end|><|start|>assistant<|channel|>final<|message|>In March.<|return|>",
        "Maybe?",
        "In March.",
        HARMONY,
    ),
    "Harmony, two thoughts": Stream(
        "<|channel|>analysis<|message|>Maybe?<|end|>"
        "<|start|>assistant<|channel|>commentary<|message|>"
        " Let me see.<|end|><|start|>assistant<|channel|>final<|message|>In March.",
        "Maybe?Let me see.",
        "In March.",
        HARMONY,
    ),
    "Harmony, only an answer": Stream("<|channel|>final<|message|>In March.", "", "In March.", HARMONY),
    "Harmony, never final": Stream("<|channel|>analysis<|message|>Maybe?", "Maybe?", "", HARMONY),
    "Harmony, no header": Stream("In March.", "", "In March.", HARMONY),
    "Harmony on a server": Stream(
        "<|start|>assistant<|channel|>analysis<|message|>Maybe?<|end|>"
        "<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}",
        "Maybe?",
        "{}",
    ),
    "Harmony explained": Stream(
        "<|channel|>final<|message|>Write `<|start|>assistant` and `<|end|>`.<|return|>",
        "",
        "Write `<|start|>assistant` and `<|end|>`.",
        HARMONY,
    ),
    "Muse": Stream(
        " to=self<|message|>Maybe?<|eom|><|start|>assistant to=user<|message|>In March.<|eot|>",
        "Maybe?",
        "In March.",
        HARMONY,
    ),
    "Muse, a word": Stream("to you", "", "to you", HARMONY),
    "opened by the template": Stream(
        "Maybe?\n</think>\n\nIn March.", "Maybe?", "In March.", "<|im_start|>assistant\n<think>\n"
    ),
    "closed by the template": Stream("In March.", "", "In March.", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),
    "opened by a server's template": Stream("Maybe? No, June.\n</think>\n\nIn March.", "Maybe? No, June.", "In March."),
    "opened by a server's, in one line": Stream("Maybe?</think>In March.", "Maybe?", "In March."),
    "opened by a server's, with a space": Stream("Maybe? </think> In March.", "Maybe?", "In March."),
    "closed by another tag": Stream("<thinking>Maybe?</think>In March.", "Maybe?", "In March."),
    "a header in a line": Stream("Write <|channel|> first.", "", "Write <|channel|> first."),
    "only closed": Stream("</think>In March.", "", "In March."),
    "closed twice": Stream("<think>Maybe?</think>\n</think>\n\nIn March.", "Maybe?", "In March."),
    "never closed": Stream("<think>\nMaybe June? Or", "Maybe June? Or", ""),
    "cut within its closing": Stream("<think>Maybe?</thi", "Maybe?</thi", ""),
    "interleaved": Stream("Let me look.\n<think>Page 2?</think>\nIn March.", "Page 2?", "Let me look.\nIn March."),
    "in a code block": Stream(
        "Write:\n```xml\n<think>\nx\n</think>\n```\nDone.", "", "Write:\n```xml\n<think>\nx\n</think>\n```\nDone."
    ),
    "in code within a line": Stream(
        "The tag `<think>` opens, `</think>` closes.", "", "The tag `<think>` opens, `</think>` closes."
    ),
    "in a line": Stream(
        "Tags as <think> are parsed, and </think> too.", "", "Tags as <think> are parsed, and </think> too."
    ),
    "at the beginning, in code": Stream("`<think>` is a tag.", "", "`<think>` is a tag."),
    "in code after a thought": Stream(
        "<think>Explain `</think>`.</think>\nUse `<think>`:\n```\n<think>\n```\n",
        "Explain `</think>`.",
        "Use `<think>`:\n```\n<think>\n```\n",
    ),
    "like a marker": Stream("a < b, x[0] <thin air> [TH] <|x|> ok", "", "a < b, x[0] <thin air> [TH] <|x|> ok"),
    "code first": Stream("    <think>\n", "", "    <think>\n"),
}


def split(pieces: Iterable[str], prompt: str) -> tuple[str, str]:
    """The thoughts and the answer, as a reader puts them together."""
    splitter, thoughts, answer = ThoughtSplitter(prompt), "", ""
    for part in [part for piece in pieces for part in splitter.feed(piece)] + splitter.flush():
        if part.recasts:
            thoughts, answer = thoughts + answer, ""
        if part.kind == "thought":
            thoughts += part.text
        else:
            answer += part.text
    return thoughts, answer


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_no_thought_is_in_the_answer_wherever_the_stream_is_cut(stream: Stream) -> None:
    cuts = [
        (stream.text,),
        tuple(stream.text),
        *((stream.text[:at], stream.text[at:]) for at in range(len(stream.text))),
    ]
    for pieces in cuts:
        thoughts, answer = split(pieces, stream.prompt)
        assert (thoughts.strip(), answer.rstrip(), pieces) == (stream.thoughts, stream.answer.rstrip(), pieces)


def test_there_are_at_least_thirty_streams() -> None:
    assert len(STREAMS) >= 30
