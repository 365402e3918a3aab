"""Every setting with its meaning, its default and its range, in the order in which people look for them."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from assistant.guards import KINDS
from assistant.settings import Settings, check_ranges
from engines import range_of
from knowledge import known_encoders

Kind = Literal["switch", "choice", "number", "text", "path", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of the settings file.

    `optional`: it may be absent, and Carrel then chooses. `limits`: lowest and highest number; None: open.
    `choices`: the only values, or of a list the only members; empty: any.
    """

    table: str
    key: str
    title: str
    meaning: str
    unit: str
    kind: Kind
    optional: bool
    is_whole: bool
    limits: tuple[float, float | None] | None
    choices: tuple[str, ...]
    default: Any

    @property
    def name(self) -> str:
        """The key with its table, as `answers.cache_hours`."""
        return f"{self.table}.{self.key}"

    def matches(self, words: Sequence[str]) -> bool:
        """True if title, meaning and name together hold every word. `words`: casefolded."""
        text = f"{self.title} {self.meaning} {self.name}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings under one heading. `note`: when a change applies, where that is not at the next question."""

    title: str
    note: str
    settings: tuple[Setting, ...]


class _Text(NamedTuple):
    title: str
    meaning: str
    unit: str = ""


_NEXT_LOADING = "Changes apply when a model is next loaded."

