"""How many faults are tried, and with which seeds."""

import os


def seeds(count: int) -> range:
    """`count` seeds, times CARREL_FAULTS_SCALE, from CARREL_FAULTS_SEED on."""
    first = int(os.environ.get("CARREL_FAULTS_SEED", "0"))
    return range(first, first + round(count * float(os.environ.get("CARREL_FAULTS_SCALE", "1"))))
