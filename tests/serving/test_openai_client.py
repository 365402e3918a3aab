"""OpenAI's own client over the routes that speak its protocol."""

from __future__ import annotations

import json
from pathlib import Path

import openai
import pytest

from assistant.workspace import Workspace
from tests.scripted_engine import ScriptedEngine
from tests.scripted_workspace import measure_nothing
from tests.serving.conftest import ANSWER, Serve, Served
from tests.small_model import small_model

pytestmark = [pytest.mark.timeout(30), pytest.mark.logs("is not installed")]
QUESTION = "When is the boiler checked?"
READER = "carrel/001-reader"


def asked(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def test_personas_the_model_and_the_embedder_are_models(served: Served) -> None:
    ids = {model.id for model in served.openai().models.list()}
    assert {READER, "carrel/410-llm-engineer", "script", "carrel/embedder"} <= ids
    assert served.openai().models.retrieve(READER).id == READER


def test_a_persona_answers_from_the_files_and_its_citations_are_annotations(served: Served, notes: Path) -> None:
    completion = served.openai().chat.completions.create(model=READER, messages=asked(QUESTION))
    message = completion.choices[0].message
    assert message.content == ANSWER
    assert message.annotations is not None
    cited = message.annotations[0].url_citation
    assert cited.url == f"{(notes / 'boiler.md').as_uri()}#Service"
    assert ANSWER[cited.start_index : cited.end_index] == "[1]"
    assert completion.usage is not None and completion.usage.total_tokens > 10


def test_a_stream_says_the_same_piece_by_piece(served: Served) -> None:
    stream = served.openai().chat.completions.create(
        model=READER,
        messages=asked(QUESTION),
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == ANSWER
    assert len(chunks) > 4
    finishes = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
    assert finishes[-1] == "stop" and not any(finishes[:-1])
    assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens > 0


def test_a_chat_goes_on_with_what_was_read_for_it(served: Served, engine: ScriptedEngine) -> None:
    client = served.openai()
    client.chat.completions.create(model=READER, messages=asked(QUESTION))
    first = engine.prompts[0]
    messages = [*asked(QUESTION), {"role": "assistant", "content": ANSWER}, *asked("And how often is that?")]
    client.chat.completions.create(model=READER, messages=messages)
    assert engine.prompts[-1][: len(first)] == first  # passages and all: nothing is read a second time
    assert engine.prompts[-1][len(first)].text == ANSWER


def test_nothing_that_programs_ask_is_saved_among_the_persons_chats(served: Served, workspace: Workspace) -> None:
    served.openai().chat.completions.create(model=READER, messages=asked(QUESTION))
    assert not workspace.conversations.list()


def test_a_model_is_asked_as_it_is_with_the_clients_sampling(served: Served, engine: ScriptedEngine) -> None:
    completion = served.openai().chat.completions.create(
        model="script",
        messages=[{"role": "system", "content": "Be brief."}, *asked("Hello")],
        temperature=0.2,
        max_tokens=3,
        stop=["never"],
        seed=7,
    )
    assert completion.choices[0].message.content == "The boiler is"
    assert completion.choices[0].finish_reason == "length"
    assert [(m.role, m.text) for m in engine.prompts[-1]] == [("system", "Be brief."), ("user", "Hello")]
    sampling = engine.samplings[-1]
    assert (sampling.temperature, sampling.max_tokens, sampling.stop, sampling.seed) == (0.2, 3, ("never",), 7)


def test_thoughts_are_no_content(served: Served, engine: ScriptedEngine) -> None:
    engine.script = "<think>March, I think.</think> In March."
    message = (
        served.openai()
        .chat.completions.create(
            model="script",
            messages=asked("When?"),
            reasoning_effort="low",
        )
        .choices[0]
        .message
    )
    assert (message.content or "").strip() == "In March."
    assert message.model_dump()["reasoning_content"] == "March, I think."


CALL = 'Let me look. <tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]


@pytest.mark.parametrize("stream", [False, True])
def test_a_call_of_a_clients_tool_is_read_from_the_answer(served: Served, engine: ScriptedEngine, stream: bool) -> None:
    engine.script = CALL
    made = served.openai().chat.completions.create(
        model="script",
        messages=asked("Rain?"),
        tools=TOOLS,
        stream=stream,
    )
    if stream:
        deltas = [chunk.choices[0].delta for chunk in made]
        said = "".join(delta.content or "" for delta in deltas).strip()
        calls = [call.function for delta in deltas for call in delta.tool_calls or ()]
    else:
        said = made.choices[0].message.content
        calls = [call.function for call in made.choices[0].message.tool_calls]
        assert made.choices[0].finish_reason == "tool_calls"
    assert said == "Let me look."
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [("weather", {"city": "Oslo"})]
    assert '"name": "weather"' in engine.prompts[-1][0].text


def test_what_calls_no_offered_tool_stays_text(served: Served, engine: ScriptedEngine) -> None:
    engine.script = CALL.replace("weather", "delete_all")
    message = (
        served.openai()
        .chat.completions.create(
            model="script",
            messages=asked("Rain?"),
            tools=TOOLS,
        )
        .choices[0]
        .message
    )
    assert not message.tool_calls and "delete_all" in (message.content or "")


@pytest.mark.parametrize("stream", [False, True])
def test_responses_say_the_same_in_their_own_form(served: Served, stream: bool) -> None:
    if not stream:
        made = served.openai().responses.create(model=READER, input=QUESTION)
        assert made.output_text == ANSWER and made.status == "completed"
        return
    events = list(served.openai().responses.create(model=READER, input=QUESTION, stream=True))
    assert "".join(one.delta for one in events if one.type == "response.output_text.delta") == ANSWER
    assert events[-1].type == "response.completed"


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"model": "gpt-5", "messages": asked("Hi")}, 404, "There is no model gpt-5"),
        ({"model": READER, "messages": []}, 400, "`messages` is missing"),
        ({"model": READER, "messages": [{"role": "assistant", "content": "Hi"}]}, 400, "must be the user's"),
        ({"model": "script", "messages": asked("Hi"), "temperature": 9.0}, 400, "`temperature` must be from 0 to 2"),
        ({"model": "script", "messages": asked("Hi"), "n": 2}, 400, "`n` must be from 1 to 1"),
        ({"model": "carrel/999-nobody", "messages": asked("Hi")}, 400, "999-nobody"),
    ],
)
def test_what_cannot_be_done_is_said(served: Served, given: dict[str, object], status: int, words: str) -> None:
    with pytest.raises(openai.APIStatusError, match=words) as failed:
        served.openai().chat.completions.create(**given)
    assert failed.value.status_code == status


