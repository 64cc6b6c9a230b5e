# Builds text files into the program, so that each has one source.
#
#   scnn_embed_text(OUTPUT <file.cpp> HEADER <header> FUNCTION <namespace::name> FILES <file>...)
#
# writes a source file that defines `std::span<const EmbeddedText> name()` with name (file name without
# extension) and text of every file, in order. It is written at build time, whenever a file changes.

if(CMAKE_SCRIPT_MODE_FILE)
  set(entries "")
  foreach(file IN LISTS FILES)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    string(APPEND entries "    EmbeddedText{\"${name}\", R\"scnn_text(${text})scnn_text\"},\n")
  endforeach()
  string(REGEX REPLACE "::[^:]*$" "" namespace ${FUNCTION})
  string(REGEX REPLACE "^.*::" "" function ${FUNCTION})
  file(WRITE ${OUTPUT}
    "// Generated from files of the source tree.\n"
    "#include \"${HEADER}\"\n\n#include <array>\n\n"
    "namespace ${namespace} {\n\n"
    "std::span<const EmbeddedText> ${function}() {\n"
    "  static constexpr std::array texts{\n${entries}  };\n"
    "  return texts;\n}\n\n"
    "}  // namespace ${namespace}\n")
  return()
endif()

set(SCNN_EMBED_TEXT_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(scnn_embed_text)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;HEADER;FUNCTION" "FILES")
  add_custom_command(
    OUTPUT ${arg_OUTPUT}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${arg_OUTPUT} -DHEADER=${arg_HEADER} -DFUNCTION=${arg_FUNCTION}
            "-DFILES=${arg_FILES}" -P ${SCNN_EMBED_TEXT_SCRIPT}
    DEPENDS ${arg_FILES} ${SCNN_EMBED_TEXT_SCRIPT}
    VERBATIM)
endfunction()
