"""A model of one's own: check examples, train on them, merge, convert, quantise, compare.

The names are in `__init__.pyi`; each is loaded when it is first used, as some of them load torch.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