_GROUPS: tuple[tuple[str, str, dict[str, _Text]], ...] = (
    (
        "Answers",
        "",
        {
            "answers.persona": _Text("Persona", "Who answers when you have not picked anybody."),
            "answers.preset": _Text("Writing", "How a model writes where the persona does not say. Exact is greedy."),
            "answers.thinking": _Text("Thinking", "Before an answer: off, on, or the most tokens of thoughts, as 500."),
            "answers.look_again": _Text(
                "Look again", "Where the first passages do not answer. Auto: models of 3 billion parameters and more."
            ),
            "answers.passage_tokens": _Text("Room for passages", "The most that passages take of a prompt.", "tokens"),
            "answers.cache_hours": _Text(
                "Keep answers", "The same question gets its answer again while nothing changes. 0: never.", "hours"
            ),
            "answers.price_per_million_tokens": _Text(
                "Price of reading", "Per million tokens, to show what retrieval saved. 0: no money is shown."
            ),
            "answers.currency": _Text("Currency", "Of that price."),
            "chats.trash_days": _Text(
                "Keep deleted chats", "So long they can be restored. 0: until Undo ends.", "days"
            ),
            "routing.by_difficulty": _Text(
                "Choose the model by the question",
                "Of the models in memory the smallest answers simple questions, the biggest complex ones, and none on "
                "a server those with personal data.",
            ),
            "routing.stronger_for_complex": _Text(
                "Complex questions to the biggest model", "Of the models in memory; all others go to the chosen one."
            ),
        },
    ),
    (
        "Models",
        _NEXT_LOADING,
        {
            "model.path": _Text("Model", "A GGUF file, a folder of safetensors, or remote: for the server below."),
            "model.engine": _Text("Engine", "What runs the model. Automatic: llama.cpp for GGUF, else vLLM on a GPU."),
            "model.context_tokens": _Text(
                "Context", "What a model can have in view at once; more needs more memory.", "tokens"
            ),
            "model.memory_percent": _Text("Memory for models", "Share of this computer's memory for all models.", "%"),
            "model.threads": _Text("Threads", "For one computation. Automatic: the fastest, measured here."),
            "model.batch_tokens": _Text(
                "Batch", "Tokens read at once. Automatic: the fastest, measured here.", "tokens"
            ),
            "model.flash_attention": _Text("Flash attention", "Faster on some computers. Automatic: as measured here."),
            "model.kv_type": _Text("Memory of a chat", "q8_0 takes half the memory of f16 and is a little less exact."),
            "model.favours": _Text(
                "Several answers at once",
                "latency: one answer is soon there. throughput: many at once, for programs; each is slower.",
            ),
            "model.folders": _Text("Folders of models", "Searched for models besides Carrel's own."),
            "model.servers": _Text("More servers", "Of the same model as the server below; they share the questions."),
            "model.gpu_layers": _Text(
                "Layers on graphics cards", "Of a GGUF model. Automatic: as many as their free memory holds."
            ),
            "model.llama_library": _Text(
                "llama.cpp", "The file of its library. Automatic: the best that is installed."
            ),
        },
    ),
    (
        "Search",
        "",
        {
            "search.reranker": _Text("Reranker", "Reads the best passages again, in order. Auto: the installed one."),
            "search.rerank_candidates": _Text("Passages to rerank", "The best that the reranker reads."),
            "search.rerank_ms": _Text("Time to rerank", "It stops there and keeps what it has.", "ms"),
            "search.rerank_passages": _Text("Passages after reranking", "The fewest that an answer then reads."),
            "search.rerank_least_relevance": _Text("Least relevance", "What the reranker finds below it is left out."),
            "search.cached_searches": _Text("Searches kept", "Their results, of some 160 KB each. 0: none."),
            "search.cache_similar_cosine": _Text("Similar questions", "From this likeness on, one search serves both."),
            "search.precision": _Text("Arithmetic", "int8 is faster. Auto: where it ranks as float32 does."),
            "search.embedder": _Text("Embedder", "For new indexes; the Folders page changes one that is there."),
            "search.embedder_folders": _Text("Folders of search models", "Searched first."),
            "search.index_uri": _Text(
                "Place of the index", "As s3://bucket/path, from the next start on. Empty: on this computer."
            ),
        },
    ),
    (
        "Privacy",
        "",
        {
            "network.offline": _Text("Work offline", "Refuse every connection to another computer."),
            "guard.high_risk": _Text(
                "Keys, passwords, identity, card and account numbers", "Before a question goes to a server."
            ),
            "guard.low_risk": _Text("Names, addresses, phone numbers", "Before a question goes to a server."),
            "guard.block": _Text("Always block", "Kinds of personal data that never go to a server."),
            "guard.mask": _Text("Always mask", "Kinds of personal data that go as placeholders."),
            "guard.allow": _Text("Always allow", "Kinds of personal data that may go as they are."),
            "guard.question": _Text("Check questions for orders", "Say when one tries to change what the model obeys."),
            "guard.sources": _Text("Check passages for orders", "Say when a file tries to command the model."),
            "guard.topics": _Text("Let personas refuse topics", "Those that their own files name."),
            "guard.links": _Text("Check links", "Name addresses in an answer that no source has."),
            "guard.toxicity": _Text("Check for abuse", "In answers."),
            "guard.answer_characters": _Text("Longest answer", "It is cut there. 0: nowhere.", "characters"),
        },
    ),
    (
        "Model server",
        _NEXT_LOADING,
        {
            "remote.url": _Text("Address", "Of a server with OpenAI's chat completions, as http://gpu.local:8000."),
            "remote.model": _Text("Model", "Its name on the server. Empty: the first."),
            "remote.context_tokens": _Text("Context", "Automatic: what the server says.", "tokens"),
            "remote.personal_data": _Text("Personal data", "Mask sends placeholders; refuse sends nothing with any."),
            "remote.on_this_machine": _Text(
                "It runs on this computer", "A server at 127.0.0.1 may read everything then."
            ),
            "remote.plain_http": _Text("Without encryption", "Also to a computer outside the private network."),
        },
    ),
    (
        "vLLM",
        _NEXT_LOADING,
        {
            "vllm.gpu_memory_utilization": _Text("Share of GPU memory", "Automatic: what is free, less a reserve."),
            "vllm.kv_cache_bytes": _Text("Memory for chats", "On each GPU. Automatic: what the share leaves.", "bytes"),
            "vllm.max_num_seqs": _Text("Answers at once", "More of them wait."),
            "vllm.max_num_batched_tokens": _Text("Tokens in a step", "A step cannot be interrupted.", "tokens"),
            "vllm.tensor_parallel_size": _Text("GPUs for each layer", "They share its arithmetic."),
            "vllm.pipeline_parallel_size": _Text("Groups of GPUs", "They share the layers."),
            "vllm.distributed_executor_backend": _Text("Workers", "ray spans several machines."),
            "vllm.dtype": _Text("Arithmetic", "auto, bfloat16, float16 or float32."),
            "vllm.quantization": _Text(
                "Quantization", "Automatic: as the model says. fp8 halves 16 bits while loading."
            ),
            "vllm.kv_cache_dtype": _Text("Arithmetic of chats", "auto, or fp8 for half the memory."),
            "vllm.enforce_eager": _Text("No compilation", "Starts faster, writes slower. Automatic: compile on a GPU."),
            "vllm.cpu_offload_bytes": _Text("Weights in RAM", "What the GPU has no room for.", "bytes"),
            "vllm.kv_offload_bytes": _Text("Chats in RAM", "Those that do not fit on the GPU.", "bytes"),
            "vllm.attention_backend": _Text("Attention", "As FLASH_ATTN. Automatic: the fastest for the GPU."),
            "vllm.speculative_method": _Text("Drafting", "ngram repeats what was read; others need a second model."),
            "vllm.speculative_model": _Text("Model that drafts", "A folder of a smaller one with the same tokens."),
            "vllm.num_speculative_tokens": _Text("Tokens of a draft", "Verified in one step.", "tokens"),
            "vllm.prompt_lookup_max": _Text("Longest match of ngram", "Of the text it looks for.", "tokens"),
        },
    ),
    (
        "Transformers",
        _NEXT_LOADING,
        {
            "transformers.quantization": _Text("Quantization", "nf4 takes a quarter of the memory, int8 half of it."),
            "transformers.device": _Text("Device", "As cuda:1. Automatic: the first GPU, or the processor."),
            "transformers.double_quantization": _Text(
                "Quantize twice", "The scales of nf4 too: 0.4 bits a weight less."
            ),
            "transformers.nf4_compute": _Text("Arithmetic of nf4", "On a GPU. bfloat16 where numbers overflow."),
            "transformers.tf32": _Text("TF32", "Products of 32 bits with fewer digits, faster. On a GPU."),
            "transformers.cudnn_autotune": _Text(
                "Autotune cuDNN", "Pays where all prompts are equally long. On a GPU."
            ),
            "transformers.attention": _Text(
                "Attention", "Automatic: Flash Attention 3 or 2 where installed. On a GPU."
            ),
            "transformers.allocator": _Text("Allocator", "As PYTORCH_ALLOC_CONF. Of a GPU's memory."),
        },
    ),
    ("Appearance", "", {"appearance.language": _Text("Language", "Of the window, from the next start on.")}),
)
_WITHOUT_EFFECT = {"vllm.context_tokens", "transformers.context_tokens"}  # model.context_tokens sets every window


