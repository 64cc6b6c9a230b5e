# Warnings and sanitizers for every target of the project.

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual)
# GCC 12 sees overlapping copies where std::string adds a literal (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-Wno-restrict)
endif()
if(SCNN_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()

if(SCNN_SANITIZERS)
  add_compile_options(-fsanitize=${SCNN_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCNN_SANITIZERS})
  # A check of every pointer takes half of the time to build; null pointers end the program without it, and objects that
  # are too small are the address sanitizer's business.
  if(SCNN_SANITIZERS MATCHES "address.*undefined")
    add_compile_options(-fno-sanitize=null,alignment,object-size)
  endif()
  # SystemC's coroutines change stacks behind the address sanitizer's back: once one has run, it takes what exceptions
  # leave on the main stack for overflows. So it watches the heap and globals alone.
  if(SCNN_SANITIZERS MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options("SHELL:--param asan-stack=0")
  endif()
  # Instrumented code confuses GCC's own flow analysis.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()

# Several sources compiled as one: a local name in one hides a function of another.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-shadow)
endif()
