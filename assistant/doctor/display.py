"""Checks that a window can be opened here; `python -m assistant.doctor.display` prints the problem if not."""

import ctypes
import os
import sys

# What Qt's X11 plugin loads and a bare system may lack, with Debian's packages (ldd libqxcb.so of Qt 6.11). Qt ends the
# process when one is missing.
_X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def display_problem() -> str:
    """The reason that no window can be opened, for people; "" when one can, or when Qt has a platform set."""
    if sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        return ""
    if not os.environ.get("DISPLAY"):
        return "There is no display to open a window on."
    if missing := [package for library, package in _X11_LIBRARIES.items() if not _loads(library)]:
        packages = " ".join(missing)
        return f"The window needs libraries that are not installed. On Debian or Ubuntu: sudo apt install {packages}"
    return ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(display_problem() or 0)
