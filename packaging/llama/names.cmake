# Included after each project(): the libraries are called `libcarrel-llama.so` and so on. The loader takes one of a name
# that is loaded already, and those of other packages are `libllama.so` too. Backends keep the names that ggml looks for.
if(NOT CMAKE_SHARED_LIBRARY_PREFIX MATCHES "carrel-$")
    string(APPEND CMAKE_SHARED_LIBRARY_PREFIX "carrel-")
endif()
