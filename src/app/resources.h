// Where the program's own files are: the parser, Node, the engine, PDFium, the model, the packages
// of the web pages, the shipped configuration.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace app {

struct Resources {
  std::filesystem::path si_parse;        // beside si-cli
  std::filesystem::path node;            // runs the engine
  std::filesystem::path engine;          // folder of main.mjs
  std::filesystem::path engine_modules;  // folder whose node_modules has @lancedb/lancedb
  std::filesystem::path pdfium;          // libpdfium.so
  std::filesystem::path model;           // folder of model.safetensors and vocab.txt
  std::filesystem::path web_modules;     // folder of swagger-ui-dist/ and redoc/
  std::filesystem::path shipped_config;  // folder of workflows/ and params/
};

// SI_RESOURCES names a folder that holds them all (node/, engine/, lancedb/, pdfium/, model/,
// web/, config/); without it, the places where the build found them. kNotFound names what is
// missing and how to get it. `program`: how si-cli was called (argv[0]), for machines without
// /proc.
base::Result<Resources> FindResources(const std::string& resources_folder,
                                      const std::filesystem::path& program);

}  // namespace app
