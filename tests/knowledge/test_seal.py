"""The seal: whose index it is."""

from knowledge.seal import Seal


def test_before_and_after_a_write_the_ledger_is_known(tmp_path):
    seal = Seal(tmp_path / "index")
    first = seal.begin("")
    assert (seal.standing(""), seal.standing(first)) == ("cut short", "whole")
    second = seal.begin(first)
    assert [seal.standing(token) for token in ("", first, second)] == ["foreign", "cut short", "whole"]


def test_an_index_without_a_seal_is_foreign(tmp_path):
    assert Seal(tmp_path).standing("") == "foreign"


def test_a_damaged_seal_is_foreign(tmp_path):
    seal = Seal(tmp_path)
    token = seal.begin("")
    (tmp_path / "seal").write_bytes(b"\0" * 16)
    assert seal.standing(token) == "foreign"
    (tmp_path / "seal").write_bytes(b"\xff\xfe a")
    assert seal.standing(token) == "foreign"
