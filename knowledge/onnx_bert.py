"""A BERT sentence embedder as an ONNX graph of some 20 KB whose weights stay in the model's own safetensors file.

The graph is the encoder of Devlin et al., 2019, then the mean over all tokens and division by the L2 norm, as
Sentence-BERT (Reimers and Gurevych, 2019) does. It takes texts of equal length, so it needs no padding and no mask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge import onnx_proto
from knowledge.weights import Tensor, WeightsUnreadable, read_header

INPUT, OUTPUT = "input_ids", "vectors"
_OPSETS = {"": 20, "com.microsoft": 1}


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


def bert_model(shape: BertShape, weights_file: Path) -> bytes:
    """The ONNX model: int64 `input_ids` (batch, length) → float32 `vectors` (batch, hidden), rows of unit length.

    Weights are external data in `weights_file`, named without its folder. Raises WeightsUnreadable when a tensor is
    absent or not float32.
    """
    graph = _Graph(shape, weights_file, read_header(weights_file))
    tokens = _embed_tokens(graph)
    for number in range(shape.layers):
        tokens = _encode(graph, tokens, f"encoder.layer.{number}.")
    _pool(graph, tokens)
    return graph.model()


def _embed_tokens(graph: "_Graph") -> str:
    length = graph.add("Shape", [INPUT], {"start": 1, "end": 2})
    positions = graph.add("Slice", [graph.weight("embeddings.position_embeddings.weight"), "[0]", length, "[0]"])
    first_segment = graph.add("Gather", [graph.weight("embeddings.token_type_embeddings.weight"), "[0]"])
    places = graph.add("Add", [positions, first_segment])
    words = graph.add("Gather", [graph.weight("embeddings.word_embeddings.weight"), INPUT])
    tokens = graph.normalize(graph.add("Add", [words, places]), "embeddings.LayerNorm")
    return graph.add("Reshape", [tokens, "[-1, hidden]"])


def _encode(graph: "_Graph", tokens: str, layer: str) -> str:
    seen = graph.linear(_attend(graph, tokens, f"{layer}attention.self."), f"{layer}attention.output.dense")
    tokens = graph.normalize(graph.add("Add", [tokens, seen]), f"{layer}attention.output.LayerNorm")
    inner = graph.add("Gelu", [graph.linear(tokens, f"{layer}intermediate.dense")])
    thought = graph.linear(inner, f"{layer}output.dense")
    return graph.normalize(graph.add("Add", [tokens, thought]), f"{layer}output.LayerNorm")


def _attend(graph: "_Graph", tokens: str, block: str) -> str:
    parts = [graph.linear(tokens, block + part) for part in ("query", "key", "value")]
    parts = [graph.add("Reshape", [part, "[batch, length, hidden]"]) for part in parts]
    seen = graph.add("MultiHeadAttention", parts, {"num_heads": graph.shape.heads}, domain="com.microsoft")
    return graph.add("Reshape", [seen, "[-1, hidden]"])


def _pool(graph: "_Graph", tokens: str) -> None:
    texts = graph.add("Reshape", [tokens, "[batch, length, hidden]"])
    mean = graph.add("ReduceMean", [texts, "[1]"], {"keepdims": 0})
    graph.add("LpNormalization", [mean], {"axis": -1, "p": 2}, output=OUTPUT)


@dataclass(slots=True)
class _Graph:
    """A graph under construction. Methods add nodes and return the name of what they compute."""

    shape: BertShape
    file: Path
    tensors: Mapping[str, Tensor]
    nodes: list[bytes] = field(default_factory=list)
    initializers: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        hidden = self.shape.hidden
        for name, values in {"[0]": [0], "[1]": [1], "[hidden]": [hidden], "[-1, hidden]": [-1, hidden]}.items():
            self.initializers.append(onnx_proto.int64_tensor(name, values))
        batch_and_length = self.add("Shape", [INPUT])
        self.add("Concat", [batch_and_length, "[hidden]"], {"axis": 0}, output="[batch, length, hidden]")

    def add(
        self,
        op: str,
        inputs: Sequence[str],
        attributes: Mapping[str, onnx_proto.Attribute] | None = None,
        domain: str = "",
        output: str = "",
    ) -> str:
        output = output or f"{op}_{len(self.nodes)}"
        self.nodes.append(onnx_proto.node(op, inputs, output, attributes, domain))
        return output

    def weight(self, name: str) -> str:
        tensor = self.tensors.get(name)
        if tensor is None or tensor.dtype != "F32":
            raise WeightsUnreadable(
                self.file, f"{name} is {'absent' if tensor is None else tensor.dtype + ', not F32'}"
            )
        self.initializers.append(onnx_proto.tensor_in_file(name, tensor.shape, self.file.name, tensor.span))
        return name

    def linear(self, inputs: str, name: str) -> str:
        """x · Wᵀ + b, with W as the file has it: (out, in)."""
        return self.add("Gemm", [inputs, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")], {"transB": 1})

    def normalize(self, inputs: str, name: str) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", [inputs, scale, bias], {"epsilon": self.shape.epsilon})

    def model(self) -> bytes:
        inputs = [onnx_proto.value(INPUT, onnx_proto.INT64, ["batch", "length"])]
        outputs = [onnx_proto.value(OUTPUT, onnx_proto.FLOAT, ["batch", self.shape.hidden])]
        return onnx_proto.model(onnx_proto.graph("bert", self.nodes, self.initializers, inputs, outputs), _OPSETS)


def _whole(config: Mapping[str, object], key: str) -> int:
    value = config.get(key)
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{key} is {value!r}, not a whole number above 0")
    return value
