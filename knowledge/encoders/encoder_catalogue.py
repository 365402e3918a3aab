"""The embedders and rerankers that Carrel knows, with their origin, languages, licence and size."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from errors import AppError

EncoderKind = Literal["embedder", "reranker"]
Precision = Literal["float32", "int8"]  # of the matrix products
Languages = Literal["English", "English and Chinese", "many"]


@dataclass(frozen=True, slots=True)
class Instructions:
    """What an embedder wants before a question and before a passage."""

    question: str = ""
    passage: str = ""


NO_INSTRUCTIONS = Instructions()
_BGE = Instructions(question="Represent this sentence for searching relevant passages: ")


class EncoderUnknown(AppError):
    """No model of that name and kind is in the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderModel:
    """One model. `repository` and `revision`: on the hub. `weights`: the file there; `sha256`: its checksum, if known.

    `weights_bytes`: of that file, rounded where only the shape is known. `dimensions`: of an embedder's vectors.
    """

    name: str
    kind: EncoderKind
    repository: str
    revision: str
    languages: Languages
    licence: str
    weights_bytes: int
    weights: str = "model.safetensors"
    sha256: str | None = None
    instructions: Instructions = NO_INSTRUCTIONS
    dimensions: int | None = None
    int8_measured: bool = False

    @property
    def hub_files(self) -> tuple[str, ...]:
        """The files to download; the tokenizer is a single one."""
        common = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", self.weights)
        return common + (("1_Pooling/config.json", "sentence_bert_config.json") if self.kind == "embedder" else ())


ENCODER_CATALOGUE: tuple[EncoderModel, ...] = (
    EncoderModel(
        name="multilingual-e5-small",
        kind="embedder",
        repository="intfloat/multilingual-e5-small",
        revision="fd1525a9fd15316a2d503bf26ab031a61d056e98",
        languages="many",
        licence="MIT",
        weights_bytes=278_019_144,
        instructions=Instructions(question="query: ", passage="passage: "),
        dimensions=384,
        int8_measured=True,
    ),
    EncoderModel(
        name="all-MiniLM-L6-v2",
        kind="embedder",
        repository="sentence-transformers/all-MiniLM-L6-v2",
        revision="1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
        languages="English",
        licence="Apache-2.0",
        weights_bytes=90_868_376,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        dimensions=384,
        int8_measured=True,
    ),
    EncoderModel(
        name="bge-small-en-v1.5",
        kind="embedder",
        repository="BAAI/bge-small-en-v1.5",
        revision="5c38ec7c405ec4b44b94cc5a9bb96e735b38267a",
        languages="English",
        licence="MIT",
        weights_bytes=133_466_304,
        sha256="3c9f31665447c8911517620762200d2245a2518d6e7208acc78cd9db317e21ad",
        instructions=_BGE,
        dimensions=384,
    ),
    EncoderModel(
        name="bge-base-en-v1.5",
        kind="embedder",
        repository="BAAI/bge-base-en-v1.5",
        revision="a5beb1e3e68b9ab74eb54cfd186867f64f240e1a",
        languages="English",
        licence="MIT",
        weights_bytes=437_955_512,
        sha256="c7c1988aae201f80cf91a5dbbd5866409503b89dcaba877ca6dba7dd0a5167d7",
        instructions=_BGE,
        dimensions=768,
    ),
    EncoderModel(
        name="bge-large-en-v1.5",
        kind="embedder",
        repository="BAAI/bge-large-en-v1.5",
        revision="d4aa6901d3a41ba39fb536a557fa166f842b0e09",
        languages="English",
        licence="MIT",
        weights_bytes=1_340_616_616,
        sha256="45e1954914e29bd74080e6c1510165274ff5279421c89f76c418878732f64ae7",
        instructions=_BGE,
        dimensions=1024,
    ),
    EncoderModel(
        name="bge-m3",
        kind="embedder",
        repository="BAAI/bge-m3",
        revision="5617a9f61b028005a4858fdac845db406aefb181",
        languages="many",
        licence="MIT",
        weights_bytes=2_271_145_830,
        weights="pytorch_model.bin",
        sha256="b5e0ce3470abf5ef3831aa1bd5553b486803e83251590ab7ff35a117cf6aad38",
        dimensions=1024,
    ),
    EncoderModel(
        name="mmarco-mMiniLMv2-L12-H384-v1",
        kind="reranker",
        repository="cross-encoder/mmarco-mMiniLMv2-L12-H384-v1",
        revision="1427fd652930e4ba29e8149678df786c240d8825",
        languages="many",
        licence="Apache-2.0",
        weights_bytes=470_592_698,
        sha256="5daeca2481a76b5976a2bdc32f0a78532b6716da4f8cd3ff59460ef8d2f359b4",
    ),
    EncoderModel(
        name="bge-reranker-base",
        kind="reranker",
        repository="BAAI/bge-reranker-base",
        revision="2cfc18c9415c912f9d8155881c133215df768a70",
        languages="English and Chinese",
        licence="MIT",
        weights_bytes=1_112_200_000,
    ),
    EncoderModel(
        name="bge-reranker-large",
        kind="reranker",
        repository="BAAI/bge-reranker-large",
        revision="55611d7bca2a7133960a6d3b71e083071bbfc312",
        languages="English and Chinese",
        licence="MIT",
        weights_bytes=2_239_600_000,
    ),
    EncoderModel(
        name="bge-reranker-v2-m3",
        kind="reranker",
        repository="BAAI/bge-reranker-v2-m3",
        revision="953dc6f6f85a1b2dbfca4c34a2796e7dde08d41e",
        languages="many",
        licence="Apache-2.0",
        weights_bytes=2_271_071_852,
        sha256="d9e3e081faff1eefb84019509b2f5558fd74c1a05a2c7db22f74174fcedb5286",
    ),
)
DEFAULT_EMBEDDER = ENCODER_CATALOGUE[0].name


def known_encoders(kind: EncoderKind | None = None) -> tuple[EncoderModel, ...]:
    """Return the catalogue, or its part of one kind."""
    return tuple(model for model in ENCODER_CATALOGUE if kind in (None, model.kind))


def find_encoder(name: str, kind: EncoderKind | None = None) -> EncoderModel:
    """Return the model of that name. Raises EncoderUnknown, which names the nearest."""
    names = [model.name for model in known_encoders(kind)]
    if name not in names:
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f"Did you mean “{near[0]}”?" if near else f"Known: {', '.join(names)}."
        raise EncoderUnknown(f"No {kind or 'model'} is called “{name}”.", hint)
    return next(model for model in known_encoders(kind) if model.name == name)
