"""Whether there is anywhere to open a window."""

import os
import sys


def has_display() -> bool:
    """Whether a window could be seen, or Qt was told where to paint."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(not has_display())
