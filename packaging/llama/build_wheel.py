"""Builds the wheel of llama.cpp: its libraries, with a part for each kind of processor that is chosen at run time.

    PYTHONPATH=packaging python packaging/llama/build_wheel.py [--out dist]

From the source of llama-cpp-python that requirements/llama.txt pins, for the system that it runs on.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from libraries import PIP, ROOT, llama_version, pinned_llama
from llama.wheel_file import WheelMember, write_wheel
from shared_objects import PackagingError, greatest_version, output_of

BUILD = ROOT / "build" / "llama"
_PACKAGE = "carrel_llama"
_SOURCE = "vendor/llama.cpp"
_LIBRARY = re.compile(r"(lib)?(carrel-llama|carrel-ggml\S*|ggml-\S+)\.(so|dylib|dll)")
_OPENMP, _OPENMP_LICENCE = "libgomp.so.1", Path("/usr/share/doc/libgomp1/copyright")
# The first C library among systems that have this version of GLIBCXX in their libstdc++, as auditwheel's policies say.
_GLIBC_OF_GLIBCXX = {
    (3, 4, 28): (2, 31),
    (3, 4, 29): (2, 34),
    (3, 4, 30): (2, 35),
    (3, 4, 32): (2, 38),
    (3, 4, 33): (2, 39),
}
_OPTIONS = {
    **{"CMAKE_BUILD_TYPE": "Release", "BUILD_SHARED_LIBS": "ON", "GGML_CCACHE": "OFF", "LLAMA_OPENSSL": "OFF"},
    **{"GGML_BACKEND_DL": "ON", "GGML_CPU_ALL_VARIANTS": "ON", "GGML_NATIVE": "OFF"},
    **{f"LLAMA_BUILD_{part}": "OFF" for part in ("COMMON", "TESTS", "TOOLS", "EXAMPLES", "SERVER", "APP")},
    **{"LLAMA_BUILD_NUMBER": "0", "LLAMA_BUILD_COMMIT": "unknown"},  # else those of the repository around it
    **{"CMAKE_PLATFORM_NO_VERSIONED_SONAME": "ON", "CMAKE_BUILD_WITH_INSTALL_RPATH": "ON"},  # a wheel has no links
    **{"CMAKE_PROJECT_INCLUDE": str(Path(__file__).with_name("names.cmake")), "CMAKE_INSTALL_LIBDIR": "lib"},
}
_LINUX = {
    "CMAKE_INSTALL_RPATH": "$ORIGIN",
    **dict.fromkeys(("CMAKE_SHARED_LINKER_FLAGS", "CMAKE_MODULE_LINKER_FLAGS"), "-Wl,--build-id=none"),
}
_MACOS = {"CMAKE_INSTALL_RPATH": "@loader_path", "CMAKE_OSX_DEPLOYMENT_TARGET": "13.3"}  # llama.cpp's own releases'
_INIT = '''"""llama.cpp {version}, for every processor of this kind: the libraries beside this file, and no code."""
__version__ = "{version}"
'''


def build_wheel(out: Path, jobs: int) -> Path:
    """Build the wheel into `out`; what an earlier run compiled is used again. Raises PackagingError."""
    version = llama_version()
    source = unpack_source(version)
    installed = compile_libraries(source, BUILD / f"objects-{version}", jobs)
    libraries = sorted(
        (each for each in installed.rglob("*") if _LIBRARY.fullmatch(each.name)), key=lambda each: each.name
    )
    if sys.platform == "linux":
        libraries.append(_openmp(installed))
    files = [WheelMember(f"{_PACKAGE}/__init__.py", _INIT.format(version=version).encode())]
    files += [WheelMember(f"{_PACKAGE}/{each.name}", each.read_bytes(), runs=True) for each in libraries]
    licences = dict(_licences(source))
    name = f"{_PACKAGE}-{version}-py3-none-{platform_tag(libraries)}.whl"
    return write_wheel(out / name, files, licences, _metadata(version, licences))


def unpack_source(version: str) -> Path:
    """The folder of llama.cpp's source, downloaded and checked against the pinned hash unless it is there."""
    folder = BUILD / f"source-{version}"
    if not folder.is_dir():
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
            pinned = Path(scratch) / "pinned.txt"
            pinned.write_text(pinned_llama(), "utf-8")
            options = (
                "--no-deps",
                "--no-build-isolation",
                "--no-binary",
                ":all:",
                "--require-hashes",
                "--dest",
                scratch,
            )
            output_of(*PIP, "download", *options, "--requirement", pinned)
            (archive,) = Path(scratch).glob("*.tar.gz")
            with tarfile.open(archive) as packed:
                packed.extractall(scratch, filter="data")
            (Path(scratch) / archive.name.removesuffix(".tar.gz") / _SOURCE).rename(folder)
    return folder


