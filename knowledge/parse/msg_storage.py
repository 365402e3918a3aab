"""Storages of an OLE compound file, read as objects of MAPI: properties by their ids."""

import datetime
import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from knowledge.parse.unreadable import Unreadable

if TYPE_CHECKING:
    from olefile import OleFileIO

_PROPERTIES = "__properties_version1.0"
_ENTRY = struct.Struct("<HHI8s")  # type, id, flags, value
_MESSAGE_WITHIN = "__substg1.0_3701"
_UNICODE, _BYTES_STRING, _BINARY, _INTEGER, _TIME = 0x001F, 0x001E, 0x0102, 0x0003, 0x0040
_MESSAGE_CODE_PAGE = 0x3FFD
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_DAMAGE = (OSError, struct.error, IndexError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)


class Storage:
    """A message, an attachment or a recipient. Properties that are missing are empty, 0 or None."""

    def __init__(self, ole: "OleFileIO", path: tuple[str, ...] = ()) -> None:
        self._ole = ole
        self._path = path
        self._fixed = dict(_fixed_properties(self._stream(_PROPERTIES), _header_bytes(path)))

    def storages(self, prefix: str) -> "list[Storage]":
        """The storages directly within this one whose names begin with `prefix`."""
        found = self._ole.listdir(streams=False, storages=True)
        depth = len(self._path)
        inner = [tuple(path) for path in found if len(path) == depth + 1 and path[depth].startswith(prefix)]
        return [Storage(self._ole, path) for path in inner if path[:depth] == self._path]

    def text(self, property_id: int) -> str:
        """A property that is text."""
        if data := self._stream(f"__substg1.0_{property_id:04X}{_UNICODE:04X}"):
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self._stream(f"__substg1.0_{property_id:04X}{_BYTES_STRING:04X}")
        return _in_code_page(data.rstrip(b"\0"), self.number(_MESSAGE_CODE_PAGE))

    def data(self, property_id: int) -> bytes:
        """A property that is bytes."""
        return self._stream(f"__substg1.0_{property_id:04X}{_BINARY:04X}")

    def number(self, property_id: int) -> int:
        """A property that is a whole number."""
        return int.from_bytes(self._fixed.get((property_id, _INTEGER), b"")[:4], "little")

    def moment(self, property_id: int) -> datetime.datetime | None:
        """A property that is a time, in UTC; kept in steps of 100 ns since 1601."""
        steps = int.from_bytes(self._fixed.get((property_id, _TIME), b""), "little")
        try:
            return _EPOCH + datetime.timedelta(microseconds=steps // 10) if steps else None
        except OverflowError:
            return None

    def _stream(self, name: str) -> bytes:
        path = [*self._path, name]
        return bytes(self._ole.openstream(path).read()) if self._ole.exists(path) else b""


@contextmanager
def opened_msg(data: bytes) -> Iterator[Storage]:
    """The message in these bytes. Raises Unreadable when it is damaged or no message, as also within the block."""
    import olefile

    if not data.startswith(olefile.MAGIC):
        raise Unreadable("not an Outlook message although it is named so")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists(_PROPERTIES):
                raise Unreadable("not an Outlook message although it is named so")
            yield Storage(ole)
    except _DAMAGE as error:
        raise Unreadable("damaged Outlook message", "Open it in Outlook and save it anew.") from error


def _header_bytes(path: tuple[str, ...]) -> int:
    """What stands before the properties of the message, of a message within it, of an attachment or a recipient."""
    if not path:
        return 32
    return 24 if path[-1].startswith(_MESSAGE_WITHIN) else 8


def _fixed_properties(stream: bytes, header_bytes: int) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Properties of eight bytes and less, by id and type."""
    end = len(stream) - (len(stream) - header_bytes) % _ENTRY.size
    for kind, property_id, _, value in _ENTRY.iter_unpack(stream[header_bytes:end]):
        yield (property_id, kind), value


def _in_code_page(data: bytes, code_page: int) -> str:
    try:
        return data.decode(f"cp{code_page or 1252}", "replace")
    except LookupError:
        return data.decode("cp1252", "replace")
