"""The newest release of a package, looked up in the package index only when somebody asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from network.connections import Connections
from network.http import http_client
from network.package_index import list_package
from network.packages import PackageUnavailable


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """A version of numbers alone: no preview is offered."""

    numbers: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Release:
        """The numbers that a version begins with, without zeros at the end: 1.2.0 is 1.2."""
        found = re.match(r"\d+(\.\d+)*?(?=(\.0+)*(?![.\d]))", text)
        return cls(tuple(map(int, found[0].split(".")))) if found else cls(())

    def __str__(self) -> str:
        """As people write it."""
        return ".".join(map(str, self.numbers))


def newest_release(name: str, connections: Connections, purpose: str) -> Release:
    """Return the newest release that a package index has a wheel of. Raises Offline, PackageUnavailable."""
    with http_client(connections, purpose) as client:
        files = list_package(client, name)
    wheels = (re.fullmatch(rf"{re.sub('-', '[-_]', name)}-(\d+(?:\.\d+)*)-.*\.whl", file.name) for file in files)
    releases = [Release.parse(wheel[1]) for wheel in wheels if wheel]
    if not releases:
        raise PackageUnavailable(f"No package index has a release of {name}.", "There is nothing to update to.")
    return max(releases)
