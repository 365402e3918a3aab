"""What a table of TOML means as settings, and what is said of the keys that are wrong."""

import tomllib
from pathlib import Path

import pytest

from assistant.home import Home
from assistant.models.open_models import engine_settings
from assistant.settings import SettingProblem, Settings, read_settings


def read(text: str) -> tuple[Settings, tuple[SettingProblem, ...]]:
    return read_settings(tomllib.loads(text))


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("[model]\ncontext_token = 4", "context_token", "context_tokens"),
        ("[modle]\nthreads = 4", "modle", "[model]"),
        ("offline = true", "offline", "under “[network]”"),
        ("[model]\nreranker = 'off'", "reranker", "under “[search]”"),
        ("[search]\nprecision = 'int4'", "int4", "int8"),
        ("[search]\nembedder = 'bge-smal-en-v1.5'", "embedder", "bge-small-en-v1.5"),
    ],
)
def test_wrong_key_is_named_with_the_nearest_right_one(text: str, key: str, nearest: str) -> None:
    _, (problem,) = read(text)
    assert key in problem.title
    assert f"Did you mean “{nearest.removeprefix('under ')}" in problem.hint or nearest in problem.hint


def test_key_that_resembles_none_is_told_with_those_that_there_are() -> None:
    _, (problem,) = read("[network]\nqqq = 1")
    assert problem.hint == "Known names: offline."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[model]\nthreads = '4'", "a whole number"),
        ("[model]\nthreads = true", "a whole number"),
        ("[model]\npath = 3", "a path"),
        ("model = 3", "a table"),
        ("[search]\nembedder_folders = 'x'", "a list"),
        ("[network]\noffline = 'no'", "true or false"),
        ("[vllm]\ngpu_memory_utilization = 'half'", "a number"),
        ("[model]\nmemory_percent = 101", "between 1 and 100"),
        ("[model]\nthreads = 0", "at least 1"),
        ("[answers]\nthinking = 'maybe'", "off, on, or a number of tokens"),
        ("[answers]\nlook_again = 'maybe'", "look_again cannot be “maybe”"),
        ("[answers]\nthinking = '0'", "off, on, or a number of tokens"),
        ("[model]\npath = '~nobody-of-that-name/x'", "unknown user"),
    ],
)
def test_wrong_value_is_told_and_has_the_default_while_the_rest_applies(text: str, kind: str) -> None:
    settings, (problem,) = read(f"{text}\n[routing]\nstronger_for_complex = true")
    assert kind in problem.title
    assert problem.hint
    assert settings.routing.stronger_for_complex
    assert settings.model == Settings().model
    assert settings.search == Settings().search


def test_right_keys_beside_a_wrong_one_in_its_table_apply() -> None:
    settings, problems = read("[model]\nthreads = 'x'\ncontext_tokens = 100\nmemory_percent = 0\nbatch_tokens = 7")
    assert (settings.model.context_tokens, settings.model.batch_tokens) == (100, 7)
    assert len(problems) == 2


@pytest.mark.parametrize(
    "text", ["[network]\nofflin = true", "[network]\noffline = 'yes'", "[netwrk]\noffline = true", "offlne = true"]
)
def test_mistake_where_offline_may_have_been_meant_stays_offline(text: str) -> None:
    settings, (problem,) = read(text)
    assert settings.network.offline
    assert "stays offline" in problem.hint


def test_mistake_beside_a_clear_word_on_offline_changes_nothing() -> None:
    settings, problems = read("[network]\noffline = false\nofflin = true")
    assert not settings.network.offline
    assert len(problems) == 1


def test_knobs_of_the_engines_are_tables_of_the_file() -> None:
    settings, problems = read(
        '[vllm]\ntensor_parallel_size = 2\ndtype = "half"\ngpu_memory_utilization = 1\n'
        '[transformers]\nquantization = "nf4"\n'
    )
    assert (settings.vllm.tensor_parallel_size, settings.vllm.dtype) == (2, "half")
    assert settings.vllm.gpu_memory_utilization == 1.0
    assert (settings.transformers.quantization, problems) == ("nf4", ())
    _, (problem,) = read('[transformers]\nquantization = "nf5"')
    assert "quantization" in problem.title and "nf4" in problem.hint


@pytest.mark.parametrize(("frozen", "told"), [(8192, False), (4096, True)])
def test_window_of_the_model_stands_above_that_of_its_engine(tmp_path: Path, frozen: int, told: bool) -> None:
    settings, problems = read(f"[model]\ncontext_tokens = 2048\n[vllm]\ncontext_tokens = {frozen}")
    engines = engine_settings(Home(tmp_path), settings)
    assert {engines.llama.context_tokens, engines.vllm.context_tokens, engines.transformers.context_tokens} == {2048}
    assert bool(problems) == told


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("model", "engine", "transformers"),
        ("model", "engine", "vLLM"),
        ("model", "kv_type", "q8_0"),
        ("vllm", "distributed_executor_backend", "mp"),
    ],
)
def test_an_optional_choice_takes_its_values(table: str, key: str, value: str) -> None:
    settings, problems = read_settings({table: {key: value}})
    assert problems == ()
    assert getattr(getattr(settings, table), key) == value


def test_an_optional_choice_names_the_nearest_value() -> None:
    settings, (problem,) = read_settings({"model": {"engine": "transformer"}})
    assert settings.model.engine is None
    assert "transformers" in problem.hint


def test_rerank_limits_are_within_what_retrieval_finds() -> None:
    settings, problems = read_settings({"search": {"rerank_candidates": 101, "rerank_ms": 200}})
    assert (settings.search.rerank_candidates, len(problems)) == (50, 1)
    assert read_settings({"search": {"rerank_candidates": 20}})[0].search.rerank_candidates == 20


@pytest.mark.parametrize(
    ("key", "value", "title"),
    [
        ("rerank_passages", 0, "rerank_passages must be between 1 and 20"),
        ("rerank_least_relevance", 1.5, "rerank_least_relevance must be between 0 and 1"),
        ("cached_searches", -1, "cached_searches must be between 0 and 2,000"),
        ("cached_searches", 1.5, "cached_searches must be a whole number"),
        ("cache_similar_cosine", -0.1, "cache_similar_cosine must be between 0 and 1"),
        ("cache_similar_cosin", 0.9, "unknown setting “cache_similar_cosin”"),
    ],
)
def test_a_wrong_limit_of_search_is_named_with_its_bounds(key: str, value: float, title: str) -> None:
    settings, (problem,) = read_settings({"search": {key: value}})
    assert settings.search == Settings().search
    assert title in problem.title
