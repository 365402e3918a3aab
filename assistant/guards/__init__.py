"""Guard rails: personal data, instructions in what others wrote, refused topics, and checks of answers.

The public names are in `__init__.pyi`; each is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
