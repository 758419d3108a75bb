// DocumentBatch: documents of one source that are uploaded and processed together.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_text.h"
#include "model/duration.h"

namespace model {

struct DocumentBatch {
  int64_t id = 0;
  std::string name;
  std::string source;
  base::Time start_date;
  // Information only: an upload or a start into a completed batch opens it again.
  std::optional<base::Time> completed_date;
  base::JsonText batch_params;

  std::optional<double> duration() const { return SecondsBetween(start_date, completed_date); }

  bool operator==(const DocumentBatch&) const = default;
};
BOOST_DESCRIBE_STRUCT(DocumentBatch, (),
                      (id, name, source, start_date, completed_date, batch_params, duration))

}  // namespace model
