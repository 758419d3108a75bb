// All that is known of a document, as one answer.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "model/document.h"
#include "model/event.h"
#include "model/run.h"
#include "model/stored.h"

namespace model {

// A DocumentURI with what happened to it, oldest first.
struct DocumentUriDetails {
  int64_t id = 0;
  std::string uri;
  std::string source;
  int64_t version = 1;
  std::optional<int64_t> batch_id;
  std::vector<DocumentUriHistory> history;
};
BOOST_DESCRIBE_STRUCT(DocumentUriDetails, (), (id, uri, source, version, batch_id, history))

// A Diagnostic with the run that it comes from.
struct RunDiagnostic {
  int64_t workflow_run_id = 0;
  std::string severity;
  std::string what;
  std::string location;
};
BOOST_DESCRIBE_STRUCT(RunDiagnostic, (), (workflow_run_id, severity, what, location))

struct DocumentDetails {
  Document document;
  std::vector<DocumentUriDetails> uris;
  int64_t total_runs = 0;
  std::vector<WorkflowRun> runs;           // the newest first, not all when they are many
  std::vector<RunDiagnostic> diagnostics;  // of these runs
  std::vector<ArtifactRecord> artifacts;
  std::vector<StoredDocument> stored;  // the databases in which it can be found
};
BOOST_DESCRIBE_STRUCT(DocumentDetails, (),
                      (document, uris, total_runs, runs, diagnostics, artifacts, stored))

}  // namespace model
