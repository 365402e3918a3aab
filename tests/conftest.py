"""What holds for every test: a run can be repeated, and reaches no other machine."""

import os

from hypothesis import settings

from network.connections import guard_process

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
guard_process()
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # for tests that import ONNX Runtime themselves
