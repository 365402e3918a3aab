"""How much of a prompt is read can be asked for while another process reads it."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from engines.protocol import Message, Sampling, Usage
from tests.engines.process.conftest import OpenProcess, Sabotage

SLOW = """
import time
from engines.llama.context import LlamaContext
decode = LlamaContext.decode
def slow(context, slices):
    time.sleep(0.4)
    return decode(context, slices)
LlamaContext.decode = slow
"""
pytestmark = pytest.mark.engine


def test_the_tokens_read_so_far_are_told_while_a_prompt_is_read(open_process: OpenProcess, sabotage: Sabotage) -> None:
    sabotage(SLOW)
    engine = open_process()
    reply = engine.reply([Message("user", "tea " * 60)], Sampling(max_tokens=2, temperature=0.0))
    reader = Thread(target=lambda: list(reply))
    reader.start()
    seen: list[Usage] = []
    while reader.is_alive():
        if (usage := reply.usage) not in seen[-1:]:
            seen.append(usage)
        time.sleep(0.02)
    while_reading = [usage for usage in seen if usage.prompt_tokens and not usage.output_tokens]
    assert any(0 < usage.read_tokens < usage.prompt_tokens for usage in while_reading)
    assert reply.usage.read_tokens == reply.usage.prompt_tokens
