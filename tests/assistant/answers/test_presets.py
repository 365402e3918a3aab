"""What decides how an answer is sampled, in the order of the guide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from assistant.answers.presets import PRESETS, answer_options
from assistant.settings import AnswerSettings, read_settings
from engines.protocol import Sampling
from engines.sampling_choice import SamplingChoice
from personas.catalogue import create_persona
from personas.persona import Persona, PersonaInvalid, PresetName, read_front_matter

PLAIN = Persona(id="001-reader", name="Reader", summary="", prompt="You read.", folder=Path("/p"))
SETTINGS = AnswerSettings()
NOTHING = SamplingChoice()
FILE = SamplingChoice(temperature=0.6, top_k=20, top_p=0.9)


def test_where_nothing_is_said_the_defaults_hold_and_loops_are_ended() -> None:
    assert answer_options(PLAIN, SETTINGS, NOTHING).sampling == Sampling(stop_repetition=True)


def test_the_model_file_goes_before_the_defaults() -> None:
    sampling = answer_options(PLAIN, SETTINGS, FILE).sampling
    assert (sampling.temperature, sampling.top_k, sampling.top_p, sampling.min_p) == (0.6, 20, 0.9, 0.05)


def test_each_source_goes_before_the_next() -> None:
    settings = replace(SETTINGS, preset="balanced")
    assert answer_options(PLAIN, settings, FILE).sampling.temperature == 0.7
    creative = replace(PLAIN, preset="creative")
    assert answer_options(creative, settings, FILE).sampling.temperature == 1.0
    own = replace(creative, temperature=0.3)
    assert answer_options(own, settings, FILE).sampling.temperature == 0.3
    assert answer_options(own, settings, FILE).sampling.top_k == 0  # of the preset: the persona names none
    assert answer_options(own, settings, FILE, "exact").sampling.temperature == 0.0


def test_fast_is_short_and_reads_little() -> None:
    options = answer_options(replace(PLAIN, max_tokens=1400), SETTINGS, NOTHING, "fast")
    assert (options.sampling.temperature, options.sampling.max_tokens, options.passage_tokens) == (0.0, 256, 1_000)
    modest = replace(SETTINGS, passage_tokens=500)
    assert answer_options(PLAIN, modest, NOTHING, "fast").passage_tokens == 500


def test_every_preset_has_a_value() -> None:
    assert set(PRESETS) == set(get_args(PresetName))


def test_a_preset_is_set_in_settings_and_personas(tmp_path: Path) -> None:
    settings, problems = read_settings({"answers": {"preset": "exact"}})
    assert (settings.answers.preset, problems) == ("exact", ())
    settings, (problem,) = read_settings({"answers": {"preset": "exakt"}})
    assert settings.answers.preset is None
    assert "exact" in problem.hint
    file = create_persona(tmp_path, "777-cook", "Cook")
    file.write_text(file.read_text("utf-8").replace("# preset: exact", "preset: fast"), "utf-8")
    assert read_front_matter(file).preset == "fast"
    file.write_text(file.read_text("utf-8").replace("preset: fast", "preset: quick"), "utf-8")
    with pytest.raises(PersonaInvalid, match="exact, balanced, creative or fast"):
        read_front_matter(file)


@pytest.mark.parametrize(
    ("asked", "own", "tokens"), [(None, None, 0), (None, "on", None), ("off", "on", 0), ("300", "off", 300)]
)
def test_thinking_is_as_asked_else_as_the_persona_says_else_off(
    asked: str | None, own: str | None, tokens: int | None
) -> None:
    options = answer_options(replace(PLAIN, thinking=own), SETTINGS, NOTHING, thinking=asked)
    assert options.sampling.thinking_tokens == tokens
