"""Writes what a desktop reads below `share`: the entry of its menu, the icons, the page of its shop; and Windows' icon.

python packaging/desktop_files.py build/packages/share
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).parents[1]
LINUX = Path(__file__).parent / "linux"
APP_ID = "io.github.carrel.Carrel"
SVG = ROOT / "desktop" / "icons" / "carrel.svg"
SIZES_PX = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)


def version() -> str:
    """The version in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


def write_desktop_files(share: Path, moment: int) -> None:
    """Write all of them. `moment`: of the release, in seconds since 1970."""
    entry = share / "applications" / f"{APP_ID}.desktop"
    page = share / "metainfo" / f"{APP_ID}.metainfo.xml"
    for path in (entry, page):
        path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(LINUX / entry.name, entry)
    page.write_text(metainfo(moment), "utf-8")
    write_icons(share / "icons" / "hicolor")


def metainfo(moment: int) -> str:
    """The page of the software shop, with version and day of the release."""
    text = (LINUX / f"{APP_ID}.metainfo.xml").read_text("utf-8")
    day = datetime.fromtimestamp(moment, UTC).date().isoformat()
    return text.replace("@VERSION@", version()).replace("@DATE@", day)


def write_icons(hicolor: Path) -> None:
    """Write the icon as PNG in each size, and as SVG."""
    for size_px in SIZES_PX:
        folder = hicolor / f"{size_px}x{size_px}" / "apps"
        folder.mkdir(parents=True, exist_ok=True)
        drawn_icon(size_px).save(str(folder / f"{APP_ID}.png"))
    folder = hicolor / "scalable" / "apps"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SVG, folder / f"{APP_ID}.svg")


def drawn_icon(size_px: int) -> QImage:
    """The icon as a square picture."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    assert application is not None
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write_desktop_files(target, int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    drawn_icon(256).save(str(target.parent / "carrel.ico"))
