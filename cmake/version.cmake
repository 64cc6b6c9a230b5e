# Writes the version header that results carry: scnn_version(<target>) lets a target include "version.hpp".
# The commit is looked up at every build; the header changes, and is compiled again, only if it does.

if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=*
                  WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE commit RESULT_VARIABLE failed
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(failed)
    set(commit "unknown")
  endif()
  file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
       "#pragma once\n\nnamespace sim {\n\ninline constexpr const char* version = \"${VERSION}\";\ninline constexpr const char* commit = \"${commit}\";\n\n}  // namespace sim\n")
  return()
endif()

set(SCNN_VERSION_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(scnn_version target)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/generated)
  add_custom_target(${target}_version
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
            -DOUTPUT=${directory}/version.hpp -P ${SCNN_VERSION_SCRIPT}
    BYPRODUCTS ${directory}/version.hpp)
  add_dependencies(${target} ${target}_version)
  target_include_directories(${target} PUBLIC ${directory})
endfunction()
