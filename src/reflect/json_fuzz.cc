// Any text either reads or is refused with a message; what reads is written and reads again.
#include <cstdint>
#include <cstdlib>

#include "reflect/json.h"

namespace {

struct Inner {
  std::string name;
  std::optional<base::Time> when;
  base::JsonText meta;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, when, meta))

struct Outer {
  int64_t id = 0;
  std::vector<Inner> inner;
  std::map<std::string, double> numbers;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (id, inner, numbers))

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto outer = reflect::FromJson<Outer>(text);
  if (outer && !reflect::FromJson<Outer>(reflect::ToJson(*outer))) std::abort();
  if (outer && !reflect::CheckJsonObject(text, "input")) std::abort();
  return 0;
}
