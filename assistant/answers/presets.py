"""Presets: named ways to sample an answer, and what decides where several things say something.

The first that says something decides: the preset asked for with the question, the persona's own numbers, the persona's
preset, the settings' preset, the model's files, the defaults of `engines.Sampling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assistant.answers.thinking import thinking_tokens
from assistant.settings import AnswerSettings
from engines import Sampling, SamplingChoice, decide, sampling_of
from personas import LookAgain, Persona, PresetName


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """`about`: for people. `passage_tokens`: the most that passages take of a prompt; None: as the settings say."""

    about: str
    sampling: SamplingChoice
    passage_tokens: int | None = None


PRESETS: Mapping[PresetName, Preset] = {
    # Temperature 0 takes the likeliest token: the same answer every time, nearest to the sources.
    "exact": Preset(about="the likeliest words; the same answer every time", sampling=SamplingChoice(temperature=0.0)),
    # llama.cpp's own values but for the temperature, 0.8 there (common/common.h): answers rest on sources here.
    "balanced": Preset(
        about="some variety in the words",
        sampling=SamplingChoice(temperature=0.7, top_k=40, top_p=0.95, min_p=0.05),
    ),
    # The model's own distribution, without what is under a twentieth as likely as the best: min-p at temperature 1
    # (Nguyen et al. 2024, arXiv 2407.01082).
    "creative": Preset(
        about="more surprising words; less true to the sources",
        sampling=SamplingChoice(temperature=1.0, top_k=0, top_p=1.0, min_p=0.05),
    ),
    # Greedy: no sorting of candidates, and drafts are accepted most often. 1,000 tokens of passages, some three of
    # them, are read in a third of the usual time; 256 tokens are an answer of two paragraphs.
    "fast": Preset(
        about="short answers from fewer passages",
        sampling=SamplingChoice(temperature=0.0, max_tokens=256),
        passage_tokens=1_000,
    ),
}


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """How an answer is written. `passage_tokens`: the most that passages take of its prompt."""

    sampling: Sampling
    passage_tokens: int


def answer_options(
    persona: Persona,
    settings: AnswerSettings,
    recommended: SamplingChoice,
    asked: PresetName | None = None,
    thinking: str | None = None,
) -> AnswerOptions:
    """The options of an answer. `recommended`: by the model's files; `asked`: the preset for this question.

    `thinking`: for this question: `off`, `on` or a number of tokens.
    """
    own = SamplingChoice(temperature=persona.temperature, max_tokens=persona.max_tokens)
    usual = persona.preset or settings.preset
    decided = decide(
        PRESETS[asked].sampling if asked else SamplingChoice(),
        own,
        PRESETS[usual].sampling if usual else SamplingChoice(),
        recommended,
    )
    preset = asked or usual
    least = PRESETS[preset].passage_tokens if preset else None
    sampling = replace(
        sampling_of(decided, stop_repetition=True),
        thinking_tokens=thinking_tokens(thinking or persona.thinking or settings.thinking),
    )
    return AnswerOptions(sampling, min(settings.passage_tokens, least or settings.passage_tokens))


@dataclass(frozen=True, slots=True)
class Manner:
    """How one answer is to be written, whatever persona and settings say; see `Asking.ask`.

    `computes`: a tool answers the question where one fits.
    """

    preset: PresetName | None = None
    thinking: str | None = None
    look_again: LookAgain | None = None
    computes: bool = True
