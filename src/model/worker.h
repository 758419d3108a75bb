// A worker's sign of life.
#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "base/clock.h"

namespace model {

struct WorkerCheckin {
  std::string id;
  base::Time first_checkin;
  base::Time last_checkin;

  bool operator==(const WorkerCheckin&) const = default;
};
BOOST_DESCRIBE_STRUCT(WorkerCheckin, (), (id, first_checkin, last_checkin))

}  // namespace model
