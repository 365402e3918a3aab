"""An engine elsewhere never sees personal data; the person never sees a placeholder."""

import pytest

from assistant.models.servers import MaskedEngine, PersonalDataStays
from engines.protocol import Message, Sampling
from tests.scripted_engine import ScriptedEngine

ASKED = [Message("system", "Be brief."), Message("user", "Did anna@example.org call from +49 30 1234567?")]


def answer(engine: MaskedEngine, messages: list[Message] = ASKED) -> str:
    return "".join(piece.text for piece in engine.reply(messages, Sampling()))


def test_engine_reads_placeholders_and_the_person_reads_the_answer() -> None:
    script = ScriptedEngine([b"Yes, <EM", b"AIL", b"_1> did, ", b"from <PHONE_1", b">."])
    assert answer(MaskedEngine(script, refuse=False)) == "Yes, anna@example.org did, from +49 30 1234567."
    assert script.prompts[0][1].text == "Did <EMAIL_1> call from <PHONE_1>?"


def test_tokens_of_pieces_that_waited_are_counted() -> None:
    script = ScriptedEngine([b"<EM", b"AIL", b"_1>", b" did", b" <EM"])
    reply = MaskedEngine(script, refuse=False).reply(ASKED, Sampling())
    assert sum(piece.tokens for piece in reply) == reply.usage.output_tokens == 5


def test_everything_that_reads_is_masked() -> None:
    script = ScriptedEngine("Yes.")
    engine = MaskedEngine(script, refuse=False)
    list(engine.prefill(ASKED))
    list(engine.reply(ASKED, Sampling(), keep=False))
    assert all("anna" not in message.text for prompt in script.prompts for message in prompt)
    assert engine.count_tokens("anna@example.org") == 1


def test_nothing_is_sent_where_personal_data_stays() -> None:
    script = ScriptedEngine("Yes.")
    with pytest.raises(PersonalDataStays) as refused:
        MaskedEngine(script, refuse=True).reply(ASKED, Sampling())
    assert script.prompts == []
    assert "1 e-mail address, 1 phone number" in refused.value.title
    assert "anna" not in refused.value.title + refused.value.hint


def test_ordinary_question_goes_even_where_personal_data_stays() -> None:
    assert answer(MaskedEngine(ScriptedEngine("Oak."), refuse=True), [Message("user", "Of what?")]) == "Oak."


def test_reader_that_leaves_stops_the_engine() -> None:
    reply = MaskedEngine(ScriptedEngine(None), refuse=False).reply(ASKED, Sampling())
    pieces = iter(reply)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert reply.finish == "stopped"
