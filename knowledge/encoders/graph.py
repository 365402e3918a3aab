"""Builds an ONNX graph over the weights of a safetensors file, in float32 or with matrix products of small integers.

Integer products take each row of activations (one token) at 8 bits and each row of weights (one output) at 7, scaled by
its own largest number: the row-wise scheme of LLM.int8() (Dettmers et al., 2022). A token's result then depends on no
other token. Weights keep to 7 bits because processors without VNNI add pairs of products in 16: with 8 they overflow.

For all-MiniLM-L6-v2 they halve the time and change nDCG@10 on SciFact by -0.0006 ± 0.0020 (809 claims, vectors alone).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders import proto
from knowledge.encoders.encoder_catalogue import Precision
from knowledge.encoders.encoder_folder import Tensor, WeightsUnreadable, read_header

_OPSETS = {"": 20, "com.microsoft": 1}
_CONTRIB = "com.microsoft"
_WEIGHT_LEVELS, _ACTIVATION_LEVELS = 63, 127
_ZERO = 128  # the level of activation 0, as levels are unsigned
_LEAST_PEAK = 1e-9  # so that a row of zeros is not divided by zero


class Graph:
    """A graph under construction. Every method adds operators and returns the name of the result."""

    def __init__(self, weights_file: Path, precision: Precision) -> None:
        """Raises WeightsUnreadable, as does every method that takes a weight."""
        self._file = weights_file
        self._tensors = read_header(weights_file)
        self._precision = precision
        self._nodes: list[bytes] = []
        self._initializers: dict[str, bytes] = {}
        self._levels: dict[str, tuple[str, str]] = {}

    def add(
        self,
        op: str,
        inputs: Sequence[str],
        attributes: Mapping[str, proto.Attribute] | None = None,
        *,
        contrib: bool = False,
        output: str = "",
    ) -> str:
        """One operator: ONNX's own, or ONNX Runtime's (`contrib`)."""
        output = output or f"{op}_{len(self._nodes)}"
        self._nodes.append(proto.node(op, inputs, output, attributes, _CONTRIB if contrib else ""))
        return output

    def has(self, name: str) -> bool:
        """True when the file has a tensor of that name."""
        return name in self._tensors

    def integers(self, *values: int) -> str:
        """A constant int64 vector."""
        data = struct.pack(f"<{len(values)}q", *values)
        return self._constant(str(list(values)), proto.INT64, [len(values)], data)

    def weight(self, name: str) -> str:
        """A float32 tensor of the file, which stays there."""
        tensor = self._find(name)
        self._initializers[name] = proto.tensor_in_file(name, proto.FLOAT, tensor.shape, self._file.name, tensor.span)
        return name

    def rows(self, name: str, numbers: str) -> str:
        """Rows of a table that stays in the file, in float32; of float16 only what is read is converted."""
        if name not in self._tensors or self._tensors[name].dtype != "F16":
            return self.add("Gather", [self.weight(name), numbers])
        tensor = self._tensors[name]
        self._initializers[name] = proto.tensor_in_file(name, proto.FLOAT16, tensor.shape, self._file.name, tensor.span)
        return self.add("Cast", [self.add("Gather", [name, numbers])], {"to": proto.FLOAT})

    def linear(self, inputs: str, name: str) -> str:
        """x · Wᵀ + b over rows, with W as the file has it: (out, in)."""
        if self._precision == "float32":
            return self.gemm(inputs, name)
        levels, peaks = self._quantize_rows(inputs)
        weights, scales = self._quantized_weight(f"{name}.weight")
        step, zero = self._scalar(1 / _ACTIVATION_LEVELS), self._zero()
        product = self.add("MatMulIntegerToFloat", [levels, weights, step, scales, zero], contrib=True)
        return self.add("Add", [self.add("Mul", [product, peaks]), self.weight(f"{name}.bias")])

    def gemm(self, inputs: str, name: str, output: str = "") -> str:
        """`linear` in float32 at any precision, for products too small to gain from integers."""
        weights = [self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.add("Gemm", [inputs, *weights], {"transB": 1}, output=output)

    def normalize(self, inputs: str, name: str, epsilon: float) -> str:
        """Layer normalisation over the last axis."""
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", [inputs, scale, bias], {"epsilon": epsilon})

    def model(self, inputs: Sequence[bytes], outputs: Sequence[bytes]) -> bytes:
        """The ONNX model of everything added, between the given `proto.value`s."""
        graph = proto.graph("graph", self._nodes, self._initializers.values(), inputs, outputs)
        return proto.model(graph, _OPSETS)

    def _quantize_rows(self, inputs: str) -> tuple[str, str]:
        """Levels of each row, and the row's largest magnitude; once for each input."""
        if inputs not in self._levels:
            largest = self.add("ReduceMax", [self.add("Abs", [inputs]), self.integers(1)])
            peaks = self.add("Max", [largest, self._scalar(_LEAST_PEAK)])
            relative = self.add("Div", [inputs, peaks])
            step = self._scalar(1 / _ACTIVATION_LEVELS)
            self._levels[inputs] = self.add("QuantizeLinear", [relative, step, self._zero()]), peaks
        return self._levels[inputs]

    def _quantized_weight(self, name: str) -> tuple[str, str]:
        tensor = self._find(name)
        start, end = tensor.span
        weights = np.fromfile(self._file, "<f4", (end - start) // 4, offset=start).reshape(tensor.shape)
        levels, scales = quantize_weights(weights)
        inputs_by_outputs = np.ascontiguousarray(levels.T)
        shape = inputs_by_outputs.shape
        return (
            self._constant(f"{name}.levels", proto.INT8, shape, inputs_by_outputs.tobytes()),
            self._constant(f"{name}.scales", proto.FLOAT, scales.shape, scales.tobytes()),
        )

    def _scalar(self, value: float) -> str:
        return self._constant(f"float {value}", proto.FLOAT, (), struct.pack("<f", value))

    def _zero(self) -> str:
        return self._constant("zero", proto.UINT8, (), bytes([_ZERO]))

    def _constant(self, name: str, element: int, shape: Sequence[int], data: bytes) -> str:
        self._initializers[name] = proto.tensor(name, element, shape, data)
        return name

    def _find(self, name: str) -> Tensor:
        tensor = self._tensors.get(name)
        if tensor is None or tensor.dtype != "F32":
            raise WeightsUnreadable(self._file, f"{name} is {tensor.dtype + ', not F32' if tensor else 'absent'}")
        return tensor


def quantize_weights(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Levels in [-63, 63] and a scale for each row, so that levels · scale is nearest to `weights`."""
    scales = np.maximum(np.abs(weights).max(axis=1), _LEAST_PEAK) / _WEIGHT_LEVELS
    return np.rint(weights / scales[:, None]).astype(np.int8), scales.astype(np.float32)
