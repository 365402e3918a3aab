"""The progress of reading a prompt: even between two batches, and with the time that is left."""

from __future__ import annotations

from desktop.reading.prompt_meter import PromptMeter
from engines import Usage


def told(meter: PromptMeter, read: int, now: float, usual_speed: float = 0.0) -> str:
    meter.note(Usage(prompt_tokens=2191, read_tokens=read), now, usual_speed)
    return meter.text


def test_the_speed_is_that_of_the_batches_so_far() -> None:
    meter = PromptMeter()
    assert told(meter, 240, 10.0) == "Reading 240 of 2,191 tokens"
    assert told(meter, 1240, 20.0) == "Reading 1,240 of 2,191 tokens · about 10 s"


def test_between_two_batches_it_goes_on() -> None:
    meter = PromptMeter()
    told(meter, 240, 10.0)
    told(meter, 1240, 20.0)
    assert told(meter, 1240, 22.5) == "Reading 1,490 of 2,191 tokens · about 7 s"
    assert meter.share == 1490 / 2191


def test_before_the_first_batch_the_usual_speed_counts() -> None:
    meter = PromptMeter()
    told(meter, 0, 10.0, 20.0)
    assert told(meter, 0, 11.0, 20.0) == "Reading 20 of 2,191 tokens · about 2 min"


def test_it_never_says_more_than_all() -> None:
    meter = PromptMeter()
    told(meter, 0, 10.0, 1000.0)
    assert told(meter, 0, 60.0, 1000.0) == "Reading 2,190 of 2,191 tokens"


def test_nothing_is_told_once_it_writes_or_where_an_engine_does_not_count() -> None:
    meter = PromptMeter()
    told(meter, 100, 1.0)
    assert told(meter, 2191, 2.0) == ""
    meter.note(Usage(), 3.0, 0.0)
    assert meter.text == ""
