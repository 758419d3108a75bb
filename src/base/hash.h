// SHA-256 and MD5, incremental and in one call.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace base {

enum class HashKind { kSha256, kMd5 };

// Feed with Update, then Finish once. Not thread-safe; movable.
class Hasher {
 public:
  explicit Hasher(HashKind kind);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void Update(std::string_view bytes);
  // The digest in lower-case hex. Nothing may be called afterwards.
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(std::string_view bytes);
std::string Md5Hex(std::string_view bytes);

// A document's identity: "sha256-" + hex of its bytes.
std::string DocumentHash(std::string_view bytes);

// 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view bytes);

// Standard alphabet with padding.
std::string Base64Encode(std::string_view bytes);
// The bytes; nothing when the text is not exactly that.
std::optional<std::string> Base64Decode(std::string_view text);

}  // namespace base
