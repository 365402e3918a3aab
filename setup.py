"""What pyproject.toml cannot say: where the packages go, and that two builds give the same bytes.

A wheel has them below the one name `carrel_desktop`, which puts its folder on the path. An editable installation
has them where they are, under their own names.
"""

import sys
import warnings
from pathlib import Path

from setuptools import find_namespace_packages, setup
from setuptools.command.bdist_wheel import bdist_wheel

FOLDERS = ("assistant", "desktop", "engines", "errors", "knowledge", "network", "personas", "serving", "tuning")


class ReproducibleWheel(bdist_wheel):
    """A wheel whose files may be read by everybody, whoever's umask they were checked out under."""

    def write_wheelfile(self, wheelfile_base: str, *arguments: str) -> None:
        """Do the last step before the files are packed, then set their modes."""
        super().write_wheelfile(wheelfile_base, *arguments)
        for file in Path(self.bdist_dir).rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)


packages = find_namespace_packages(include=[pattern for name in FOLDERS for pattern in (name, f"{name}.*")])
if "editable_wheel" in sys.argv:
    warnings.filterwarnings("ignore", "Editable installation")  # it warns of folders like ours, which are what is meant
    setup(packages=["carrel_desktop", *packages])
else:
    below = {f"carrel_desktop.{name}": name for name in FOLDERS}
    names = ["carrel_desktop", *(f"carrel_desktop.{name}" for name in packages)]
    setup(packages=names, package_dir=below, cmdclass={"bdist_wheel": ReproducibleWheel})
