#include "base/random.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cassert>

namespace base {
namespace {

using Bytes16 = std::array<uint8_t, 16>;

// Sets version and variant bits and prints 8-4-4-4-12.
std::string Print(Bytes16 bytes, uint8_t version) {
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

uint64_t SystemSeed() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

std::string NewUuid(Random& random) {
  Bytes16 bytes;
  for (size_t half = 0; half < 2; ++half) {
    uint64_t bits = random.Next();
    for (size_t i = 0; i < 8; ++i, bits >>= 8) bytes[half * 8 + i] = static_cast<uint8_t>(bits);
  }
  return Print(bytes, 4);
}

std::string NameUuid(std::string_view name_space, std::string_view name) {
  std::string input;
  int high = -1;
  for (const char c : name_space) {
    const int value = HexValue(c);
    if (value < 0) continue;
    if (high < 0) {
      high = value;
    } else {
      input += static_cast<char>(high * 16 + value);
      high = -1;
    }
  }
  assert(input.size() == 16 && "the namespace is a UUID");
  input += name;
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr);
  Bytes16 bytes;
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  return Print(bytes, 5);
}

}  // namespace base
