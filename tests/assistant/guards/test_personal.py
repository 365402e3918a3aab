"""Personal data of many countries is found, in disguise too, and harmless numbers stay whole."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.guards import KINDS, PersonalData, Policy, find_personal, summary
from assistant.guards.normal import normalise

CASES = [json.loads(line) for line in Path(__file__).with_name("mask_cases.jsonl").read_text("utf-8").splitlines()]
# The share of each kind that must be masked whole; of harmless texts, the share that must stay whole.
REACH = {"id": 0.9, "secret": 0.85, "phone": 0.95, "iban": 1.0, "card": 1.0, "harmless": 0.95}


def is_right(case: dict[str, Any]) -> bool:
    """True if every character of the data that is drawn is found; of a harmless text, if nothing is."""
    found = find_personal(case["text"])
    covered = {at for one in found for at in range(one.start, one.end)}
    spans = [(case["text"].rindex(data), len(data)) for data in case["data"]]
    if not spans:
        return not found
    return all(
        at in covered for begin, size in spans for at in range(begin, begin + size) if case["text"][at].isalnum()
    )


@pytest.mark.parametrize("kind", sorted({case["kind"] for case in CASES}))
def test_reach_of_each_kind(kind: str) -> None:
    cases = [case for case in CASES if case["kind"] == kind]
    wrong = [case["text"] for case in cases if not is_right(case)]
    assert len(wrong) <= (1 - REACH.get(kind, 0.9)) * len(cases), wrong


def test_cases_are_many() -> None:
    assert sum(case["kind"] != "harmless" for case in CASES) >= 199
    assert sum(case["kind"] == "harmless" for case in CASES) >= 60


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("４１１１\u00a01111\u20111111", "4111 1111-1111"),
        ("٥٣٦-४५", "536-45"),
        ("5\u200b3\u00ad6", "536"),
        ("call +49 30\n1234567", "call +49 30 1234567"),
        ("1001\n2002\n3003", "1001\n2002\n3003"),  # a column
        ("a b", "a b"),
    ],
)
def test_look_alikes_are_plain(text: str, plain: str) -> None:
    assert normalise(text).text == plain


def test_every_character_of_the_copy_knows_its_place() -> None:
    text = "\u200b\u00ad４１\u200b1\u00a0x\r\ny\u2060"
    copy = normalise(text)
    places = [copy.original(at) for at in range(len(copy.text))]
    assert [text[at] for at in places] == ["４", "１", "1", "\u00a0", "x", "\n", "y"]


def test_kinds_have_a_risk_and_words() -> None:
    assert {kind for kind, one in KINDS.items() if one.risk == "low"} == {
        "EMAIL", "PHONE", "IP", "MAC", "GPS", "ADDRESS", "NAME", "PLACE",
    }  # fmt: skip
    assert summary(["CARD", "CARD", "EMAIL", "CRYPTO"]) == "2 card numbers, 1 wallet address, 1 e-mail address"


def test_policy_blocks_masks_and_allows_by_risk_and_kind() -> None:
    found = [PersonalData(kind, 0, 1) for kind in ("CARD", "EMAIL", "PHONE")]
    policy = Policy(kinds={"PHONE": "allow"})
    assert [one.kind for one in policy.blocked(found)] == ["CARD"]
    assert policy.masked(found) == "1 e-mail address"
    assert policy.allowed == {"PHONE"}


HOSTILE = (
    *("a", "1 ", "+1", "a@b", "0301234567 ", "DE89 ", "4111 1111 ", "012-34-5678 ", "(11) 98765-4321 "),
    *(
        "password: ",
        "北京市区",
        "密码：",
        "-----END PRIVATE KEY-----",
        "eyJaaaaaaaa.",
        "Aa Aa Street ",
        "12 rue de ",
        "\u200b1",
        "1\n2",
    ),
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_time_in_proportion_to_its_length(unit: str) -> None:
    sizes = (20_000, 80_000)
    seconds = []
    for size in sizes:
        text, begun = unit * (size // len(unit)), time.process_time()
        find_personal(text)
        seconds.append(time.process_time() - begun)
    assert seconds[1] < 1.0 or seconds[1] < 8 * seconds[0]
