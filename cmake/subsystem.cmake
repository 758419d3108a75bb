# subsystem(name
#   PUBLIC  headers other folders may include     SOURCES  .cc files (not tests)
#   DEPENDS other subsystems                      LIBS     third-party targets
#   TESTS   *_test.cc files                       TEST_DEPENDS / TEST_LIBS  what only tests need
#   FUZZ    *_fuzz.cc files, one target each)
#
# One folder = one static library = one namespace. The DEPENDS list is both the link line and the rule that the `layering`
# test enforces: it is appended to layering.txt in the build tree, which check_layering.cmake reads.
set(SI_LAYERING_FILE "${CMAKE_BINARY_DIR}/layering.txt")
file(WRITE "${SI_LAYERING_FILE}" "")

function(subsystem name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;SOURCES;DEPENDS;LIBS;TESTS;TEST_DEPENDS;TEST_LIBS;FUZZ" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} ${ARG_LIBS} si_options)
    target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_DEPENDS} ${ARG_LIBS} si_options)
    target_include_directories(${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
  endif()
  string(REPLACE ";" "," public "${ARG_PUBLIC}")
  string(REPLACE ";" "," depends "${ARG_DEPENDS}")
  string(REPLACE ";" "," test_depends "${ARG_TEST_DEPENDS}")
  file(RELATIVE_PATH folder "${CMAKE_SOURCE_DIR}/src" "${CMAKE_CURRENT_SOURCE_DIR}")
  file(APPEND "${SI_LAYERING_FILE}" "${name}|${folder}|${public}|${depends}|${test_depends}\n")
  if(ARG_TESTS AND SI_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE ${name} ${ARG_TEST_DEPENDS} ${ARG_TEST_LIBS} si_gtest)
    target_compile_definitions(${name}_test PRIVATE "SI_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"" "SI_DEPS_DIR=\"${SI_DEPS_DIR}\"")
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}." PROPERTIES TIMEOUT 300)
  endif()
  if(SI_TESTS)
    foreach(file IN LISTS ARG_FUZZ)
      fuzz_target(${name} ${file})
    endforeach()
  endif()
endfunction()

# Runs the tests of a subsystem that match the filter once more, beside a PostgreSQL server of their own.
function(postgres_tests name filter)
  if(SI_TESTS)
    add_test(NAME ${name}.on_postgres
      COMMAND "${CMAKE_SOURCE_DIR}/scripts/with_postgres.sh" $<TARGET_FILE:${name}_test> "--gtest_filter=${filter}" --gtest_brief=1)
    set_tests_properties(${name}.on_postgres PROPERTIES TIMEOUT 600)
  endif()
endfunction()

# A fuzz target is one file with LLVMFuzzerTestOneInput. In every build it is linked with a main that replays its corpus folder
# (fuzz/corpus/<target>) as a ctest; with the preset `fuzz` it is linked with libFuzzer instead.
function(fuzz_target subsystem file)
  get_filename_component(target ${file} NAME_WE)
  add_executable(${target} ${file})
  target_link_libraries(${target} PRIVATE ${subsystem})
  set(corpus "${CMAKE_SOURCE_DIR}/fuzz/corpus/${target}")
  if(SI_FUZZER)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE "${CMAKE_SOURCE_DIR}/fuzz/replay_main.cc")
    add_test(NAME fuzz.${target} COMMAND ${target} ${corpus})
    set_tests_properties(fuzz.${target} PROPERTIES TIMEOUT 300)
  endif()
endfunction()
