"""The one name that an installation takes in site-packages, and what finds Carrel's packages.

A wheel has `desktop`, `knowledge` and the others in this folder. It is put first on the path, so that they are found
before packages of the same name. In a clone they stand beside it, where an editable installation finds them.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
