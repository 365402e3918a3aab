"""The seal: whose index it is."""

from pathlib import Path

from knowledge.sync.verify import Seal, next_transition, token_after


def test_before_during_and_after_a_write_the_ledger_is_known(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "index")
    first = next_transition("")
    seal.begin(first)
    assert (seal.standing(first), seal.standing(token_after(first))) == ("interrupted", "complete")
    second = next_transition(token_after(first))
    assert seal.standing(second) == "complete"  # killed before the seal was changed
    seal.begin(second)
    assert (seal.standing(second), seal.standing(token_after(second))) == ("interrupted", "complete")


def test_a_ledger_of_before_the_last_write_is_foreign(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "index")
    first = next_transition("")
    seal.begin(first)
    seal.begin(next_transition(token_after(first)))
    assert [seal.standing(held) for held in ("", first, token_after(first))] == ["foreign"] * 3


def test_a_write_cut_short_is_the_next_one() -> None:
    transition = next_transition("a")
    assert next_transition(transition) == transition


def test_an_index_without_a_seal_is_foreign(tmp_path: Path) -> None:
    assert Seal(tmp_path).standing("") == "foreign"


def test_a_damaged_seal_is_foreign(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    transition = next_transition("")
    seal.begin(transition)
    (tmp_path / "seal").write_bytes(b"\0" * 16)
    assert seal.standing(token_after(transition)) == "foreign"
    (tmp_path / "seal").write_bytes(b"\xff\xfe a")
    assert seal.standing(token_after(transition)) == "foreign"
