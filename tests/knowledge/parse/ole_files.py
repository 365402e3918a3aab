"""Small OLE compound files for tests, in the layout of MS-CFB, version 3."""

import struct
from collections.abc import Mapping
from itertools import pairwise

Tree = Mapping[str, "bytes | Tree"]

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
FAT_SECTOR = 0xFFFFFFFD


def ole(tree: Tree) -> bytes:
    """A file with these streams (bytes) and storages (mappings); no more than 127 sectors in all."""
    writer = _Writer()
    root = writer.storage("Root Entry", tree, kind=5)
    return writer.file(root)


class _Writer:
    def __init__(self) -> None:
        self._entries: list[list[object]] = []
        self._mini = b""
        self._mini_fat: list[int] = []
        self._sectors: list[bytes] = []
        self._fat: list[int] = []

    def storage(self, name: str, tree: Tree, kind: int = 1) -> int:
        number = self._entry(name, kind)
        children = [
            self.storage(key, value) if isinstance(value, Mapping) else self._stream(key, value)
            for key, value in tree.items()
        ]
        for left, right in pairwise(children):
            self._entries[left][2] = right
        self._entries[number][3] = children[0] if children else NONE
        return number

    def file(self, root: int) -> bytes:
        size = len(self._mini)
        self._entries[root][4:6] = [self._chain(self._mini, END), size]
        mini_fat = self._chain(_numbers(self._mini_fat), END)
        directory = self._chain(b"".join(_packed(entry) for entry in self._entries), END)
        fat_at = len(self._sectors)
        self._fat.append(FAT_SECTOR)
        fat = _numbers(self._fat).ljust(SECTOR, b"\xff")
        header = struct.pack(
            "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
            0, 1, directory, 0, CUTOFF, mini_fat, max(-(-len(self._mini_fat) * 4 // SECTOR), 0), END, 0,
        )  # fmt: skip
        table = struct.pack("<109I", fat_at, *[FREE] * 108)
        return header + table + b"".join(self._sectors) + fat

    def _entry(self, name: str, kind: int) -> int:
        self._entries.append([name, kind, NONE, NONE, 0, 0])
        return len(self._entries) - 1

    def _stream(self, name: str, data: bytes) -> int:
        number = self._entry(name, 2)
        start = self._chain(data, END) if len(data) >= CUTOFF else self._mini_chain(data)
        self._entries[number][4:6] = [start, len(data)]
        return number

    def _mini_chain(self, data: bytes) -> int:
        first = len(self._mini_fat)
        count = -(-len(data) // MINI)
        self._mini_fat += [*range(first + 1, first + count), END][:count]
        self._mini += data.ljust(count * MINI, b"\0")
        return first if count else END

    def _chain(self, data: bytes, empty: int) -> int:
        first = len(self._sectors)
        count = -(-len(data) // SECTOR)
        self._fat += [*range(first + 1, first + count), END][:count]
        padded = data.ljust(count * SECTOR, b"\0")
        self._sectors += [padded[at : at + SECTOR] for at in range(0, len(padded), SECTOR)]
        return first if count else empty


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _packed(entry: list[object]) -> bytes:
    name, kind, right, child, start, size = entry
    encoded = f"{name}\0".encode("utf-16-le")
    return struct.pack("<64sHBBIII36xII4x", encoded, len(encoded), kind, 1, NONE, right, child, start, size)