def compile_libraries(source: Path, objects: Path, jobs: int) -> Path:
    """Compile, and install without symbols; the folder that has the libraries somewhere below."""
    options = _OPTIONS | {"linux": _LINUX, "darwin": _MACOS}.get(sys.platform, {})
    if sys.platform != "win32":  # the place is part of texts and debugging lines
        options |= dict.fromkeys(("CMAKE_C_FLAGS", "CMAKE_CXX_FLAGS"), f"-ffile-prefix-map={source}=llama.cpp")
    definitions = (f"-D{name}={value}" for name, value in options.items())
    _run("cmake", "-G", "Ninja", "-S", source, "-B", objects, *definitions)
    _run("cmake", "--build", objects, "--parallel", str(jobs))
    installed = objects / "installed"
    shutil.rmtree(installed, ignore_errors=True)
    _run("cmake", "--install", objects, "--strip", "--prefix", installed)
    return installed


def platform_tag(libraries: list[Path]) -> str:
    """The wheel's platform: on Linux the oldest systems that have every function which the libraries need."""
    if sys.platform != "linux":
        platform = sysconfig.get_platform()
        deployed = _MACOS["CMAKE_OSX_DEPLOYMENT_TARGET"].split(".")[0]
        return re.sub(r"macosx-[\d.]+", f"macosx-{deployed}_0", platform).replace("-", "_").replace(".", "_")
    least = greatest_version(libraries, "GLIBC")
    wanted = greatest_version(libraries, "GLIBCXX")
    with_wanted = [glibc for glibcxx, glibc in _GLIBC_OF_GLIBCXX.items() if glibcxx >= wanted]
    if not with_wanted:
        raise PackagingError(
            f"GLIBCXX {'.'.join(map(str, wanted))} is newer than those known: build on an older system."
        )
    major, minor = max(least, min(with_wanted))
    return f"manylinux_{major}_{minor}_{os.uname().machine}"


def _openmp(folder: Path) -> Path:
    """A copy of the compiler's OpenMP library, which the systems of the tag need not have."""
    found = Path(output_of("cc", f"-print-file-name={_OPENMP}").strip()).resolve()
    if not found.is_file():
        raise PackagingError(f"The compiler has no {_OPENMP}.")
    return Path(shutil.copyfile(found, folder / _OPENMP))


def _licences(source: Path) -> Iterator[tuple[str, bytes]]:
    """File name and text of each licence, llama.cpp's first."""
    yield "LICENSE", (source / "LICENSE").read_bytes()
    for path in sorted((source / "licenses").iterdir()):
        yield path.name, path.read_bytes()
    if sys.platform == "linux":
        yield "LICENSE-libgomp", _OPENMP_LICENCE.read_bytes()


def _metadata(version: str, licences: dict[str, bytes]) -> str:
    openmp = " AND GPL-3.0-or-later WITH GCC-exception-3.1" if "LICENSE-libgomp" in licences else ""
    lines = [
        "Metadata-Version: 2.4",
        "Name: carrel-llama",
        f"Version: {version}",
        f"Summary: The libraries of llama.cpp as in llama-cpp-python {version}, for every processor of this kind",
        f"License-Expression: MIT{openmp}",
        *(f"License-File: {name}" for name in licences),
        "Requires-Python: >=3.11",
    ]
    return "\n".join(lines) + "\n"


def _run(*command: str | Path) -> None:
    try:
        code = subprocess.run(command, stdout=sys.stderr).returncode
    except FileNotFoundError as error:
        raise PackagingError(f"{command[0]} is not installed; `make llama-wheel` installs it.") from error
    if code:
        raise PackagingError(f"{' '.join(map(str, command))[:300]} ended with {code}.")


def main() -> int:
    """Build the wheel and print its name and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files that are compiled at once")
    chosen = parser.parse_args()
    try:
        wheel = build_wheel(chosen.out, chosen.jobs)
    except PackagingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{wheel}: {wheel.stat().st_size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
