"""What a desktop of Linux reads: valid, and of the names that the app has."""

import configparser
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from desktop.__main__ import main as carrel
from desktop.app import APP_ID as NAME_OF_THE_WINDOW
from desktop_files import APP_ID, LINUX, ROOT, SIZES_PX, drawn_icon, metainfo, write_icons

ENTRY = LINUX / f"{APP_ID}.desktop"
DAY = 1_800_000_000


def checked(*command: str | Path) -> None:
    """Run a validator where it is installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_menu_entry_starts_the_command_that_is_installed() -> None:
    entry = configparser.RawConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(ENTRY, "utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    commands = [entry[section]["Exec"].split() for section in entry.sections()]
    assert {command[0] for command in commands} <= set(project["scripts"])
    assert [command[1:] for command in commands] == [[], ["--ask-bar"]]
    assert callable(carrel)


def test_window_entry_icon_and_page_share_one_name() -> None:
    page = ElementTree.fromstring(metainfo(DAY))
    assert page.findtext("id") == APP_ID == NAME_OF_THE_WINDOW
    assert page.findtext("launchable") == ENTRY.name
    assert f"Icon={APP_ID}" in ENTRY.read_text("utf-8").splitlines()


def test_the_page_tells_the_version_and_its_day() -> None:
    release = ElementTree.fromstring(metainfo(DAY)).find("releases/release")
    assert release is not None
    assert release.attrib == {"version": "0.1.0", "date": "2027-01-15"}


def test_the_entry_is_valid() -> None:
    checked("desktop-file-validate", ENTRY)


def test_the_page_is_valid(tmp_path: Path) -> None:
    page = tmp_path / f"{APP_ID}.metainfo.xml"
    page.write_text(metainfo(DAY), "utf-8")
    checked("appstreamcli", "validate", "--no-net", page)


@pytest.mark.usefixtures("qapp")
def test_the_icon_has_every_size_and_is_the_same_each_time(tmp_path: Path) -> None:
    write_icons(tmp_path / "one")
    write_icons(tmp_path / "two")
    pictures = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.png"))
    assert len(pictures) == len(SIZES_PX)
    assert (tmp_path / "one" / "scalable" / "apps" / f"{APP_ID}.svg").is_file()
    for path in pictures:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
    assert all(drawn_icon(size_px).width() == size_px for size_px in SIZES_PX)
    middle = drawn_icon(64).pixelColor(32, 20)
    assert (middle.red(), middle.green(), middle.blue()) == (0xFB, 0xE7, 0xA1)  # the shade of the lamp
