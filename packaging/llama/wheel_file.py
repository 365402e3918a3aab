"""Writes a wheel whose bytes depend on nothing but what it holds, and on SOURCE_DATE_EPOCH, if that is set."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_OLDEST = 315_532_800  # seconds since 1970: 1980 begins, and with it what a zip file can say


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file in a wheel. `runs`: it is a program or a shared library."""

    name: str
    data: bytes
    runs: bool = False


def write_wheel(path: Path, files: Sequence[WheelMember], licences: Mapping[str, bytes], metadata: str) -> Path:
    """Write the wheel, with what its name promises and the sum of each file. `licences`: texts by file name."""
    name, version, tag = path.stem.split("-", 2)
    information = f"{name}-{version}.dist-info"
    kind = f"Wheel-Version: 1.0\nGenerator: carrel\nRoot-Is-Purelib: false\nTag: {tag}\n"
    members = [
        *files,
        *(WheelMember(f"{information}/licenses/{each}", text) for each, text in licences.items()),
        WheelMember(f"{information}/METADATA", metadata.encode()),
        WheelMember(f"{information}/WHEEL", kind.encode()),
    ]
    rows = [f"{each.name},sha256={_sum(each.data)},{len(each.data)}" for each in members]
    record = f"{information}/RECORD"
    members.append(WheelMember(record, "\n".join([*rows, f"{record},,", ""]).encode()))
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", _OLDEST)), UTC)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for each in members:
            archive.writestr(_entry(each, moment), each.data)
    return path


def _entry(member: WheelMember, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(member.name, moment.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever it is written on
    entry.external_attr = (0o100755 if member.runs else 0o100644) << 16
    return entry


def _sum(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
