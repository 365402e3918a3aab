"""The settings as values, validated from a table of TOML; `assistant.settings_file` reads and writes the file."""

from __future__ import annotations

import json
import math
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import psutil

from assistant.answers.thinking import thinking_tokens
from assistant.guards import KINDS, Measure
from engines import (
    EngineName,
    Favour,
    TransformersSettings,
    VllmSettings,
    parse_address,
    parse_model_reference,
    range_of,
    ranged,
)
from errors import AppError
from knowledge import DEFAULT_EMBEDDER, known_encoders
from personas import DEFAULT_PERSONA, LookAgain, PresetName


class SettingsInvalid(AppError):
    """A value has the wrong type or is out of range."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """A mistake in the settings file: a title and a hint for people.

    `nearest`: the setting that was probably meant, as `network.offline`; empty where none is similar. `place`: the one
    in the file, likewise, or its table.
    """

    title: str
    hint: str
    nearest: str = ""
    place: str = ""


def check_ranges(part: Any) -> None:
    """Raises SettingsInvalid for the first number of a table that is out of its range."""
    for key in fields(part):
        number, limits = getattr(part, key.name), range_of(part, key.name)
        if number is None or limits is None or limits[0] <= number <= (limits[1] or math.inf):
            continue
        asked = f"at least {limits[0]:,}" if limits[1] is None else f"between {limits[0]:,} and {limits[1]:,}"
        raise SettingsInvalid(f"{key.name} must be {asked}", f"It is {number}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """The model that writes answers, a GGUF file or a folder of safetensors; `path` None: answers are quotations.

    `engine`: None: llama.cpp for GGUF, vLLM where its GPUs have room for the folder, else transformers. `threads`,
    `batch_tokens`, `flash_attention`, `kv_type`: None: the fastest as measured here, once for each model; see
    `engines.engine_settings.Tuning`. `memory_percent`: the share of the machine's memory that all models may use.
    `folders`: folders of models besides the home's. `favours`: one answer that is soon there, or many at once.
    `llama_library`: the file of llama.cpp's library; None: the one compiled here, or else the prebuilt one.
    `servers`: more servers of the model of [remote], each as `https://host:port` or `URL#model`; they share what is
    asked of `remote:`.
    `gpu_layers`: of a GGUF model, on graphics cards that llama.cpp uses; None: as many as their free memory holds.
    """

    path: Path | None = None
    engine: EngineName | None = None
    context_tokens: int = ranged(8192, 1)
    threads: int | None = ranged(None, 1)
    batch_tokens: int | None = ranged(None, 1)
    flash_attention: bool | None = None
    kv_type: Literal["f16", "q8_0"] | None = None
    favours: Favour = "latency"
    memory_percent: int = ranged(70, 1, 100)
    folders: tuple[Path, ...] = ()
    llama_library: Path | None = None
    servers: tuple[str, ...] = ()
    gpu_layers: int | None = ranged(None, 0)

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for a number out of range, and for what is no server's address or is one twice."""
        check_ranges(self)
        known = set[str]()
        for server in self.servers:
            try:
                url = parse_address(parse_model_reference(server)[0]).url
            except AppError as error:
                hint = f"{error.title}. {error.hint}"
                raise SettingsInvalid(f"servers cannot hold “{server}”", hint) from error
            if url in known:
                raise SettingsInvalid(f"servers names {url} twice", "Each server stands in it once.")
            known.add(url)

    @property
    def memory_bytes(self) -> int:
        """`memory_percent` in bytes."""
        return int(psutil.virtual_memory().total) * self.memory_percent // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """`persona`: the one that answers by default. `passage_tokens`: the most tokens of passages in a prompt.

    `thinking`: what a model may do before it answers, unless the persona says: `off`, `on`, or a number of tokens.
    `preset`: how answers are sampled where a persona does not say; None: as the model's files recommend.
    `look_again`: a model may look again where the first passages do not answer; `auto`: one of 3 billion parameters or
    more. `cache_hours`: how long an answer is given again to the same question, while nothing changes; 0: never.
    `price_per_million_tokens`: of what a model reads, in `currency`, to show what retrieval saved; 0: none is shown.
    """

    persona: str = DEFAULT_PERSONA
    passage_tokens: int = ranged(3000, 1)
    preset: PresetName | None = None
    thinking: str = "off"
    look_again: LookAgain = "auto"
    cache_hours: int = ranged(24, 0)
    price_per_million_tokens: float = ranged(0.0, 0)
    currency: str = "USD"

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for what says nothing about thinking, and a number out of range."""
        check_ranges(self)
        try:
            thinking_tokens(self.thinking)
        except ValueError as error:
            raise SettingsInvalid(f"thinking {error}, in quotes", f"It is “{self.thinking}”.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """`embedder`: for new indexes. `reranker`: a name, `auto` for the one installed, or `off`.

    `precision`: of the models' arithmetic; `auto`: int8 where it was found to rank as float32 does.
    `rerank_candidates`: the best that are reranked, of the 100 that each stage finds, as far as `rerank_ms`
    milliseconds last. `rerank_passages`: the fewest that are then given to an answer, though a persona says less, and
    `rerank_least_relevance`: theirs, from 0 to 1; what is below it is cut. `cached_searches`: whose results are kept;
    0: none. `cache_similar_cosine`: of two questions, from where on one may be answered as the other was.
    `embedder_folders`: the folders that are searched for models first. `index_uri`: the place of the index, as
    `s3://bucket/path`; "": the home. A store's credentials, region and endpoint come from the environment, as for its
    own tools.
    """

    embedder: str = DEFAULT_EMBEDDER
    reranker: str = "auto"
    rerank_candidates: int = ranged(50, 1, 100)
    rerank_ms: int = ranged(400, 1, 60_000)
    rerank_passages: int = ranged(10, 1, 20)  # as a persona's
    rerank_least_relevance: float = ranged(0.0003, 0, 1)
    cached_searches: int = ranged(256, 0, 2_000)  # of some 160 KB each
    cache_similar_cosine: float = ranged(0.9, 0, 1)
    precision: Literal["auto", "int8", "float32"] = "auto"
    embedder_folders: tuple[Path, ...] = ()
    index_uri: str = ""

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for an unknown model and a number out of range."""
        check_ranges(self)
        _one_of("embedder", self.embedder, [model.name for model in known_encoders("embedder")])
        _one_of("reranker", self.reranker, ["auto", "off", *(model.name for model in known_encoders("reranker"))])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """`offline`: refuse every connection to another machine, before it opens."""

    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """A model on another machine, for `--model remote:` or `path = "remote:"` under [model]; unused until chosen.

    `url`: of a server with OpenAI's chat completions API; its key is in the keyring (`carrel remote key`). `model`: its
    name on the server; "": the first. `context_tokens`: None: the server's. `personal_data`: `mask` sends placeholders
    as [guard] says, `refuse` sends nothing that contains any. `plain_http`: also send unencrypted to a machine outside
    the private network. `on_this_machine`: a server at 127.0.0.1 runs here and may read everything; it is no tunnel.
    """

    url: str = ""
    model: str = ""
    context_tokens: int | None = ranged(None, 1)
    personal_data: Literal["mask", "refuse"] = "mask"
    plain_http: bool = False
    on_this_machine: bool = False

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for a number out of range."""
        check_ranges(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingSettings:
    """`stronger_for_complex`: where several models are open, the biggest answers complex questions. `by_difficulty`: so
    it does, the smallest answers simple ones, and personal data goes to no server, masked or not."""

    stronger_for_complex: bool = False
    by_difficulty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSettings:
    """The guard rails, each with a switch of its own.

    `high_risk`: what happens to keys, passwords, identity, card and account numbers before a question goes to a server:
    it is not sent (`block`), they are masked, or they go as they are (`allow`). `low_risk`: the same for names,
    addresses and ways to reach someone. `block`, `mask`, `allow`: kinds of personal data that differ, as `phone`.
    `question`, `sources`: look for orders to the model in the question and in passages. `topics`: a persona may refuse.
    `links`: name the addresses in an answer that no source has. `toxicity`: look for abuse in answers.
    `answer_characters`: where an answer is cut; 0: nowhere.
    """

    high_risk: Measure = "block"
    low_risk: Measure = "mask"
    block: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    question: bool = True
    sources: bool = True
    topics: bool = True
    links: bool = True
    toxicity: bool = False
    answer_characters: int = ranged(0, 0)

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for an unknown kind and a negative length."""
        for name in ("block", "mask", "allow"):
            for kind in getattr(self, name):
                _one_of(name, kind, [known.lower() for known in KINDS])
        check_ranges(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """`trash_days`: how long a deleted chat can be restored before it is erased for good; 0: until its undo ends."""

    trash_days: int = ranged(30, 0, 3650)

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for a number out of range."""
        check_ranges(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceSettings:
    """`language`: of the window: `system`, or a tag such as `ko`, for which there is a file of translations."""

    language: str = "system"

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for what is no tag of a language."""
        if not re.fullmatch(r"system|[a-z]{2,3}([_-][A-Za-z]{2,4})*", self.language):
            raise SettingsInvalid(f"language cannot be “{self.language}”", "Use system, en, ko, zh, or another tag.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, by table of the file. The window of every engine is [model]'s `context_tokens`."""

    model: ModelSettings = field(default_factory=ModelSettings)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    chats: ChatSettings = field(default_factory=ChatSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    remote: ServerSettings = field(default_factory=ServerSettings)
    routing: RoutingSettings = field(default_factory=RoutingSettings)
    guard: GuardSettings = field(default_factory=GuardSettings)
    vllm: VllmSettings = field(default_factory=VllmSettings)
    transformers: TransformersSettings = field(default_factory=TransformersSettings)
    appearance: AppearanceSettings = field(default_factory=AppearanceSettings)


def read_settings(table: Mapping[str, Any]) -> tuple[Settings, tuple[SettingProblem, ...]]:
    """The settings of a parsed file and the problems in it; a wrong key has its default.

    Offline where a mistake may have been meant to switch it on and the file does not switch it off.
    """
    settings, problems = Settings(), list[SettingProblem]()
    for name, values in table.items():
        if name not in get_type_hints(Settings):
            problems.append(_unknown(name, values))
        elif not isinstance(values, Mapping):
            hint = f"The file says {_shown(values)}."
            problems.append(SettingProblem(f"[{name}] must be a table", hint, name, name))
        else:
            part, wrong = _read_part(name, getattr(settings, name), values)
            settings = replace(settings, **{name: part})
            problems += wrong
    problems += _without_effect(settings)
    network = table.get("network")
    says_so = isinstance(network, Mapping) and isinstance(network.get("offline"), bool)
    if not says_so and any(problem.nearest.split(".")[0] == "network" for problem in problems):
        settings = replace(settings, network=NetworkSettings(offline=True))
        note = " Carrel stays offline until this is corrected."
        problems = [
            replace(one, hint=one.hint + note) if one.nearest.split(".")[0] == "network" else one for one in problems
        ]
    return settings, tuple(problems)


def _read_part(name: str, part: Any, values: Mapping[str, Any]) -> tuple[Any, list[SettingProblem]]:
    """The part with those values that are right, and the problems with the others."""
    hints, problems = get_type_hints(type(part)), []
    for key, value in values.items():
        if key not in hints:
            problems.append(_unknown(key, value, name))
            continue
        try:
            changed = replace(part, **{key: read_value(hints[key], value, key)})
            check_ranges(changed)
        except SettingsInvalid as error:
            place = f"{name}.{key}"
            problems.append(SettingProblem(f"[{name}] {error.title}", error.hint, place, place))
        else:
            part = changed
    return part, problems


def _without_effect(settings: Settings) -> Iterator[SettingProblem]:
    """The problem of a window set for one engine. The default is none: older versions wrote it to the file."""
    default = ModelSettings().context_tokens
    for name, engine in (("vllm", settings.vllm), ("transformers", settings.transformers)):
        if engine.context_tokens not in (default, settings.model.context_tokens):
            hint = "The window of every engine is set by context_tokens under [model]."
            yield SettingProblem(f"[{name}] context_tokens has no effect", hint, "model.context_tokens")


def _unknown(key: str, value: object, table: str = "") -> SettingProblem:
    """The problem of a key that is not a setting, with the nearest that is: in its own table, else in any."""
    every = {name: list(get_type_hints(kind)) for name, kind in get_type_hints(Settings).items()}
    if isinstance(value, Mapping) and not table:
        near = next(iter(get_close_matches(key, every, n=1, cutoff=0.5)), "")
        return SettingProblem(f"unknown table [{key}]", did_you_mean(f"[{near}]" if near else "", every), near, key)
    written = f"{table}.{key}" if table else key
    title = f"unknown setting “{key}” under [{table}]" if table else f"unknown setting “{key}”"
    same, similar = ([(name, keys, cutoff) for name, keys in every.items()] for cutoff in (1.0, 0.8))
    for place, keys, cutoff in (*same, (table, every.get(table, []), 0.5), *similar):
        if near := next(iter(get_close_matches(key, keys, n=1, cutoff=cutoff)), ""):
            meant = near if place == table else f"{near}” under “[{place}]"
            return SettingProblem(title, did_you_mean(meant, ()), f"{place}.{near}", written)
    return SettingProblem(title, did_you_mean("", every.get(table, every)), place=written)


def did_you_mean(near: str, known_names: Iterable[str]) -> str:
    """A hint: the nearest of the known names, or all of them where none is near."""
    return f"Did you mean “{near}”?" if near else f"Known names: {', '.join(known_names)}."


def _one_of(where: str, value: object, values: Sequence[object]) -> None:
    if value not in values:
        names = [str(name) for name in values]
        near = next(iter(get_close_matches(str(value), names, n=1, cutoff=0.5)), "")
        raise SettingsInvalid(f"{where} cannot be “{value}”", did_you_mean(near, names))


def read_value(hint: Any, value: Any, where: str) -> Any:
    """A value of TOML as the type of its field. Raises SettingsInvalid."""
    if get_origin(hint) in (types.UnionType, Union):  # Literal[…] | None is the second on Python 3.11
        return read_value(next(arg for arg in get_args(hint) if arg is not type(None)), value, where)
    if get_origin(hint) is Literal:
        _one_of(where, value, get_args(hint))
        return value
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(read_value(get_args(hint)[0], item, where) for item in value)
    if hint is Path and isinstance(value, str):
        try:
            return Path(value).expanduser()
        except RuntimeError as error:
            raise SettingsInvalid(
                f"{where} is in the folder of an unknown user", f"The file says {_shown(value)}."
            ) from error
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is hint:
        return value
    names = {Path: "a path in quotes", str: "text in quotes", int: "a whole number", float: "a number"}
    expected = "a list of strings" if get_origin(hint) is tuple else names.get(hint, "true or false")
    raise SettingsInvalid(f"{where} must be {expected}", f"The file says {_shown(value)}.")


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
