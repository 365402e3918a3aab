"""Encodes the few ONNX messages of a graph as protobuf, so that the `onnx` package is not needed at run time.

Field numbers, type codes and attribute kinds are those of onnx.proto3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

FLOAT, UINT8, INT8, INT64, FLOAT16 = 1, 2, 3, 7, 10
Attribute = int | float | tuple[int, ...]

_IR_VERSION = 10  # ONNX 1.16; read by ONNX Runtime 1.18 and later
_KIND_FLOAT, _KIND_INT, _KIND_INTS = 1, 2, 7
_EXTERNAL = 1


def model(graph: bytes, opsets: Mapping[str, int]) -> bytes:
    """Encode a ModelProto. `opsets`: version by operator domain; the empty domain is ONNX's own."""
    imports = (_bytes(8, _text(1, domain) + _int(2, version)) for domain, version in opsets.items())
    return _int(1, _IR_VERSION) + _bytes(7, graph) + b"".join(imports)


def graph(
    name: str, nodes: Iterable[bytes], initializers: Iterable[bytes], inputs: Iterable[bytes], outputs: Iterable[bytes]
) -> bytes:
    """Encode a GraphProto of `node`s in running order, `tensor`s and `value`s."""
    parts = ((1, nodes), (5, initializers), (11, inputs), (12, outputs))
    return _text(2, name) + b"".join(_bytes(number, message) for number, messages in parts for message in messages)


def node(
    op: str, inputs: Sequence[str], output: str, attributes: Mapping[str, Attribute] | None = None, domain: str = ""
) -> bytes:
    """Encode a NodeProto with one output, which also names the node."""
    links = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(3, output)
    settings = b"".join(_bytes(5, _attribute(name, value)) for name, value in (attributes or {}).items())
    return links + _text(4, op) + settings + _text(7, domain)


def tensor_in_file(name: str, element: int, shape: Sequence[int], file: str, span: tuple[int, int]) -> bytes:
    """Encode a TensorProto of the bytes `span` (start, end) of `file`, relative to the model's folder."""
    start, end = span
    entries = {"location": file, "offset": str(start), "length": str(end - start)}
    where = b"".join(_bytes(13, _text(1, key) + _text(2, value)) for key, value in entries.items())
    return _dims(shape) + _int(2, element) + _text(8, name) + where + _int(14, _EXTERNAL)


def tensor(name: str, element: int, shape: Sequence[int], data: bytes) -> bytes:
    """Encode a TensorProto that holds its own data: little-endian, last axis fastest. A shape of () is a scalar."""
    return _dims(shape) + _int(2, element) + _text(8, name) + _bytes(9, data)


def value(name: str, element: int, shape: Sequence[str | int]) -> bytes:
    """Encode a ValueInfoProto: an input or output of the graph. A text in `shape` names an axis of any length."""
    axes = (_bytes(1, _text(2, axis) if isinstance(axis, str) else _int(1, axis)) for axis in shape)
    tensor_type = _int(1, element) + _bytes(2, b"".join(axes))
    return _text(1, name) + _bytes(2, _bytes(1, tensor_type))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _int(20, _KIND_FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _int(3, value) + _int(20, _KIND_INT)
    return _text(1, name) + b"".join(_int(8, item) for item in value) + _int(20, _KIND_INTS)


def _dims(shape: Sequence[int]) -> bytes:
    return b"".join(_int(1, size) for size in shape)


def _int(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value)


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value


def _key(number: int, wire_type: int) -> bytes:
    return _varint(number << 3 | wire_type)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # negative numbers are written in two's complement
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
