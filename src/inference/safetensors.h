// Safetensors: the weights of a model, mapped from a `.safetensors` file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace inference {

// A view into the mapped file: valid as long as the Safetensors it came from.
struct TensorView {
  std::string dtype;  // as the file writes it: "F32", "F16", "I64" …
  std::vector<size_t> shape;
  std::span<const std::byte> bytes;
};

// The file's bytes come from outside: its header is checked in full before any tensor is handed out
// (sizes agree with shapes, nothing lies outside the file). Immutable, thread-safe.
class Safetensors {
 public:
  // Maps the file; it must not be changed or cut while this lives.
  static base::Result<std::unique_ptr<Safetensors>> Open(const std::filesystem::path& path);
  // Reads from memory that must outlive the result.
  static base::Result<std::unique_ptr<Safetensors>> Parse(std::span<const std::byte> file);

  virtual ~Safetensors() = default;
  Safetensors(const Safetensors&) = delete;
  Safetensors& operator=(const Safetensors&) = delete;

  const TensorView* Find(std::string_view name) const;
  size_t size() const { return tensors_.size(); }

  // An F32 tensor of exactly this shape, or kDamaged or kUnsupported naming it.
  base::Result<TensorView> FindF32(const std::string& name, const std::vector<size_t>& shape) const;

  // Tells the system that the mapped pages are not needed now; they are read again when touched.
  virtual void ReleasePages() const {}

 protected:
  Safetensors() = default;
  base::Result<> Index(std::span<const std::byte> file);

 private:
  std::map<std::string, TensorView, std::less<>> tensors_;
};

}  // namespace inference
