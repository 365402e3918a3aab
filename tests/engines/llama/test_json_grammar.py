"""Whatever a model draws under the grammar of a schema satisfies the schema."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from engines.engine_settings import LlamaSettings
from engines.errors import GrammarInvalid
from engines.llama.engine import LlamaEngine
from engines.llama.json_grammar import json_grammar
from engines.protocol import Message, Sampling
from tests.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
QUESTION = [Message("user", "As JSON?")]
PLACE = {"type": "object", "properties": {"city": {"enum": ["Århus", 'a "b" \\', "\n"]}}, "required": ["city"]}
TREE = {
    "type": "object",
    "properties": {"leaf": {"type": "null"}, "under": {"type": "array", "items": {"$ref": "#"}, "maxItems": 1}},
    "required": ["leaf"],
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    """A model that writes at random whatever it is allowed to."""
    engine = LlamaEngine(write_tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf"), LlamaSettings(threads=1))
    yield engine
    engine.close()


def drawn(engine: LlamaEngine, schema: object, seed: int) -> tuple[str, str]:
    """An answer under the schema, and why it ended."""
    sampling = Sampling(temperature=2, top_k=0, min_p=0, top_p=1, seed=seed, json_schema=json.dumps(schema))
    reply = engine.reply(QUESTION, sampling)
    return "".join(piece.text for piece in reply), reply.finish


def is_place(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["city"] and value["city"] in PLACE["properties"]["city"]["enum"]  # type: ignore[index]


def is_tree(value: Any) -> bool:
    return value["leaf"] is None and value.keys() <= {"leaf", "under"} and all(map(is_tree, value.get("under", [])))


@pytest.mark.parametrize(
    ("schema", "satisfied"),
    [
        (True, lambda value: True),
        ({"type": "boolean"}, lambda value: isinstance(value, bool)),
        ({"type": "integer"}, lambda value: type(value) is int),
        ({"type": "number"}, lambda value: type(value) in (int, float) and abs(value) < float("inf")),
        ({"type": ["null", "boolean"]}, lambda value: value is None or isinstance(value, bool)),
        ({"type": "string", "minLength": 2, "maxLength": 4}, lambda value: 2 <= len(value) <= 4),
        ({"const": {"a": [1, "ö"]}}, lambda value: value == {"a": [1, "ö"]}),
        ({"anyOf": [{"type": "null"}, PLACE]}, lambda value: value is None or is_place(value)),
        ({"type": "array", "items": PLACE, "minItems": 2, "maxItems": 3}, lambda value: 2 <= len(value) <= 3),
        ({"type": "array", "items": {"type": "null"}, "maxItems": 0}, lambda value: value == []),
        ({"type": "object", "additionalProperties": False}, lambda value: value == {}),
        ({"$defs": {"place": PLACE}, "$ref": "#/$defs/place"}, is_place),
        ({"allOf": [PLACE], "title": "Where", "default": None}, is_place),
        (TREE, is_tree),
        (
            {"properties": {key: {"type": "null"} for key in "abc"}, "required": ["b", "d"]},
            lambda value: {"b", "d"} <= value.keys() <= set("abcd"),
        ),
    ],
    ids=str,
)
def test_whatever_is_drawn_satisfies_the_schema(engine: LlamaEngine, schema: Any, satisfied: Any) -> None:
    ended = 0
    for seed in range(5):
        text, finish = drawn(engine, schema, seed)
        if finish == "end":
            ended += 1
            assert satisfied(json.loads(text)), text
    assert ended


def test_every_string_that_is_drawn_is_json(engine: LlamaEngine) -> None:
    for seed in range(10):
        text, _ = drawn(engine, {"type": "string", "maxLength": 20}, seed)
        assert json.loads(text).encode()


@pytest.mark.parametrize(("count", "seen_at_least"), [(0, 1), (1, 2), (2, 4), (3, 5)])
def test_optional_properties_come_in_any_company(engine: LlamaEngine, count: int, seen_at_least: int) -> None:
    schema = {
        "type": "object",
        "properties": {key: {"const": 1} for key in "xyz"[:count]},
        "additionalProperties": False,
    }
    seen = {tuple(json.loads(drawn(engine, schema, seed)[0])) for seed in range(30)}
    assert len(seen) >= seen_at_least


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ("{", "not JSON"),
        ("false", "No value satisfies"),
        ('{"type": "word"}', "not a type"),
        ('{"type": "integer", "minimum": 1}', "minimum"),
        ('{"type": "string", "pattern": "a+"}', "pattern"),
        ('{"type": "string", "minLength": 5, "maxLength": 4}', "less"),
        ('{"type": "string", "maxLength": 100000}', "2,000"),
        ('{"enum": []}', "at least one"),
        ('{"anyOf": [{}], "type": "null"}', "beside"),
        ('{"allOf": [{}, {}]}', "allOf"),
        ('{"$ref": "#/$defs/none"}', "The schema has no"),
        ('{"$ref": "https://schema.org/Place"}', "The schema has no"),
        ("[" * 100_000, "deeply"),
    ],
)
def test_unsupported_schema_says_why(schema: str, hint: str) -> None:
    with pytest.raises(GrammarInvalid) as refused:
        json_grammar(schema)
    assert hint in refused.value.hint
