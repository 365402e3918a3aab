"""THIRD-PARTY.txt names everything that is locked, with the text of its licence."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from notices import COMMON, Component, library_component, notices, own_parts
from shared_objects import PackagingError

LOCK = Path(__file__).parents[2] / "requirements" / "serve.txt"
CONVERTER = "flatbuffers"  # is not packaged: only ONNX Runtime's tools import it
LICENCE = Component("thing", "1.0", "MIT", ("Permission is granted.",), ("crate 2.0 · Apache-2.0",))


def test_every_locked_library_has_the_text_of_its_licence() -> None:
    if not COMMON.is_dir():
        pytest.skip("needs Debian's texts of licences")
    bare = []
    for name in re.findall(r"^([a-z0-9-]+)==", LOCK.read_text("utf-8"), re.MULTILINE):
        try:
            component = library_component(distribution(name))
        except PackageNotFoundError:  # of another system
            continue
        if not component.texts or not component.licence:
            bare.append(name)
    assert bare == [CONVERTER]


def test_the_face_and_the_embedder_are_named() -> None:
    text = notices(list(own_parts()))
    assert "Source Sans Pro" in text
    assert "SIL OPEN FONT LICENSE" in text.upper()
    assert "multilingual-e5-small" in text


def test_a_text_stands_once_and_is_referred_to() -> None:
    text = notices([LICENCE, Component("other", "2.0", "MIT", LICENCE.texts)])
    assert text.count("Permission is granted.") == 1
    assert "thing 1.0 · MIT · text 1\n    holds crate 2.0 · Apache-2.0" in text
    assert "other 2.0 · MIT · text 1" in text


def test_nothing_is_packaged_without_a_licence() -> None:
    with pytest.raises(PackagingError, match="thing"):
        notices([Component("thing", "1.0", "MIT", ())])
