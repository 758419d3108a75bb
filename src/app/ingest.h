// `si-cli ingest PATH…`: the whole job in one command, against a running server or an embedded one.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "app/api_client.h"
#include "app/progress.h"
#include "app/source_files.h"
#include "base/result.h"

namespace app {

struct IngestOptions {
  FileSelection files;
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

// Uploads, starts, follows until all is done. Each failure is printed with its reason as it
// happens.
base::Result<IngestSummary> Ingest(const ApiClient& api, const IngestOptions& options,
                                   const std::vector<std::filesystem::path>& files,
                                   ProgressView& view, std::stop_token stop);

// Uploads alone, into that batch; the number of files that were refused.
base::Result<int64_t> Upload(const ApiClient& api, const IngestOptions& options, int64_t batch_id,
                             const std::vector<std::filesystem::path>& files, ProgressView& view,
                             std::stop_token stop);

// Deletes what the source has no more: documents below the paths whose file is gone. Each is
// printed before it goes. The number of deleted URIs.
base::Result<int64_t> Prune(const ApiClient& api, const IngestOptions& options, ProgressView& view);

}  // namespace app
