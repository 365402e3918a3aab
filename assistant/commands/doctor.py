"""`carrel doctor`: check the installation, and say how to fix it."""

import argparse
import dataclasses

from assistant.doctor.checks import run_checks
from assistant.home import find_home
from assistant.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb. `shared`: options that each action takes too."""
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run every check; returns 1 when something required is broken."""
    checks = run_checks(find_home(arguments.home))
    for check in checks:
        terminal.say(f"{'✓' if check.ok else '✗'} {check.name:14} {check.detail}")
        if check.hint:
            terminal.say(f"  {'':14} {check.hint}")
    terminal.report({"checks": [dataclasses.asdict(check) for check in checks]})
    return 1 if any(check.required and not check.ok for check in checks) else 0
