"""How the window looks: light or dark, zoom, text face and density."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.language import tr
from desktop.settings.setting_row import Row
from desktop.widgets.choices import MenuButton
from desktop.widgets.theme import ZOOM_STEPS, Appearance


def appearance_rows(appearance: Appearance) -> list[Row]:
    """Return the rows; each follows changes made elsewhere, as the zoom by Ctrl+Plus."""
    schemes = (("system", tr("Same as system")), ("light", tr("Light")), ("dark", tr("Dark")))
    faces = (("carrel", "Source Sans"), ("system", tr("The system's")))
    densities = (("comfortable", tr("Comfortable")), ("compact", tr("Compact")))
    zooms = [(step, f"{step:.0%}") for step in ZOOM_STEPS]
    return [
        _row(
            tr("Theme"),
            tr("Light, dark, or as the system is."),
            schemes,
            "scheme",
            appearance,
            appearance.choose_scheme,
        ),
        _row(
            tr("Zoom"),
            tr("Of everything: text, icons and fields. Ctrl+Plus, Ctrl+Minus."),
            zooms,
            "zoom",
            appearance,
            appearance.zoom_to,
        ),
        _row(
            tr("Text face"),
            tr("What it lacks comes from the system's face."),
            faces,
            "face",
            appearance,
            appearance.choose_face,
        ),
        _row(
            tr("Density"),
            tr("Of lists: compact shows more rows."),
            densities,
            "density",
            appearance,
            appearance.choose_density,
        ),
    ]


def _row(
    title: str,
    meaning: str,
    choices: Sequence[tuple[object, str]],
    part: str,
    appearance: Appearance,
    choose: Callable[..., None],
) -> Row:
    button = MenuButton(title, choices)

    def show() -> None:
        button.show_choice((getattr(appearance, part),))

    button.picked.connect(choose)
    appearance.changed.connect(show)
    show()
    return Row(title, meaning, button)
