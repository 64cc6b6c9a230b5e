# Every library that the project uses, as an imported target. tools/packages lists the
# Debian packages that provide them.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost REQUIRED COMPONENTS program_options)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(hwy REQUIRED)
# One instruction set less to build: processors with SSSE3 but without SSE4.2 or AES (Core 2, the first Atoms, Bobcat) run
# the scalar code.
set_property(TARGET hwy::hwy APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS HWY_DISABLED_TARGETS=HWY_SSSE3)
find_package(muparser REQUIRED)
find_package(pugixml REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(MPI QUIET COMPONENTS C)
option(SCNN_MPI "Build what sweeps over several hosts need; on if MPI was found" ${MPI_C_FOUND})
if(SCNN_MPI)
  find_package(MPI REQUIRED COMPONENTS C)
endif()

# Debian's package file of libtorch asks for CUDA's, Caffe2's and Protocol Buffers' own: look it up by hand, too.
find_path(TORCH_INCLUDE_DIR ATen/ops/conv2d.h)
find_library(TORCH_CPU_LIBRARY torch_cpu)
find_library(C10_LIBRARY c10)
set(torch_found OFF)
if(TORCH_INCLUDE_DIR AND TORCH_CPU_LIBRARY AND C10_LIBRARY AND NOT SCNN_SANITIZERS)
  set(torch_found ON)
endif()
option(SCNN_TRAIN "Build training; on if libtorch was found and no sanitizer is" ${torch_found})
if(SCNN_TRAIN)
  if(NOT TORCH_INCLUDE_DIR OR NOT TORCH_CPU_LIBRARY OR NOT C10_LIBRARY)
    message(FATAL_ERROR "SCNN_TRAIN needs libtorch (Debian: libtorch-dev), which was not found")
  endif()
  add_library(scnn_torch INTERFACE)
  target_include_directories(scnn_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIR})
  # One header for each operator instead of one for all takes a quarter of the time to compile.
  target_compile_definitions(scnn_torch INTERFACE AT_PER_OPERATOR_HEADERS)
  target_link_libraries(scnn_torch INTERFACE ${TORCH_CPU_LIBRARY} ${C10_LIBRARY})
endif()

# Debian's package file of oneDNN asks for the headers of OpenCL, which only programs for GPUs need: look it up by hand.
find_path(DNNL_INCLUDE_DIR dnnl.hpp REQUIRED)
find_library(DNNL_LIBRARY dnnl REQUIRED)
add_library(DNNL::dnnl UNKNOWN IMPORTED)
set_target_properties(DNNL::dnnl PROPERTIES IMPORTED_LOCATION ${DNNL_LIBRARY}
                                            INTERFACE_INCLUDE_DIRECTORIES ${DNNL_INCLUDE_DIR})

# yaml-cpp 0.7 exports its target without a namespace and without its include directory.
add_library(scnn_yaml INTERFACE)
target_link_libraries(scnn_yaml INTERFACE yaml-cpp)

add_library(scnn_hdf5 INTERFACE)
target_include_directories(scnn_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(scnn_hdf5 INTERFACE ${HDF5_LIBRARIES})
target_compile_definitions(scnn_hdf5 INTERFACE ${HDF5_DEFINITIONS})

# SystemC encodes the C++ standard that its library was built with in a symbol; a program
# must present the same one. Debian's library carries the symbol of C++17 and serves C++20
# programs as long as they say so.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc>=2.3.4)
set(SCNN_SYSTEMC_CPLUSPLUS 201703L CACHE STRING
    "C++ standard that the SystemC library was built with (value of __cplusplus)")
add_library(scnn_systemc INTERFACE)
target_link_libraries(scnn_systemc INTERFACE PkgConfig::SYSTEMC Threads::Threads)
target_compile_definitions(scnn_systemc INTERFACE SC_CPLUSPLUS=${SCNN_SYSTEMC_CPLUSPLUS})

include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::SYSTEMC)
set(CMAKE_REQUIRED_DEFINITIONS -DSC_CPLUSPLUS=${SCNN_SYSTEMC_CPLUSPLUS})
set(CMAKE_REQUIRED_FLAGS -std=c++20)
check_cxx_source_compiles("
  #include <systemc>
  int sc_main(int, char**) { return 0; }
  int main() { return sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME ? 0 : 1; }
" SCNN_SYSTEMC_LINKS_${SCNN_SYSTEMC_CPLUSPLUS})
unset(CMAKE_REQUIRED_LIBRARIES)
unset(CMAKE_REQUIRED_DEFINITIONS)
unset(CMAKE_REQUIRED_FLAGS)
if(NOT SCNN_SYSTEMC_LINKS_${SCNN_SYSTEMC_CPLUSPLUS})
  message(FATAL_ERROR
    "SystemC ${SYSTEMC_VERSION} was found, but a C++20 program does not link with it as C++ standard "
    "${SCNN_SYSTEMC_CPLUSPLUS}.\nThe library was built with another standard. List its symbol with\n"
    "    nm -DC libsystemc.so | grep sc_api_version\n"
    "and configure with -DSCNN_SYSTEMC_CPLUSPLUS=<201103L, 201402L, 201703L or 202002L, whatever the symbol ends in>.")
endif()
