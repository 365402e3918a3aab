"""Memory that was freed goes back to the system."""

import ctypes
import sys


def trim() -> None:
    """Give back what Arrow and the C library keep of what was freed: three times the size of a loaded table."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        c_library = ctypes.CDLL(None)
        if hasattr(c_library, "malloc_trim"):  # glibc has it, musl does not need it
            c_library.malloc_trim(0)
