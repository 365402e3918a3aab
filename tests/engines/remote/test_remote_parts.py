"""Addresses, keys, events and chunks, without a server."""

import time

import keyring
import pytest
from hypothesis import given, strategies as st

from engines.errors import AddressRefused, KeyUnusable, ServerRefused
from engines.protocol import Message
from engines.remote.engine import TokenEstimate
from engines.remote.reply import EventStream, parse_chunk
from engines.remote.server import (
    delete_key,
    find_key,
    parse_address,
    parse_model_reference,
    require_encryption,
    store_key,
)
from tests.vault import Vault

SERVER = parse_address("https://server.example")


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Vault:
    vault = Vault()
    monkeypatch.setattr(keyring, "get_keyring", lambda: vault)
    monkeypatch.delenv("CARREL_REMOTE_KEY", raising=False)
    return vault


@pytest.mark.parametrize("url", ["https://h", "https://h/", "https://h/v1", "https://H:443/v1/", " https://h "])
def test_one_server_has_one_address(url: str) -> None:
    assert parse_address(url).url == "https://h:443"


def test_path_before_v1_is_kept() -> None:
    assert parse_address("http://[::1]:8000/openai/v1").url == "http://[::1]:8000/openai"


@pytest.mark.parametrize(
    "url", ["", "server", "ftp://h", "https://", "https://user:key@h", "https://h?key=1", "https://h:port", "https://["]
)
def test_invalid_address_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_address(url)
    assert refused.value.hint


def test_model_stands_behind_the_address() -> None:
    assert parse_model_reference("remote:https://h/v1#qwen") == ("https://h/v1", "qwen")
    assert parse_model_reference("remote:https://h") == ("https://h", "")


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.4", "192.168.1.9", "fd00::1", "fe80::1%eth0", "a-name"])
def test_private_machines_may_be_asked_unencrypted(peer: str) -> None:
    require_encryption(parse_address("http://server"), peer)


@pytest.mark.parametrize("peer", ["8.8.8.8", "2606:4700::1111"])
def test_public_machines_may_not(peer: str) -> None:
    with pytest.raises(AddressRefused):
        require_encryption(parse_address("http://server"), peer)
    require_encryption(SERVER, peer)


def test_key_is_stored_by_address_found_and_deleted(vault: Vault) -> None:
    store_key(SERVER, " sk-1 \n")
    assert vault.kept == {("carrel", "https://server.example:443"): "sk-1"}
    assert find_key(SERVER) == "sk-1"
    assert find_key(parse_address("https://another.example")) == ""
    assert delete_key(SERVER)
    assert not delete_key(SERVER)


def test_environment_stands_in_for_the_keyring(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_REMOTE_KEY", "sk-run")
    assert find_key(SERVER) == "sk-run"
    store_key(SERVER, "sk-kept")
    assert find_key(SERVER) == "sk-kept"


def test_key_that_no_header_can_carry_is_refused_without_it(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_REMOTE_KEY", "sk\r\nX-Evil: 1")
    with pytest.raises(KeyUnusable) as refused:
        find_key(SERVER)
    assert "Evil" not in refused.value.title + refused.value.hint


def test_without_a_keyring_no_key_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends import fail

    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    with pytest.raises(KeyUnusable) as refused:
        store_key(SERVER, "sk-1")
    assert "CARREL_REMOTE_KEY" in refused.value.hint


def test_keyring_in_plain_text_is_none(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "__module__", "keyrings.alt.file")
    with pytest.raises(KeyUnusable):
        store_key(SERVER, "sk-1")
    assert vault.kept == {}


@pytest.mark.logs("keyring")
def test_hanging_keyring_times_out(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.system_keyring._WAIT_SECONDS", 0.1)
    monkeypatch.setattr(Vault, "get_password", lambda *_: time.sleep(1))
    begun = time.perf_counter()
    assert find_key(SERVER) == ""
    assert time.perf_counter() - begun < 0.9


@given(st.data())
def test_events_survive_any_cut(data: st.DataObject) -> None:
    stream = b'data: {"a": "\xc3\xa9"}\r\n\r\n: comment\nevent: x\ndata:one\ndata: two\n\ndata: [DONE]\n\n'
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    events, parts = EventStream(), zip([0, *cuts], [*cuts, len(stream)], strict=True)
    assert [one for a, b in parts for one in events.feed(stream[a:b])] == ['{"a": "é"}', "one\ntwo", "[DONE]"]


def test_event_without_an_end_is_refused() -> None:
    with pytest.raises(ServerRefused):
        list(EventStream().feed(b"x" * (1 << 21)))


def test_event_of_many_lines_without_an_end_is_refused() -> None:
    events = EventStream()
    with pytest.raises(ServerRefused):
        for _ in range(1 << 11):
            list(events.feed(b"data: x\n" * (1 << 10)))


def test_counts_that_no_database_holds_are_left_out() -> None:
    assert (
        parse_chunk('{"usage": {"prompt_tokens": 1e999, "completion_tokens": %s}}' % ("9" * 4000)).output_tokens is None
    )


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_chunks_of_any_shape_are_read_or_refused(value: object) -> None:
    import json

    for told in (value, {"choices": value, "usage": value}, {"choices": [{"delta": value, "finish_reason": None}]}):
        try:
            assert parse_chunk(json.dumps(told)).text == ""
        except ValueError:
            assert not isinstance(told, dict)


def test_estimate_follows_what_the_server_counted() -> None:
    few, many = TokenEstimate(60), TokenEstimate(300)
    assert few.of_text("") == many.of_text("") == 0
    assert few.of_text("some words") < many.of_text("some words")
    assert few.of_prompt([Message("user", "some words")]) > few.of_text("some words")
