"""An answer follows the grammar that it was asked for."""

import re
from pathlib import Path

import pytest

from engines.errors import GrammarInvalid
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
from tests.engines.conftest import OpenTiny
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
QUESTION = [Message("user", "In which form?")]


def answered(engine: LlamaEngine, sampling: Sampling) -> str:
    return "".join(piece.text for piece in engine.reply(QUESTION, sampling))


@pytest.mark.parametrize("temperature", [0.0, 2.0])
def test_answer_follows_the_grammar(engine: LlamaEngine, temperature: float) -> None:
    sampling = Sampling(temperature=temperature, seed=3, grammar='root ::= [a-c]{3} "-" ("x" | "yes") [äö]')
    assert re.fullmatch("[a-c]{3}-(x|yes)[äö]", answered(engine, sampling))


def test_grammar_changes_nothing_that_it_allows(engine: LlamaEngine) -> None:
    free = Sampling(temperature=0.8, seed=4, max_tokens=40)
    held = Sampling(temperature=0.8, seed=4, max_tokens=40, grammar="root ::= [^\\x00]*")
    assert answered(engine, free) == answered(engine, held)


def test_answer_ends_only_where_the_grammar_does(open_tiny: OpenTiny, tmp_path: Path) -> None:
    """The model wants to end after one word."""
    engine = open_tiny(write_tiny_gguf(tmp_path / "brief.gguf", says="no"))
    assert answered(engine, Sampling(temperature=0, grammar='root ::= "no"')) == "no"
    assert answered(engine, Sampling(temperature=0, grammar='root ::= "no" "t" "e"')) == "note"


def test_penalties_count_the_tokens_that_the_grammar_allowed(engine: LlamaEngine) -> None:
    grammar = "root ::= [a-z]{30}"
    plain = Sampling(temperature=0, grammar=grammar)
    assert answered(engine, plain) != answered(engine, Sampling(temperature=0, grammar=grammar, repeat_penalty=5.0))


@pytest.mark.parametrize(
    "grammar", ["root ::= (", "start ::= [a]", "root ::= root", "root ::= a", "\0", "root ::= \ud800"]
)
def test_invalid_grammar_is_refused_at_once(engine: LlamaEngine, grammar: str) -> None:
    with pytest.raises(GrammarInvalid) as refused:
        engine.reply(QUESTION, Sampling(grammar=grammar))
    assert "GBNF" in refused.value.hint


def test_grammar_without_a_next_token_ends_the_answer(engine: LlamaEngine) -> None:
    reply = engine.reply(QUESTION, Sampling(grammar="root ::= [a] [\\x00]"))
    with pytest.raises(GrammarInvalid, match="not valid") as refused:
        list(reply)
    assert "no way" in refused.value.hint
    assert answered(engine, Sampling(max_tokens=3))