def test_vectors_come_as_numbers_and_are_refused_without_an_embedder(served: Served) -> None:
    with pytest.raises(openai.BadRequestError, match="No embedder is installed"):
        served.openai().embeddings.create(model="carrel/embedder", input=["a"])


def test_a_small_real_model_follows_a_schema_and_reads_nothing_twice(workspace: Workspace, serve: Serve) -> None:
    measure_nothing(workspace)
    workspace.open_model(small_model())
    served = serve(workspace)
    client, model = served.openai(), served.host.model_id
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    }
    made = client.chat.completions.create(
        model=model,
        messages=asked("Ann is 31 years old."),
        response_format={"type": "json_schema", "json_schema": {"name": "person", "schema": schema}},
        temperature=0,
        max_tokens=60,
    )
    said = json.loads(made.choices[0].message.content or "")
    assert set(said) == {"name", "age"} and isinstance(said["age"], int)
    messages = asked("Say hello.")
    first = client.chat.completions.create(model=model, messages=messages, temperature=0, max_tokens=8)
    answer = {"role": "assistant", "content": first.choices[0].message.content or ""}
    again = client.chat.completions.create(
        model=model,
        messages=[*messages, answer, *asked("Again.")],
        temperature=0,
        max_tokens=8,
    )
    assert first.usage is not None and again.usage is not None and again.usage.prompt_tokens_details is not None
    cached = again.usage.prompt_tokens_details.cached_tokens
    assert cached is not None and cached >= first.usage.total_tokens - 1
