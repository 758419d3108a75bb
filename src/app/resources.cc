#include "app/resources.h"

#include <system_error>
#include <utility>

namespace app {
namespace {

namespace fs = std::filesystem;

Resources Below(const fs::path& deps, const fs::path& source) {
  return {.si_parse = {},
          .node = deps / "node" / "bin" / "node",
          .engine = source / "engine",
          .engine_modules = deps / "lancedb",
          .pdfium = deps / "pdfium" / "libpdfium.so",
          .model = deps / "model" / "model",
          .web_modules = deps / "web" / "node_modules",
          .shipped_config = {}};
}

}  // namespace

base::Result<Resources> FindResources(const std::string& resources_folder,
                                      const fs::path& program) {
  std::error_code error;
  Resources found;
  if (!resources_folder.empty()) {
    const fs::path root = fs::absolute(resources_folder, error);
    found = Below(root, root);
    found.shipped_config = root / "config";
  } else {
    found = Below(SI_DEPS_DIR, fs::path(SI_SOURCE_DIR) / "lancedb");
    found.shipped_config = fs::path(SI_SOURCE_DIR) / "config";
  }
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  found.si_parse = (error ? fs::absolute(program, error) : self).parent_path() / "si-parse";
  for (const auto& [path, what] : {std::pair(found.si_parse, "the parser"),
                                   {found.node, "Node"},
                                   {found.engine / "main.mjs", "the LanceDB engine"},
                                   {found.engine_modules / "node_modules", "the engine's packages"},
                                   {found.pdfium, "PDFium"},
                                   {found.model / "model.safetensors", "the embedding model"},
                                   {found.web_modules / "swagger-ui-dist", "Swagger UI"},
                                   {found.web_modules / "redoc", "ReDoc"},
                                   {found.shipped_config, "the shipped configuration"}}) {
    if (!fs::exists(path, error)) {
      return base::Fail(
          base::Code::kNotFound,
          std::string(what) + " is missing: there is no " + path.string() +
              " (scripts/setup.sh fetches what a build needs; SI_RESOURCES names another folder)");
    }
  }
  return found;
}

}  // namespace app
