// File = u64 little-endian header length, header, data.
// Header = JSON object, name → {"dtype": text, "shape": [n, …], "data_offsets": [begin, end]} with
// offsets into data; the name "__metadata__" holds an object of texts.
#include "inference/safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>

#include "base/files.h"

namespace inference {
namespace {

using base::Code;
using base::Fail;
using base::Result;
namespace json = boost::json;

constexpr size_t kMaxHeader = size_t{16} << 20;
constexpr size_t kMaxDimensions = 8;

std::unexpected<base::Error> Damaged(const std::string& what) {
  return Fail(Code::kDamaged, "safetensors: " + what);
}

// Bytes per element; 0 for a type we do not know.
size_t ElementSize(std::string_view dtype) {
  if (dtype == "F64" || dtype == "I64" || dtype == "U64") return 8;
  if (dtype == "F32" || dtype == "I32" || dtype == "U32") return 4;
  if (dtype == "F16" || dtype == "BF16" || dtype == "I16" || dtype == "U16") return 2;
  if (dtype == "I8" || dtype == "U8" || dtype == "BOOL" || dtype.starts_with("F8")) return 1;
  return 0;
}

// A JSON array of sizes.
Result<std::vector<size_t>> Sizes(const json::value* value, const std::string& where) {
  if (value == nullptr || !value->is_array()) return Damaged(where + " is not an array");
  std::vector<size_t> out;
  for (const json::value& element : value->get_array()) {
    if (!element.is_int64() || element.get_int64() < 0) return Damaged(where + " is not of sizes");
    out.push_back(static_cast<size_t>(element.get_int64()));
  }
  return out;
}

Result<TensorView> OneTensor(const std::string& name, const json::value& entry,
                             std::span<const std::byte> data) {
  if (!entry.is_object()) return Damaged("'" + name + "' is not an object");
  const json::object& object = entry.get_object();
  const json::value* dtype = object.if_contains("dtype");
  if (dtype == nullptr || !dtype->is_string()) return Damaged("'" + name + "' has no dtype");
  TensorView tensor;
  tensor.dtype = std::string_view(dtype->get_string());
  SI_ASSIGN(tensor.shape, Sizes(object.if_contains("shape"), "shape of '" + name + "'"));
  SI_ASSIGN(const auto offsets,
            Sizes(object.if_contains("data_offsets"), "data_offsets of '" + name + "'"));
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data.size()) {
    return Damaged("'" + name + "' lies outside the file");
  }
  if (tensor.shape.size() > kMaxDimensions) return Damaged("'" + name + "' has many dimensions");
  size_t bytes = ElementSize(tensor.dtype);
  if (bytes == 0) return Damaged("'" + name + "' has the unknown dtype '" + tensor.dtype + "'");
  for (const size_t extent : tensor.shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return Damaged("'" + name + "' is huge");
  }
  if (bytes != offsets[1] - offsets[0]) {
    return Damaged("the size of '" + name + "' does not agree with its shape");
  }
  tensor.bytes = data.subspan(offsets[0], bytes);
  return tensor;
}

class InMemory final : public Safetensors {
 public:
  Result<> Read(std::span<const std::byte> file) { return Index(file); }
};

class Mapped final : public Safetensors {
 public:
  ~Mapped() override {
    if (address_ != nullptr) munmap(address_, size_);
  }
  Result<> Map(int fd, size_t size) {
    void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (address == MAP_FAILED) return Fail(base::FromErrno("cannot map", errno));
    address_ = address;
    size_ = size;
    return Index({static_cast<const std::byte*>(address), size});
  }
  void ReleasePages() const override { madvise(address_, size_, MADV_DONTNEED); }

 private:
  void* address_ = nullptr;
  size_t size_ = 0;
};

}  // namespace

Result<std::unique_ptr<Safetensors>> Safetensors::Parse(std::span<const std::byte> file) {
  auto out = std::make_unique<InMemory>();
  SI_TRY(out->Read(file));
  return out;
}

Result<std::unique_ptr<Safetensors>> Safetensors::Open(const std::filesystem::path& path) {
  const base::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(base::FromErrno("cannot open " + path.string(), errno));
  struct stat info{};
  if (fstat(fd.get(), &info) != 0) return Fail(base::FromErrno("fstat " + path.string(), errno));
  if (info.st_size < 8) return Fail(Code::kDamaged, path.string() + ": not a safetensors file");
  auto out = std::make_unique<Mapped>();
  if (const auto mapped = out->Map(fd.get(), static_cast<size_t>(info.st_size)); !mapped) {
    return Fail(mapped.error().Within("cannot read " + path.string()));
  }
  return out;
}

Result<> Safetensors::Index(std::span<const std::byte> file) {
  uint64_t header_size = 0;
  if (file.size() < sizeof header_size) return Damaged("shorter than its header length");
  std::memcpy(&header_size, file.data(), sizeof header_size);
  if (header_size > kMaxHeader || header_size > file.size() - sizeof header_size) {
    return Damaged("the header is longer than the file or than 16 MiB");
  }
  const std::span<const std::byte> data = file.subspan(sizeof header_size + header_size);
  boost::system::error_code error;
  const json::value header = json::parse(
      {reinterpret_cast<const char*>(file.data()) + sizeof header_size, header_size}, error);
  if (error || !header.is_object()) return Damaged("the header is not a JSON object");
  for (const auto& [key, entry] : header.get_object()) {
    if (key == "__metadata__") continue;
    const std::string name(std::string_view{key});
    SI_ASSIGN(TensorView tensor, OneTensor(name, entry, data));
    tensors_.emplace(name, std::move(tensor));
  }
  return {};
}

const TensorView* Safetensors::Find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

Result<TensorView> Safetensors::FindF32(const std::string& name,
                                        const std::vector<size_t>& shape) const {
  const TensorView* tensor = Find(name);
  if (tensor == nullptr) return Damaged("no tensor '" + name + "'");
  if (tensor->dtype != "F32") {
    return Fail(Code::kUnsupported,
                "safetensors: '" + name + "' is of type " + tensor->dtype + ", only F32 is read");
  }
  if (tensor->shape != shape) return Damaged("'" + name + "' is not of the expected shape");
  return *tensor;
}

}  // namespace inference
