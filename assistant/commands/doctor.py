"""`carrel doctor`: what is installed, what works, what to do."""

import argparse
import dataclasses
from typing import Any

from assistant.terminal import Terminal


def add_to(verbs: Any, shared: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("doctor", parents=[shared], help="what works, and what to do where it does not")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run every check; 1 when something required is broken."""
    from assistant.doctor.checks import run_checks
    from assistant.home import find_home

    checks = run_checks(find_home(arguments.home))
    for check in checks:
        terminal.say(f"{'✓' if check.ok else '✗'} {check.name:14} {check.detail}")
        if not check.ok and check.hint:
            terminal.say(f"  {'':14} {check.hint}")
    terminal.report({"checks": [dataclasses.asdict(check) for check in checks]})
    return 1 if any(check.required and not check.ok for check in checks) else 0
