#include "formats/pdf/packed_pages.h"

#include <boost/pfr.hpp>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace pdf {

namespace {

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <typename T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

// Structs are written member by member, whatever members they have: one that is added to a line or
// page goes along by itself.
class Packer {
 public:
  template <typename T>
  void Put(const T& value) {
    if constexpr (Plain<T>) {
      out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      Put(static_cast<uint32_t>(value.size()));
      out_ += value;
    } else if constexpr (kIsVector<T>) {
      Put(static_cast<uint32_t>(value.size()));
      for (const auto& element : value) Put(element);
    } else if constexpr (std::is_same_v<T, Frame>) {
      const bool sideways = (value.turns() & 1) != 0;
      Put(value.turns());
      Put(sideways ? value.Height() : value.Width());
      Put(sideways ? value.Width() : value.Height());
    } else {
      boost::pfr::for_each_field(value, [this](const auto& field) { this->Put(field); });
    }
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// After the first thing that does not fit, everything is empty and ok() is false.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  void Get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      uint8_t byte = 0;
      Get(byte);
      value = byte != 0;
    } else if constexpr (Plain<T>) {
      if (const auto bytes = Bytes(sizeof value); ok_) {
        std::memcpy(&value, bytes.data(), sizeof value);
      }
    } else if constexpr (std::is_same_v<T, std::string>) {
      uint32_t size = 0;
      Get(size);
      value = Bytes(size);
    } else if constexpr (kIsVector<T>) {
      uint32_t count = 0;
      Get(count);
      if (count > bytes_.size()) ok_ = false;  // each takes a byte at least
      for (uint32_t i = 0; i < count && ok_; ++i) Get(value.emplace_back());
    } else if constexpr (std::is_same_v<T, Frame>) {
      int turns = 0;
      float width = 0;
      float height = 0;
      Get(turns);
      Get(width);
      Get(height);
      value = Frame(turns, width, height);
    } else {
      boost::pfr::for_each_field(value, [this](auto& field) { this->Get(field); });
    }
  }

  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && bytes_.empty(); }

 private:
  std::string_view Bytes(size_t size) {
    if (!ok_ || size > bytes_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace

std::string Pack(const PagesRead& read) {
  Packer packer;
  packer.Put(read.fonts.Entries());
  packer.Put(read.pages);
  return packer.Take();
}

base::Result<> Unpack(std::string_view packed, PagesRead& read) {
  Unpacker unpacker(packed);
  std::vector<FontTable::Entry> fonts;
  unpacker.Get(fonts);
  std::vector<uint16_t> numbers;
  for (const FontTable::Entry& font : fonts) numbers.push_back(read.fonts.Add(font));
  std::vector<PageLines> pages;
  unpacker.Get(pages);
  for (PageLines& page : pages) {
    for (Line& line : page.lines) {
      // A line without fonts has number 0, also in a document without fonts.
      if (line.font >= numbers.size() && line.font != 0) {
        return base::Fail(base::Code::kDamaged, "pages with a font that is not there");
      }
      line.font = line.font < numbers.size() ? numbers[line.font] : uint16_t{0};
    }
    read.pages.push_back(std::move(page));
  }
  if (!unpacker.AtEnd()) return base::Fail(base::Code::kDamaged, "pages that make no sense");
  return {};
}

}  // namespace pdf