def describe_settings() -> tuple[SettingGroup, ...]:
    """Every setting that has an effect, by group."""
    return tuple(
        SettingGroup(title, note, tuple(_describe(name, text) for name, text in texts.items()))
        for title, note, texts in _GROUPS
    )


def setting_names() -> Iterator[str]:
    """The name of every key that the settings file may have an effect with, as `answers.cache_hours`."""
    for table, part in get_type_hints(Settings).items():
        yield from (f"{table}.{key}" for key in get_type_hints(part) if f"{table}.{key}" not in _WITHOUT_EFFECT)


def with_value(settings: Settings, setting: Setting, value: Any) -> Settings:
    """The settings with another value of one key. Raises SettingsInvalid."""
    part = replace(getattr(settings, setting.table), **{setting.key: value})
    check_ranges(part)
    return replace(settings, **{setting.table: part})


def value_of(settings: Settings, setting: Setting) -> Any:
    """The value of a key."""
    return getattr(getattr(settings, setting.table), setting.key)


def _describe(name: str, text: _Text) -> Setting:
    table, key = name.split(".")
    part = getattr(Settings(), table)
    hint = get_type_hints(type(part))[key]
    optional = get_origin(hint) in (types.UnionType, Union)
    plain = next(arg for arg in get_args(hint) if arg is not type(None)) if optional else hint
    choices = _choices(name, plain)
    return Setting(
        table=table,
        key=key,
        title=text.title,
        meaning=text.meaning,
        unit=text.unit,
        kind="choice" if choices and plain is str else _kind(plain),
        optional=optional,
        is_whole=plain is int,
        limits=range_of(part, key),
        choices=choices,
        default=getattr(part, key),
    )


def _kind(hint: Any) -> Kind:
    if get_origin(hint) is Literal:
        return "choice"
    if get_origin(hint) is tuple:
        return "list"
    kinds: dict[Any, Kind] = {bool: "switch", int: "number", float: "number", Path: "path", str: "text"}
    return kinds[hint]


def _choices(name: str, hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if name == "search.embedder":
        return tuple(model.name for model in known_encoders("embedder"))
    if name == "search.reranker":
        return ("auto", "off", *(model.name for model in known_encoders("reranker")))
    return tuple(kind.lower() for kind in KINDS) if name in ("guard.block", "guard.mask", "guard.allow") else ()
