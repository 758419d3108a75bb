// `si-cli ingest PATH…`: the whole job in one command, against a running server or an embedded one.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "app/api_client.h"
#include "app/progress.h"
#include "base/result.h"

namespace app {

struct IngestOptions {
  std::vector<std::filesystem::path> paths;
  std::string source = "cli";
  std::string batch = "si-cli";  // reused when the source has one of that name
  std::string workflow;
  std::string params;
  unsigned uploads = 4;  // at once
};

struct IngestSummary {
  int64_t completed = 0;
  int64_t failed = 0;     // uploads refused and runs failed
  int64_t unchanged = 0;  // known already, nothing to do
};

// Files below the paths in order of name, hidden ones left out. kNotFound names a path that is not
// there.
base::Result<std::vector<std::filesystem::path>> CollectFiles(
    const std::vector<std::filesystem::path>& paths);

// Uploads, starts, follows until all is done. Each failure is printed with its reason as it
// happens.
base::Result<IngestSummary> Ingest(const ApiClient& api, const IngestOptions& options,
                                   ProgressView& view, std::stop_token stop);

}  // namespace app
