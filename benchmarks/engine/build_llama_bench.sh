#!/usr/bin/env bash
# Builds llama.cpp's own benchmark, llama-bench, from the sources inside llama-cpp-python's source distribution: the very
# code, and the flags, that the installed bindings were built from. Prints the path of the program.
#
#   benchmarks/engine/build_llama_bench.sh [FOLDER]      default: ~/.cache/carrel/llama-bench; takes minutes the first time
#
# PYTHON chooses the interpreter (default python3), JOBS the number of compilers at once (default 2).
set -euo pipefail

version=0.3.36
folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/carrel/llama-bench}
program=$folder/build/bin/llama-bench
source=$folder/llama_cpp_python-$version/vendor/llama.cpp

if [[ ! -x $program ]]; then
    mkdir -p "$folder"
    if [[ ! -d $source ]]; then
        grep -A 1 "^llama-cpp-python==$version" "$(dirname "$0")/../../requirements/llama.txt" > "$folder/source.txt"
        "${PYTHON:-python3}" -m pip download --quiet --require-hashes --no-deps --no-build-isolation \
            --no-binary llama-cpp-python --dest "$folder" --requirement "$folder/source.txt" >&2
        tar -xzf "$folder/llama_cpp_python-$version.tar.gz" -C "$folder"
    fi
    cmake -S "$source" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
        -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF \
        -DLLAMA_BUILD_APP=OFF -DLLAMA_OPENSSL=OFF >&2
    cmake --build "$folder/build" --target llama-bench --parallel "${JOBS:-2}" >&2
fi
echo "$program"
