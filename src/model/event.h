// What happened, in the order of commit: the one story that progress streams, webhooks and remote
// workers read.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_text.h"

namespace model {

// Append-only. `kind` is the writer's word ("step_end", "document_ingested" …); ids that do not
// apply are empty.
struct Event {
  int64_t id = 0;
  base::Time event_date;
  std::string kind;
  std::optional<int64_t> batch_id;
  std::optional<int64_t> run_group_id;
  std::optional<int64_t> workflow_run_id;
  std::optional<int64_t> step_id;
  std::optional<std::string> doc_hash;
  base::JsonText data;

  bool operator==(const Event&) const = default;
};
BOOST_DESCRIBE_STRUCT(Event, (),
                      (id, event_date, kind, batch_id, run_group_id, workflow_run_id, step_id,
                       doc_hash, data))

// What a step had to drop or doubt. Stored with the run and shown.
struct Diagnostic {
  std::string severity;  // info, warning, error
  std::string what;
  std::string location;  // "page 3", "" when it is about the whole document

  bool operator==(const Diagnostic&) const = default;
};
BOOST_DESCRIBE_STRUCT(Diagnostic, (), (severity, what, location))

// Where the text of pages in a row came from.
struct PageOrigin {
  int64_t first = 0;  // from 1
  int64_t last = 0;
  std::string source;  // text layer, tags, OCR layer, OCR, none, left out
  double confidence = 0;

  bool operator==(const PageOrigin&) const = default;
};
BOOST_DESCRIBE_STRUCT(PageOrigin, (), (first, last, source, confidence))

// An artifact that a step wrote. Type as in the artifact store ("parsed_json").
struct ArtifactRecord {
  std::string hash;
  std::string artifact_type;
  int64_t step_config_id = 0;  // 0: the raw document
  int64_t file_size = 0;

  bool operator==(const ArtifactRecord&) const = default;
};
BOOST_DESCRIBE_STRUCT(ArtifactRecord, (), (hash, artifact_type, step_config_id, file_size))

}  // namespace model
