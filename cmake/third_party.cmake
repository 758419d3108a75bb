# Third-party libraries as targets. Debian packages come from the system, the rest from SI_DEPS_DIR (see deps.lock).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)

function(pkg_target name)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${ARGN})
  add_library(third_party::${name} ALIAS PkgConfig::${name})
endfunction()

pkg_target(sqlite3 sqlite3)
pkg_target(postgres libpq)
pkg_target(zstd libzstd)
pkg_target(seccomp libseccomp)
pkg_target(spdlog spdlog)
pkg_target(yaml yaml-cpp)
pkg_target(utf8proc libutf8proc)
pkg_target(curl libcurl)
pkg_target(cmark libcmark-gfm)
pkg_target(libzip libzip)
pkg_target(pugixml pugixml)

# Boost.Asio and Beast compiled once: headers only declare, asio.cc and beast.cc define.
add_library(boost_net STATIC third_party/boost_net.cc)
target_compile_definitions(boost_net PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(boost_net PUBLIC Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
add_library(third_party::boost_net ALIAS boost_net)

add_library(boost_json INTERFACE)
target_link_libraries(boost_json INTERFACE boost_json_library)
find_library(BOOST_JSON_LIBRARY NAMES boost_json REQUIRED)
add_library(boost_json_library UNKNOWN IMPORTED)
set_target_properties(boost_json_library PROPERTIES IMPORTED_LOCATION "${BOOST_JSON_LIBRARY}")
add_library(third_party::boost_json ALIAS boost_json)

add_library(cli11 INTERFACE)
add_library(third_party::cli11 ALIAS cli11)

# OpenVINO: headers and libraries of the wheel, used in place.
if(EXISTS "${SI_DEPS_DIR}/openvino/include/openvino/openvino.hpp")
  add_library(openvino SHARED IMPORTED GLOBAL)
  file(GLOB OPENVINO_LIBRARY "${SI_DEPS_DIR}/openvino/libs/libopenvino.so.*")
  set_target_properties(openvino PROPERTIES IMPORTED_LOCATION "${OPENVINO_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${SI_DEPS_DIR}/openvino/include")
  if(SI_SANITIZE MATCHES "address")
    add_library(sanitizer_dlopen OBJECT third_party/sanitizer_dlopen.cc)
    set_property(TARGET openvino APPEND PROPERTY INTERFACE_LINK_LIBRARIES $<TARGET_OBJECTS:sanitizer_dlopen>)
    set_property(TARGET openvino APPEND PROPERTY INTERFACE_LINK_OPTIONS -Wl,--export-dynamic-symbol=dlopen)
  endif()
  add_library(third_party::openvino ALIAS openvino)
else()
  message(FATAL_ERROR "no OpenVINO in ${SI_DEPS_DIR}: run scripts/setup.sh first")
endif()

if(SI_TESTS)
  find_package(GTest REQUIRED)
  add_library(si_gtest INTERFACE)
  target_link_libraries(si_gtest INTERFACE GTest::gmock GTest::gtest_main)
  find_package(rapidcheck REQUIRED)
  add_library(rapidcheck_library INTERFACE)
  target_link_libraries(rapidcheck_library INTERFACE rapidcheck rapidcheck_gtest)
  add_library(third_party::rapidcheck ALIAS rapidcheck_library)
endif()
