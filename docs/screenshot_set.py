"""Draws every page in light, dark, large, small and other languages, to be looked at before a release.

    PYTHONPATH=. python docs/screenshot_set.py --out DIR [--only dark,narrow]

Answers are quotes, so no model is needed. Each variant has a process of its own, as the scale is fixed at start.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QApplication, QWidget

from assistant.home import Home
from desktop.app import DesktopApp, build_application, open_app
from desktop.language import tr
from desktop.window.workbench import Workbench

SETTLE_S = 0.4
LIMIT_S = 120.0


class Variant(NamedTuple):
    """A way of looking at the window. `scale`: of the screen. `zoom`: of the text alone. `language`: of the window."""

    width: int = 1360
    height: int = 860
    scheme: str = "light"
    scale: str = "1"
    zoom: float = 1.0
    content: str = "english"
    language: str = "en"


class Content(NamedTuple):
    """A note and a question about it."""

    name: str
    text: str
    question: str


VARIANTS = {
    "light": Variant(),
    "dark": Variant(scheme="dark"),
    "1366x768": Variant(1366, 768),
    "scale-200": Variant(720, 480, scale="2"),
    "zoom-200": Variant(1366, 768, zoom=2.0),
    "narrow": Variant(720, 480),
    "korean": Variant(content="korean", language="ko"),
    "chinese": Variant(content="chinese", scheme="dark", language="zh"),
    "korean-narrow": Variant(720, 480, content="korean", language="ko"),
    "german": Variant(content="german"),
}
CONTENTS = {
    "english": Content(
        "Lease.md",
        "# Lease\n\n## Notice\n\nThe lease of the flat ends on 30 June 2027. The notice period is three months.\n",
        "When does the lease of the flat end?",
    ),
    "korean": Content(
        "임대차 계약서.md",
        "# 임대차 계약서\n\n## 해지 통보\n\n"
        "아파트 임대차 계약은 2027년 6월 30일에 끝난다. 해지 통보 기간은 석 달이다.\n",
        "아파트 임대차 계약은 언제 끝나나요?",
    ),
    "chinese": Content(
        "租赁合同.md",
        "# 租赁合同\n\n## 解约通知\n\n公寓的租约于2027年6月30日到期。解约须提前三个月通知。\n",
        "公寓的租约什么时候到期？",
    ),
    "german": Content(
        "Wohnungsmietvertrag und Kündigungsfristenübersicht.md",
        "# Wohnungsmietvertrag\n\n## Kündigungsfristenregelung\n\nDer Mietvertrag der Wohnung endet am 30. Juni 2027. "
        "Die Kündigungsfrist beträgt drei Monate; die Betriebskostenvorauszahlungsabrechnung folgt im Herbst.\n",
        "Wann endet der Mietvertrag der Wohnung, und wie lang ist die Kündigungsfrist?",
    ),
}


class Set:
    """Drives one window through its pages."""

    def __init__(self, app: DesktopApp, workbench: Workbench, out: Path) -> None:
        self._app, self._bench, self._out = app, workbench, out

    def draw(self, notes: Path, content: Content) -> None:
        """Save a picture of each page."""
        bench, pages = self._bench, self._bench.pages
        self._wait(lambda: bench.personas.current is not None and not bench.folders.busy)
        self._take("01-first-start")
        bench.folders.add(notes)
        self._wait(lambda: bool(bench.folders.snapshot.files) and not bench.folders.busy)
        bench.start_new()
        self._take("02-empty-chat")
        bench.chat.ask(content.question)
        self._wait(lambda: not bench.session.busy and bool(bench.session.turns))
        self._take("03-answer")
        bench.panel.open()
        bench.chat.cited.emit(bench.session.turns[-1], 1)
        self._take("04-source")
        bench.panel.show_performance()
        self._take("05-performance")
        for name, show in (
            ("06-folders", pages.show_folders),
            ("07-models", pages.show_models),
            ("08-settings", bench.show_settings),
            ("09-connections", pages.show_connections),
            ("10-trash", pages.show_trash),
            ("13-personas", pages.show_personas),
            ("14-persona", lambda: pages.edit_persona("")),
        ):
            show()
            self._take(name)
        pages.show_chat()
        bench.toast.offer_undo(tr("“{title}” was deleted", title=content.question), lambda: None)
        self._take("11-toast")
        (action,) = (each for each in bench.actions() if each.text() == tr("Keyboard shortcuts"))
        action.trigger()
        for dialog in QApplication.topLevelWidgets():
            if dialog.isVisible() and dialog is not self._app.window:
                self._take("12-shortcuts", dialog)
                dialog.close()

    def _wait(self, until: Callable[[], bool]) -> None:
        end, settled = time.monotonic() + LIMIT_S, 0.0
        while not settled or time.monotonic() < settled:
            QApplication.processEvents()
            time.sleep(0.004)
            settled = settled or (time.monotonic() + SETTLE_S if until() else 0.0)
            if time.monotonic() > end:
                raise SystemExit("The window did not get there in time.")

    def _take(self, name: str, widget: QWidget | None = None) -> None:
        self._wait(lambda: True)
        (widget or self._app.window).grab().save(str(self._out / f"{name}.png"))


def draw(variant: Variant, out: Path) -> None:
    """Draw one variant in this process."""
    application, content = build_application(), CONTENTS[variant.content]
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HOME"] = scratch  # so that a folder shows as ~/Notes
        notes = Path(scratch) / "Notes"
        notes.mkdir()
        (notes / content.name).write_text(content.text, "utf-8")
        (notes / "broken scan.pdf").write_text("%PDF-1.4 broken", "utf-8")
        home = Home(Path(scratch) / "home").create()
        home.settings.write_text(f'[appearance]\nlanguage = "{variant.language}"\n', "utf-8")
        app = open_app(home)
        app.appearance.choose_scheme(variant.scheme)
        app.window.resize(variant.width, variant.height)
        app.window.show()
        while app.workbench is None:
            application.processEvents()
        app.appearance.zoom_to(variant.zoom)
        Set(app, app.workbench, out).draw(notes, content)
        app.window.close()
        app.close()


def main() -> None:
    """Draw the variants, one process each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default=",".join(VARIANTS))
    parser.add_argument("--here", action="store_true", help="draw in this process")
    given = parser.parse_args()
    for name in given.only.split(","):
        out, variant = given.out / name, VARIANTS[name]
        out.mkdir(parents=True, exist_ok=True)
        if given.here:
            draw(variant, out)
            continue
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "QT_SCALE_FACTOR": variant.scale}
        command = [sys.executable, __file__, "--out", str(given.out), "--only", name, "--here"]
        subprocess.run(command, env=environment, check=True)
        sys.stdout.write(f"{name}: {len(list(out.glob('*.png')))} pictures\n")


if __name__ == "__main__":
    main()
