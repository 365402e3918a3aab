"""BERT and XLM-RoBERTa as ONNX graphs over a model's own safetensors file.

The encoder is that of Devlin et al., 2019; XLM-RoBERTa (Conneau et al., 2020) is the same with its positions counted
from behind the padding's. The graphs take texts of equal length, so they need no padding and no mask.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.encoders import proto
from knowledge.encoders.encoder_catalogue import Precision
from knowledge.encoders.encoder_folder import EncoderShape, Pooling
from knowledge.encoders.graph import Graph

INPUT, OUTPUT = "input_ids", "output"
_PREFIXES = ("", "bert.", "roberta.")  # of tensor names: the encoder alone, or within a model with a head


def embedding_model(shape: EncoderShape, weights_file: Path, precision: Precision, pooling: Pooling) -> bytes:
    """Build the ONNX model: int64 `input_ids` (batch, length) → float32 `output` (batch, hidden), rows of unit length.

    `pooling`: a text's vector is the mean of its tokens, or its first, as in Sentence-BERT (Reimers and Gurevych,
    2019). Weights that stay float32 are external data in `weights_file`, named without its folder. Raises
    WeightsUnreadable when a tensor is absent or not float32.
    """
    encoder = _Encoder(Graph(weights_file, precision), shape)
    text = encoder.first_tokens() if pooling == "cls" else encoder.mean_tokens()
    encoder.graph.add("LpNormalization", [text], {"axis": -1, "p": 2}, output=OUTPUT)
    return encoder.model(["batch", shape.hidden])


def reranking_model(shape: EncoderShape, weights_file: Path, precision: Precision) -> bytes:
    """Build the ONNX model of a classifier with one class: int64 `input_ids` → float32 `output` (batch, 1), the logits.

    The head reads the first token: a dense layer, tanh, and the projection to a number. Weights and errors as for
    `embedding_model`.
    """
    encoder = _Encoder(Graph(weights_file, precision), shape)
    graph = encoder.graph
    pooled = graph.add("Tanh", [graph.gemm(encoder.first_tokens(), "classifier.dense")])
    graph.gemm(pooled, "classifier.out_proj", output=OUTPUT)
    return encoder.model(["batch", 1])


class _Encoder:
    """The layers, added to a graph. A token's numbers are a row: (batch · length, hidden)."""

    def __init__(self, graph: Graph, shape: EncoderShape) -> None:
        self.graph, self._shape = graph, shape
        self._prefix = next((p for p in _PREFIXES if graph.has(f"{p}embeddings.word_embeddings.weight")), "")

    def mean_tokens(self) -> str:
        """(batch, hidden): the mean over each text's tokens, after the last layer."""
        tokens = self._tokens(self._shape.layers)
        return self.graph.add("ReduceMean", [self._as_texts(tokens), self.graph.integers(1)], {"keepdims": 0})

    def first_tokens(self) -> str:
        """(batch, hidden): each text's first token after the last layer, which is computed for no other."""
        tokens = self._tokens(self._shape.layers - 1)
        first = self.graph.add("Gather", [self._as_texts(tokens), self.graph.integers(0)], {"axis": 1})
        return self._encode(tokens, self._as_rows(first), self._shape.layers - 1)

    def model(self, output_shape: list[str | int]) -> bytes:
        """The ONNX model of everything added."""
        inputs = [proto.value(INPUT, proto.INT64, ["batch", "length"])]
        return self.graph.model(inputs, [proto.value(OUTPUT, proto.FLOAT, output_shape)])

    def _tokens(self, layers: int) -> str:
        tokens = self._embed()
        for number in range(layers):
            tokens = self._encode(tokens, tokens, number)
        return tokens

    def _embed(self) -> str:
        graph, table = self.graph, f"{self._prefix}embeddings."
        length = graph.add("Shape", [INPUT], {"start": 1, "end": 2})
        first = graph.integers(self._shape.first_position)
        end = graph.add("Add", [length, first])
        positions = graph.add(
            "Slice", [graph.weight(f"{table}position_embeddings.weight"), first, end, graph.integers(0)]
        )
        segment = graph.add("Gather", [graph.weight(f"{table}token_type_embeddings.weight"), graph.integers(0)])
        words = graph.rows(f"{table}word_embeddings.weight", INPUT)
        tokens = graph.add("Add", [words, graph.add("Add", [positions, segment])])
        return self._as_rows(graph.normalize(tokens, f"{table}LayerNorm", self._shape.epsilon))

    def _encode(self, tokens: str, wanted: str, number: int) -> str:
        """Add one layer for the rows `wanted`, some of each text's tokens, which attend to all `tokens`."""
        graph, epsilon, layer = self.graph, self._shape.epsilon, f"{self._prefix}encoder.layer.{number}."
        attended = graph.linear(
            self._attend(tokens, wanted, f"{layer}attention.self."), f"{layer}attention.output.dense"
        )
        rows = graph.normalize(graph.add("Add", [wanted, attended]), f"{layer}attention.output.LayerNorm", epsilon)
        inner = graph.add("Gelu", [graph.linear(rows, f"{layer}intermediate.dense")])
        output = graph.linear(inner, f"{layer}output.dense")
        return graph.normalize(graph.add("Add", [rows, output]), f"{layer}output.LayerNorm", epsilon)

    def _attend(self, tokens: str, wanted: str, block: str) -> str:
        sources = {"query": wanted, "key": tokens, "value": tokens}
        parts = [self._as_texts(self.graph.linear(rows, block + part)) for part, rows in sources.items()]
        attended = self.graph.add("MultiHeadAttention", parts, {"num_heads": self._shape.heads}, contrib=True)
        return self._as_rows(attended)

    def _as_rows(self, tokens: str) -> str:
        return self.graph.add("Reshape", [tokens, self.graph.integers(-1, self._shape.hidden)])

    def _as_texts(self, rows: str) -> str:
        batch = self.graph.add("Shape", [INPUT], {"start": 0, "end": 1})
        dimensions = self.graph.add("Concat", [batch, self.graph.integers(-1, self._shape.hidden)], {"axis": 0})
        return self.graph.add("Reshape", [rows, dimensions])
