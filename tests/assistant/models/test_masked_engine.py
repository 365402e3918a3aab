"""An engine elsewhere never sees personal data; the person never sees a placeholder."""

import pytest

from assistant.guards import Policy
from assistant.models.servers import MaskedEngine, PersonalDataStays
from engines.protocol import Message, Sampling
from tests.scripted_engine import ScriptedEngine

MASK, KEEP = Policy(), Policy(low="block")
ASKED = [Message("system", "Be brief."), Message("user", "Did anna@example.org call from +49 30 1234567?")]


def answer(engine: MaskedEngine, messages: list[Message] = ASKED) -> str:
    return "".join(piece.text for piece in engine.reply(messages, Sampling()))


def test_engine_reads_placeholders_and_the_person_reads_the_answer() -> None:
    script = ScriptedEngine([b"Yes, <EM", b"AIL", b"_1> did, ", b"from <PHONE_1", b">."])
    assert answer(MaskedEngine(script, MASK)) == "Yes, anna@example.org did, from +49 30 1234567."
    assert script.prompts[0][1].text == "Did <EMAIL_1> call from <PHONE_1>?"


def test_thoughts_stay_thoughts() -> None:
    script = ScriptedEngine([b"<think>", b"<EM", b"AIL_1>", b"?</think>", b"Yes, <EMA", b"IL_1>."])
    pieces = list(MaskedEngine(script, MASK).reply(ASKED, Sampling()))
    said = {kind: "".join(piece.text for piece in pieces if piece.kind == kind) for kind in ("thought", "answer")}
    assert said == {"thought": "anna@example.org?", "answer": "Yes, anna@example.org."}


def test_tokens_of_pieces_that_waited_are_counted() -> None:
    script = ScriptedEngine([b"<EM", b"AIL", b"_1>", b" did", b" <EM"])
    reply = MaskedEngine(script, MASK).reply(ASKED, Sampling())
    assert sum(piece.tokens for piece in reply) == reply.usage.output_tokens == 5


def test_everything_that_reads_is_masked() -> None:
    script = ScriptedEngine("Yes.")
    engine = MaskedEngine(script, MASK)
    list(engine.prefill(ASKED))
    list(engine.reply(ASKED, Sampling(), keep=False))
    assert all("anna" not in message.text for prompt in script.prompts for message in prompt)
    assert engine.count_tokens("anna@example.org") == 1


def test_nothing_is_sent_where_personal_data_stays() -> None:
    script = ScriptedEngine("Yes.")
    with pytest.raises(PersonalDataStays) as refused:
        MaskedEngine(script, KEEP).reply(ASKED, Sampling())
    assert script.prompts == []
    assert "1 e-mail address, 1 phone number" in refused.value.title
    assert "anna" not in refused.value.title + refused.value.hint


def test_ordinary_question_goes_even_where_personal_data_stays() -> None:
    assert answer(MaskedEngine(ScriptedEngine("Oak."), KEEP), [Message("user", "Of what?")]) == "Oak."


def test_reader_that_leaves_stops_the_engine() -> None:
    reply = MaskedEngine(ScriptedEngine(None), MASK).reply(ASKED, Sampling())
    pieces = iter(reply)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert reply.finish == "stopped"


def test_secret_stays_by_default_and_goes_masked_or_plain_where_the_settings_say_so() -> None:
    asked = [Message("user", "Whose card is 4111 1111 1111 1111?")]
    with pytest.raises(PersonalDataStays) as refused:
        answer(MaskedEngine(ScriptedEngine("His."), MASK), asked)
    assert "1 card number" in refused.value.title
    assert refused.value.hint.startswith("It is in the question.")
    script = ScriptedEngine("<CARD_1> is his.")
    assert answer(MaskedEngine(script, Policy(high="mask")), asked) == "4111 1111 1111 1111 is his."
    assert script.prompts[0][0].text == "Whose card is <CARD_1>?"
    plain = ScriptedEngine("His.")
    answer(MaskedEngine(plain, Policy(kinds={"CARD": "allow"})), asked)
    assert plain.prompts[0] == tuple(asked)


def test_message_names_the_passage_and_the_earlier_turns() -> None:
    passage = '<passage n="2" source="a &amp; b.txt">\nSSN 536-48-1234\n</passage>'
    asked = [
        Message("user", f"{passage}\n\nQuestion: Who?"),
        Message("assistant", "536-48-1234"),
        Message("user", "536-48-1234?"),
    ]
    with pytest.raises(PersonalDataStays) as refused:
        answer(MaskedEngine(ScriptedEngine("His."), MASK), asked)
    assert "It is in passage 2 (a & b.txt), an earlier answer, the question." in refused.value.hint
