"""Starts Carrel where PyInstaller made it one program: this program is then Python for its own processes, too.

Engines, parsers and downloads run as `sys.executable … -c PROGRAM ARGUMENTS`, and a window that starts again as
`sys.executable -m desktop`. Of Python's options only these two are understood; the others change nothing here.
"""

from __future__ import annotations

import multiprocessing
import runpy
import sys


def run_as_python(arguments: list[str]) -> bool:
    """Run `-c PROGRAM …` or `-m MODULE …`, with options of Python before it; False where there is neither."""
    for at, argument in enumerate(arguments):
        if argument == "-X":
            continue
        if argument == "-c":
            sys.argv = ["-c", *arguments[at + 2 :]]
            exec(compile(arguments[at + 1], "<string>", "exec"), {"__name__": "__main__"})
            return True
        if argument == "-m":
            sys.argv = [argument, *arguments[at + 2 :]]
            runpy.run_module(arguments[at + 1], run_name="__main__", alter_sys=True)
            return True
        if not argument.startswith("-") and arguments[at - 1] != "-X":
            return False
    return False


if __name__ == "__main__":
    multiprocessing.freeze_support()
    if not run_as_python(sys.argv[1:]):
        from desktop.__main__ import main

        sys.exit(main())
