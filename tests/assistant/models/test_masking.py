"""Personal data is found by its form, replaced by placeholders, and turned back in whatever pieces it comes."""

import time

import pytest
from hypothesis import given, strategies as st

from assistant.models.masking import Restorer, find_personal, mask, privacy_policy
from assistant.settings import GuardSettings, ServerSettings, SettingsInvalid


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find_personal(text)]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("EMAIL", "anna@example.org"),
        ("EMAIL", "anna.müller+x@büro.example.de"),
        ("EMAIL", "a_b%c@sub.example.co.uk"),
        ("PHONE", "+49 (0)30 1234567"),
        ("PHONE", "+1 555 123 4567"),
        ("PHONE", "+86 138 1234 5678"),
        ("PHONE", "0049301234567"),
        ("PHONE", "+4916526090462"),  # a card's checksum is right in it by chance
        ("PHONE", "(020) 7946 0958"),
        ("PHONE", "030/12345678"),
        ("PHONE", "0171 2345678"),
        ("PHONE", "555-123-4567"),
        ("PHONE", "13812345678"),
        ("IBAN", "DE89 3704 0044 0532 0130 00"),
        ("IBAN", "GB82WEST12345698765432"),
        ("IBAN", "FR14 2004 1010 0505 0001 3M02 606"),
        ("CARD", "4111 1111 1111 1111"),
        ("CARD", "5500-0000-0000-0004"),
        ("CARD", "378282246310005"),
        ("IP", "10.1.2.3"),
        ("IP", "2001:db8::8a2e:370:7334"),
        ("SECRET", "sk-proj-abcdefghijklmnop1234"),
        ("SECRET", "ghp_" + "a1B2" * 9),
        ("SECRET", "AKIAIOSFODNN7EXAMPLE"),
        ("SECRET", "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeKKF2QT4"),
        ("SECRET", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"),
    ],
)
def test_found_with_words_around_it_and_alone(kind: str, data: str) -> None:
    assert found(data) == [(kind, data)]
    assert found(f"Write to {data}, or not.") == [(kind, data)]
    assert found(f"Wer ist ({data})?") == [(kind, data)]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password: hunter2hunter", "hunter2hunter"),
        ('"api_key": "abcd1234efgh"', "abcd1234efgh"),
        ("Passwort: geheim-genug", "geheim-genug"),
        ("密码：abcd1234", "abcd1234"),
    ],
)
def test_value_named_a_secret_is_masked(text: str, secret: str) -> None:
    assert found(text) == [("SECRET", secret)]


@pytest.mark.parametrize(
    "text",
    [
        "GB82WEST12345698765433",  # a wrong checksum
        "4111 1111 1111 1112",
        "0000 0000 0000 0000",
        "127.0.0.1 and ::1",
        "at 12:30:45 on 2024-03-04",
        "2026-11-21 14:00:00",
        "version 1.2.3, ISBN 978-3-16-148410-0",
        "1,000,000.00 of 10.000.000.000",
        "3.14159265358979",
        "pages 100-200 and 1990-1999",
        "Art. 1234 Abs. 2, § 433 BGB",
        "999.1.2.3",
        "user@localhost",
        "the token is a word, and the password too",
        "next token: noticeable, secret = self.peek()",
        "x = a[1:2:3]",
    ],
)
def test_ordinary_numbers_and_words_stay(text: str) -> None:
    assert found(text) == []


def test_account_number_ends_where_its_checksum_does() -> None:
    assert found("DE89 3704 0044 0532 0130 00 BIC COBADEFF")[0] == ("IBAN", "DE89 3704 0044 0532 0130 00")


def test_one_value_has_one_placeholder_in_all_texts() -> None:
    masked = mask(["From a@x.org to b@x.org.", "b@x.org answered a@x.org."])
    assert masked.texts == ("From <EMAIL_1> to <EMAIL_2>.", "<EMAIL_2> answered <EMAIL_1>.")
    assert masked.values == {"<EMAIL_1>": "a@x.org", "<EMAIL_2>": "b@x.org"}
    assert masked.summary == "2 e-mail addresses"


def test_longer_conversation_keeps_the_placeholders_of_the_shorter() -> None:
    texts = ["a@x.org", "10.1.2.3 and b@x.org"]
    assert mask([*texts, "c@x.org"]).texts[:2] == mask(texts).texts


def test_placeholder_already_in_the_text_is_not_used() -> None:
    masked = mask(["What is <EMAIL_1>? Ask a@x.org."])
    assert masked.texts == ("What is <EMAIL_1>? Ask <EMAIL_2>.",)
    assert "<EMAIL_1>" not in masked.values


@given(st.data())
def test_answer_is_restored_however_it_is_cut(data: st.DataObject) -> None:
    values = {"<EMAIL_1>": "a@x.org", "<EMAIL_12>": "b@x.org"}
    parts = st.lists(st.sampled_from(["<EMAIL_1>", "<EMAIL_12>", "<EMAIL_", "<", ">", "1", "a b", "<b>", "<PHONE_1>"]))
    answer = "".join(data.draw(parts))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=6)))
    restorer = Restorer(values)
    shown = "".join(restorer.feed(answer[a:b]) for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True))
    expected = answer.replace("<EMAIL_12>", "b@x.org").replace("<EMAIL_1>", "a@x.org")
    assert shown + restorer.flush() == expected


def test_text_that_is_no_placeholder_is_shown_at_once() -> None:
    restorer = Restorer({"<EMAIL_1>": "a@x.org"})
    assert [restorer.feed(piece) for piece in ("a < b", " <b", "old> <EM")] == ["a < b", " <b", "old> "]


@given(st.text(alphabet="a1@.:+- <_>()E", max_size=200))
def test_masking_can_always_be_undone(text: str) -> None:
    masked = mask([text])
    restorer = Restorer(masked.values)
    assert restorer.feed(masked.texts[0]) + restorer.flush() == text


@pytest.mark.parametrize(
    "unit", ["a", "1 ", "A1 ", "a:", "@.", "a@b", "0 1-", "-----BEGIN PRIVATE KEY-----", "sk-", "eyJ."]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(unit: str) -> None:
    begun = time.perf_counter()
    find_personal(unit * (100_000 // len(unit)))
    assert time.perf_counter() - begun < 3


def test_kinds_that_are_allowed_stay_as_they_are() -> None:
    assert mask(["a@x.org, 10.1.2.3"], allowed={"IP"}).texts == ("<EMAIL_1>, 10.1.2.3",)


def test_settings_say_what_is_blocked_masked_and_allowed() -> None:
    policy = privacy_policy(ServerSettings(), GuardSettings(high_risk="mask", block=("phone",), allow=("ip",)))
    assert [policy.measure(kind) for kind in ("CARD", "EMAIL", "PHONE", "IP")] == ["mask", "mask", "block", "allow"]


def test_older_setting_that_refuses_blocks_whatever_is_not_allowed() -> None:
    policy = privacy_policy(ServerSettings(personal_data="refuse"), GuardSettings(low_risk="mask", allow=("ip",)))
    assert [policy.measure(kind) for kind in ("CARD", "EMAIL", "IP")] == ["block", "block", "allow"]


def test_unknown_kind_in_the_settings_is_named() -> None:
    with pytest.raises(SettingsInvalid, match="phones"):
        GuardSettings(allow=("phones",))
