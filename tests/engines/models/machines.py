"""Machines that models are chosen for."""

from engines.models.machine import Machine

GB = 10**9
LAPTOP = Machine(
    cpu="a CPU",
    cores=4,
    memory_bytes=16 * GB,
    available_bytes=12 * GB,
    instructions=frozenset({"avx2"}),
    cpu_bandwidth=40.0 * GB,
)
