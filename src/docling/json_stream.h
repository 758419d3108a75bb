// Private: reads the one big object of a document piece by piece, so that never more than one node
// is held as JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace docling {

// Receives the pieces. A function that returns false ends the reading; the sink knows why.
class JsonSink {
 public:
  // How the value of a top-level key is delivered.
  enum class Delivery {
    kSkip,
    kWhole,     // OnValue(key, "", value)
    kElements,  // an array: OnValue(key, "", element) for each
    kMembers,   // an object: OnValue(key, member key, value) for each
  };

  virtual ~JsonSink() = default;
  virtual Delivery Expect(std::string_view key) = 0;
  virtual bool OnValue(std::string_view key, std::string_view member,
                       const boost::json::value& value) = 0;
};

// Table grids (data.grid), which repeat what the cells say, arrive as null. kDamaged when `text` is
// not JSON, is not an object, nests too deep, or a kElements / kMembers value is of another type.
base::Result<> StreamJson(std::string_view text, JsonSink& sink);

}  // namespace docling
