"""Characters stay whole and stop strings are never shown, however the text arrives in pieces."""

from hypothesis import given, strategies as st

from engines.streaming import StopFilter, Utf8Stream


def streamed(pieces: list[str], stops: list[str]) -> tuple[str, bool]:
    stream = StopFilter(stops)
    shown = "".join([stream.feed(piece) for piece in pieces])
    return shown + ("" if stream.stopped else stream.flush()), stream.stopped


@given(st.text(), st.data())
def test_text_survives_any_cut_of_its_bytes(text: str, data: st.DataObject) -> None:
    raw = text.encode("utf-8")
    cut = data.draw(st.integers(0, len(raw)))
    stream = Utf8Stream()
    assert stream.feed(raw[:cut]) + stream.feed(raw[cut:]) == text


def test_half_a_character_waits_for_the_rest() -> None:
    stream = Utf8Stream()
    assert stream.feed("€".encode()[:2]) == ""
    assert stream.waiting
    assert stream.feed("€".encode()[2:]) == "€"
    assert not stream.waiting


def test_invalid_bytes_become_replacement_characters() -> None:
    assert Utf8Stream().feed(b"a\xff\xfeb") == "a\ufffd\ufffdb"


@given(st.lists(st.text(alphabet="ab#", max_size=4)), st.lists(st.text(alphabet="ab#", min_size=1), max_size=3))
def test_shows_exactly_what_comes_before_the_first_stop_string(pieces: list[str], stops: list[str]) -> None:
    text = "".join(pieces)
    ends = [at for at in (text.find(stop) for stop in stops) if at >= 0]
    shown, stopped = streamed(pieces, stops)
    assert stopped == bool(ends)
    assert text.startswith(shown)
    if not ends:
        assert shown == text
    if stopped:
        assert not any(stop in shown for stop in stops)


def test_stop_string_over_three_pieces_is_never_shown() -> None:
    stream = StopFilter(["###"])
    assert [stream.feed(piece) for piece in ("one #", "#", "# two")] == ["one ", "", ""]
    assert stream.stopped


def test_false_start_of_a_stop_string_is_shown_after_all() -> None:
    stream = StopFilter(["</answer>"])
    assert [stream.feed(piece) for piece in ("a </", "b>")] == ["a ", "</b>"]


def test_held_text_is_released_at_the_end() -> None:
    stream = StopFilter(["END"])
    stream.feed("the EN")
    assert stream.flush() == "EN"


def test_empty_stop_strings_are_ignored() -> None:
    assert streamed(["abc"], [""]) == ("abc", False)
