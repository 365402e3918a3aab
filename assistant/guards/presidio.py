"""Names and places by Presidio with a model of spaCy: the extra `privacy`. Reads about 100 kB of text a second."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

_KINDS = {"PERSON": "NAME", "LOCATION": "PLACE"}
_PIECE = 100_000  # characters; spaCy refuses a million
_log = logging.getLogger("carrel.assistant")


def find_names(text: str) -> Iterator[tuple[str, int, int]]:
    """The names of people and places in a text, by the first model of spaCy that is installed; none without one."""
    if (analyzer := _analyzer()) is None:
        return
    engine, language = analyzer
    for begin in range(0, len(text), _PIECE):
        for found in engine.analyze(text[begin : begin + _PIECE], language, entities=list(_KINDS)):
            yield _KINDS[found.entity_type], begin + found.start, begin + found.end


@cache
def _analyzer() -> tuple[AnalyzerEngine, str] | None:
    models = spacy.util.get_installed_models()
    if not models:
        _log.warning("Names are masked only after a label: no language model of spaCy is installed.")
        return None
    language = models[0][:2]
    names = {"nlp_engine_name": "spacy", "models": [{"lang_code": language, "model_name": models[0]}]}
    engine = NlpEngineProvider(nlp_configuration=names).create_engine()
    return AnalyzerEngine(nlp_engine=engine, supported_languages=[language]), language
