"""`carrel`, `carrel-window` and `python -m carrel_desktop`: open the window, or run a verb."""

import sys

from desktop.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
