"""What servers say of thoughts, and what they are told: in fields of their own, in the text, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from engines.engine_settings import RemoteSettings
from engines.errors import ThinkingUnlimited
from engines.protocol import Message, Sampling
from engines.remote.engine import RemoteEngine
from network.connections import Connections
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

ASKED = [Message("user", "What is the desk made of?")]
GREEDY = Sampling(temperature=0, max_tokens=8)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving(OpenAIServer(ScriptedEngine("Oak."))) as server:
        yield server


@dataclass
class Told:
    thoughts: str = ""
    answer: str = ""
    recast: bool = False
    tokens: int = 0


def ask(server: OpenAIServer, connections: Connections, sampling: Sampling = GREEDY) -> Told:
    told = Told()
    for piece in RemoteEngine(RemoteSettings(url=server.url), connections).reply(ASKED, sampling):
        if piece.recasts:
            told.thoughts, told.answer, told.recast = told.thoughts + told.answer, "", True
        told.tokens += piece.tokens
        if piece.kind == "thought":
            told.thoughts += piece.text
        else:
            told.answer += piece.text
    return told


@pytest.mark.parametrize(
    "deltas",
    [
        [{"reasoning_content": "Maybe"}, {"reasoning_content": " pine?"}, {"content": "\n\nOak"}, {"content": " [1]."}],
        [{"reasoning": "Maybe pine?", "content": None}, {"content": "Oak [1]."}],
        [{"reasoning": "Maybe pine?", "reasoning_content": "Maybe pine?"}, {"content": "Oak [1]."}],
        [{"content": "<think>Maybe"}, {"content": " pine?</thi"}, {"content": "nk>\n\nOak [1]."}],
        [{"reasoning_content": "Maybe"}, {"content": "<think> pine?</think>Oak [1]."}],
        [
            {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Maybe pine?"}]}]},
            {"content": [{"type": "text", "text": "Oak [1]."}]},
        ],
    ],
    ids=["reasoning_content", "reasoning", "both", "in the text", "in both", "Mistral"],
)
def test_thoughts_are_apart_in_every_servers_way(
    server: OpenAIServer, connections: Connections, deltas: list[dict[str, object]]
) -> None:
    server.says = deltas
    told = ask(server, connections)
    assert (told.thoughts.replace(" ", ""), told.answer, told.recast) == ("Maybepine?", "Oak [1].", False)
    assert told.tokens == len(deltas)


def test_thought_that_the_servers_template_opened_is_found_at_its_end(
    server: OpenAIServer, connections: Connections
) -> None:
    server.says = [{"content": "Maybe"}, {"content": " pine?\n"}, {"content": "</think>"}, {"content": "Oak."}]
    told = ask(server, connections)
    assert (told.thoughts, told.answer, told.recast) == ("Maybe pine?\n", "Oak.", True)


@pytest.mark.parametrize(
    ("maker", "fields"),
    [("vllm", {"enable_thinking", "thinking"}), ("llamacpp", {"enable_thinking", "thinking"}), ("openai", None)],
)
@pytest.mark.parametrize("thinking_tokens", [0, None])
def test_only_makers_that_pass_them_on_are_told_whether_to_think(
    server: OpenAIServer,
    connections: Connections,
    maker: str,
    fields: set[str] | None,
    thinking_tokens: int | None,
) -> None:
    server.maker = maker
    ask(server, connections, Sampling(thinking_tokens=thinking_tokens))
    (body,) = server.asked
    told = body.get("chat_template_kwargs")
    assert told == (dict.fromkeys(fields, thinking_tokens is None) if fields else None)
    assert "reasoning_effort" not in body


def test_model_that_always_thinks_is_told_how_much(server: OpenAIServer, connections: Connections) -> None:
    server.model = "openai/gpt-oss-20b"
    ask(server, connections)
    ask(server, connections, Sampling(thinking_tokens=None))
    assert [body["reasoning_effort"] for body in server.asked] == ["low", "medium"]


def test_server_that_refuses_variables_is_asked_without(server: OpenAIServer, connections: Connections) -> None:
    server.takes_no_variables = True
    assert ask(server, connections).answer == "Oak."
    assert ["chat_template_kwargs" in body for body in server.asked] == [True, False]


def test_limit_on_thoughts_is_refused_with_a_hint(server: OpenAIServer, connections: Connections) -> None:
    with pytest.raises(ThinkingUnlimited) as refused:
        ask(server, connections, Sampling(thinking_tokens=100))
    assert "on or off" in refused.value.hint
    assert server.asked == []


def test_thoughts_take_nothing_of_the_answers_length(server: OpenAIServer, connections: Connections) -> None:
    server.says = [*[{"reasoning_content": "hm "}] * 50, *[{"content": "word "}] * 50]
    told = ask(server, connections, Sampling(max_tokens=20, thinking_tokens=None))
    assert server.asked[0]["max_tokens"] > 1_000
    assert (told.thoughts.count("hm"), told.answer.count("word")) == (50, 20)


def test_model_that_thinks_although_it_was_told_not_to_gets_room_the_next_time(
    server: OpenAIServer, connections: Connections
) -> None:
    server.says = [{"reasoning_content": "Pine?"}, {"content": "Oak."}]
    engine = RemoteEngine(RemoteSettings(url=server.url), connections)
    list(engine.reply(ASKED, GREEDY))
    list(engine.reply(ASKED, GREEDY))
    assert [body["max_tokens"] for body in server.asked] == [8, 16]
