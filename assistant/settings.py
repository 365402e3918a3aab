"""What the person has chosen, kept as TOML that a person can edit."""

import dataclasses
import json
import os
import tomllib
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from engines.engine_settings import TransformersSettings, VllmSettings
from errors import AppError
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER, known
from personas.catalogue import DEFAULT_PERSONA


class SettingsInvalid(AppError):
    """A key is unknown or a value has the wrong type. The file is left as it is."""


class SettingsDamaged(AppError):
    """The file is not TOML. It has been set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """The model that writes answers, a GGUF file or a folder of safetensors; `path` None: answers are quotes.

    `engine`: what reads it; None: llama.cpp for GGUF, vLLM where its GPUs have room for the folder, else transformers.
    `threads`, `batch_tokens`, `flash_attention`, `kv_type`: None: what was measured to be fastest here, once for each
    model; see `engines.engine_settings.Tuning`. `memory_percent`: how much of the machine's memory all models may hold.
    `folders`: where models are looked for besides the home.
    """

    path: Path | None = None
    engine: Literal["llama.cpp", "vLLM", "transformers"] | None = None
    context_tokens: int = 8192
    threads: int | None = None
    batch_tokens: int | None = None
    flash_attention: bool | None = None
    kv_type: Literal["f16", "q8_0"] | None = None
    memory_percent: int = 70
    folders: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for a share that is none."""
        if not 1 <= self.memory_percent <= 100:
            raise SettingsInvalid("model.memory_percent must be between 1 and 100", f"It is {self.memory_percent}.")

    @property
    def memory_bytes(self) -> int:
        """`memory_percent` in bytes."""
        import psutil

        return int(psutil.virtual_memory().total) * self.memory_percent // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings:
    """`persona`: who answers when nobody is named. `passage_tokens`: the most that passages may take of a prompt."""

    persona: str = DEFAULT_PERSONA
    passage_tokens: int = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """`embedder`: for an index yet to be made. `reranker`: a name, `auto` for the one installed, or `off`.

    `precision`: of the models' arithmetic; `auto`: int8 where it was found to rank as float32 does.
    `embedder_folders`: where models are looked for first. `index_uri`: where the index is kept, as `s3://bucket/path`;
    "": in the home. A store's credentials, region and endpoint come from the environment, as for its own tools.
    """

    embedder: str = DEFAULT_EMBEDDER
    reranker: str = "auto"
    precision: Literal["auto", "int8", "float32"] = "auto"
    embedder_folders: tuple[Path, ...] = ()
    index_uri: str = ""

    def __post_init__(self) -> None:
        """Raises SettingsInvalid for a model that nobody knows."""
        _one_of("search.embedder", self.embedder, [model.name for model in known("embedder")])
        _one_of("search.reranker", self.reranker, ["auto", "off", *(model.name for model in known("reranker"))])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """`offline`: refuse every connection to another machine, before it opens."""

    offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """A model on another machine, for `--model remote:` or `path = "remote:"` under [model]; off until it is chosen.

    `url`: of a server that speaks OpenAI's chat completions; its key is in the keyring (`carrel remote key`). `model`:
    as the server calls it; "": its first. `context_tokens`: None: what the server says. `personal_data`: `mask` sends
    placeholders in its place, `refuse` sends nothing that holds any. `plain_http`: also send unencrypted to a machine
    outside the private network.
    """

    url: str = ""
    model: str = ""
    context_tokens: int | None = None
    personal_data: Literal["mask", "refuse"] = "mask"
    plain_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingSettings:
    """`stronger_for_complex`: where several models are open, the biggest answers complex questions."""

    stronger_for_complex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be chosen, by table of the file. The window of every engine is [model]'s `context_tokens`."""

    model: ModelSettings = field(default_factory=ModelSettings)
    answers: AnswerSettings = field(default_factory=AnswerSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    remote: ServerSettings = field(default_factory=ServerSettings)
    routing: RoutingSettings = field(default_factory=RoutingSettings)
    vllm: VllmSettings = field(default_factory=VllmSettings)
    transformers: TransformersSettings = field(default_factory=TransformersSettings)


def load_settings(path: Path) -> Settings:
    """The settings in the file; the defaults when there is none. Raises SettingsInvalid, SettingsDamaged."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        kept = _set_aside(path)
        hint = f"{error}. It was kept as {kept.name}; Carrel starts with its default settings from now on."
        raise SettingsDamaged(f"The settings file {path} cannot be read", hint) from error
    except OSError as error:
        raise SettingsInvalid(f"Cannot open the settings file {path}", str(error.strerror or error)) from error
    settings: Settings = _read(Settings, table, f"{path.name}: ")
    return settings


def save_settings(path: Path, settings: Settings) -> None:
    """Replace the file in one step: a crash leaves either the old settings or the new ones, whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(dump_settings(settings))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise AppError(f"Cannot save the settings to {path}", str(error.strerror or error)) from error


def dump_settings(settings: Settings) -> str:
    """The settings as TOML, with only the keys that have a value."""
    return "\n".join(line for part in dataclasses.fields(settings) for line in _table(part.name, settings))


def _table(name: str, settings: Settings) -> Iterator[str]:
    yield f"[{name}]"
    values = getattr(settings, name)
    for key in dataclasses.fields(values):
        if (value := getattr(values, key.name)) is not None:
            yield f"{key.name} = {_literal(value)}"
    yield ""


def _literal(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _set_aside(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.replace(kept)
    return kept


def _read(kind: type, table: Mapping[str, Any], where: str) -> Any:
    hints = get_type_hints(kind)
    for key in table:
        if key not in hints:
            raise SettingsInvalid(f"{where}unknown setting “{key}”", _nearest(key, list(hints)))
    return kind(**{key: _value(hints[key], value, f"{where}{key}") for key, value in table.items()})


def _one_of(where: str, value: object, values: Sequence[object]) -> None:
    if value not in values:
        names = [str(name) for name in values]
        raise SettingsInvalid(f"{where} cannot be “{value}”", _nearest(str(value), names))


def _nearest(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    return f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(known)}."


def _value(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return _read(hint, value, f"{where}.")
    if get_origin(hint) is types.UnionType:
        return _value(next(arg for arg in get_args(hint) if arg is not type(None)), value, where)
    if get_origin(hint) is Literal:
        _one_of(where, value, get_args(hint))
        return value
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(get_args(hint)[0], item, where) for item in value)
    if hint is Path and isinstance(value, str):
        return Path(value).expanduser()
    if type(value) is hint:
        return value
    raise SettingsInvalid(f"{where} must be {_kind_name(hint)}", f"The file says {value!r}.")


def _kind_name(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return "a list of texts"
    if dataclasses.is_dataclass(hint):
        return "a table"
    return {Path: "a path, as text", str: "a text", int: "a whole number", bool: "true or false"}.get(hint, str(hint))
