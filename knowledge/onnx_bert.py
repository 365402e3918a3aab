"""A BERT sentence embedder as an ONNX graph over the model's own safetensors file.

The graph is the encoder of Devlin et al., 2019, then the mean over all tokens and division by the L2 norm, as
Sentence-BERT (Reimers and Gurevych, 2019) does. It takes texts of equal length, so it needs no padding and no mask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import onnx_proto
from knowledge.onnx_graph import Graph, Precision

INPUT, OUTPUT = "input_ids", "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class BertShape:
    """What a BERT's `config.json` says of its size. `epsilon` is layer normalisation's."""

    layers: int
    heads: int
    hidden: int
    epsilon: float
    positions: int

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "BertShape":
        """The shape that a parsed `config.json` describes. Raises ValueError when it is not a BERT this graph is."""
        expected = {"model_type": "bert", "hidden_act": "gelu"}
        if wrong := {key: config.get(key) for key, value in expected.items() if config.get(key) != value}:
            raise ValueError(f"not a BERT with exact GELU: {wrong}")
        if config.get("position_embedding_type", "absolute") != "absolute":
            raise ValueError("its position embeddings are not absolute")
        return cls(
            layers=_whole(config, "num_hidden_layers"),
            heads=_whole(config, "num_attention_heads"),
            hidden=_whole(config, "hidden_size"),
            epsilon=float(str(config.get("layer_norm_eps", 1e-12))),
            positions=_whole(config, "max_position_embeddings"),
        )


def bert_model(shape: BertShape, weights_file: Path, precision: Precision) -> bytes:
    """The ONNX model: int64 `input_ids` (batch, length) → float32 `vectors` (batch, hidden), rows of unit length.

    Weights that stay float32 are external data in `weights_file`, named without its folder. Raises WeightsUnreadable
    when a tensor is absent or not float32.
    """
    graph = Graph(weights_file, precision)
    tokens = _embed_tokens(graph, shape)
    for number in range(shape.layers):
        tokens = _encode(graph, shape, tokens, f"encoder.layer.{number}.")
    _pool(graph, shape, tokens)
    inputs = [onnx_proto.value(INPUT, onnx_proto.INT64, ["batch", "length"])]
    return graph.model(inputs, [onnx_proto.value(OUTPUT, onnx_proto.FLOAT, ["batch", shape.hidden])])


def _embed_tokens(graph: Graph, shape: BertShape) -> str:
    length = graph.add("Shape", [INPUT], {"start": 1, "end": 2})
    table = graph.weight("embeddings.position_embeddings.weight")
    positions = graph.add("Slice", [table, graph.integers(0), length, graph.integers(0)])
    segments = graph.weight("embeddings.token_type_embeddings.weight")
    places = graph.add("Add", [positions, graph.add("Gather", [segments, graph.integers(0)])])
    words = graph.add("Gather", [graph.weight("embeddings.word_embeddings.weight"), INPUT])
    tokens = graph.normalize(graph.add("Add", [words, places]), "embeddings.LayerNorm", shape.epsilon)
    return _as_rows(graph, shape, tokens)


def _encode(graph: Graph, shape: BertShape, tokens: str, layer: str) -> str:
    seen = graph.linear(_attend(graph, shape, tokens, f"{layer}attention.self."), f"{layer}attention.output.dense")
    tokens = graph.add("Add", [tokens, seen])
    tokens = graph.normalize(tokens, f"{layer}attention.output.LayerNorm", shape.epsilon)
    inner = graph.add("Gelu", [graph.linear(tokens, f"{layer}intermediate.dense")])
    thought = graph.linear(inner, f"{layer}output.dense")
    return graph.normalize(graph.add("Add", [tokens, thought]), f"{layer}output.LayerNorm", shape.epsilon)


def _attend(graph: Graph, shape: BertShape, tokens: str, block: str) -> str:
    parts = [_as_texts(graph, shape, graph.linear(tokens, block + part)) for part in ("query", "key", "value")]
    return _as_rows(graph, shape, graph.add("MultiHeadAttention", parts, {"num_heads": shape.heads}, contrib=True))


def _pool(graph: Graph, shape: BertShape, tokens: str) -> None:
    mean = graph.add("ReduceMean", [_as_texts(graph, shape, tokens), graph.integers(1)], {"keepdims": 0})
    graph.add("LpNormalization", [mean], {"axis": -1, "p": 2}, output=OUTPUT)


def _as_rows(graph: Graph, shape: BertShape, tokens: str) -> str:
    return graph.add("Reshape", [tokens, graph.integers(-1, shape.hidden)])


def _as_texts(graph: Graph, shape: BertShape, tokens: str) -> str:
    batch_and_length = graph.add("Shape", [INPUT])
    dimensions = graph.add("Concat", [batch_and_length, graph.integers(shape.hidden)], {"axis": 0})
    return graph.add("Reshape", [tokens, dimensions])


def _whole(config: Mapping[str, object], key: str) -> int:
    value = config.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{key} is {value!r}, not a whole number above 0")
    return value
