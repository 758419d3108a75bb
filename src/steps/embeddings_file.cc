#include "steps/embeddings_file.h"

#include <bit>
#include <boost/json.hpp>
#include <cstring>

#include "steps/chunk_json.h"

namespace steps {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little endian");

constexpr std::string_view kMagic = "SIEMBED1";
constexpr size_t kPreamble = 16;

std::unexpected<base::Error> Damaged(std::string_view what) {
  return base::Fail(base::Code::kDamaged, "embeddings artifact: " + std::string(what));
}

base::Result<Embeddings> ReadHeader(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return Damaged("its header is not JSON");
  Embeddings out;
  const auto number = [&](std::string_view key) -> uint64_t {
    const auto* const member = value.get_object().if_contains(key);
    boost::system::error_code bad;
    const uint64_t n = member == nullptr ? 0 : member->to_number<uint64_t>(bad);
    return bad ? 0 : n;
  };
  const auto string = [&](std::string_view key) -> std::string {
    const auto* const member = value.get_object().if_contains(key);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : "";
  };
  out.model = string("model");
  out.chunks_sha256 = string("chunks");
  out.dimension = number("dimension");
  out.count = number("count");
  return out;
}

base::Result<Embeddings> ReadReferenceForm(std::string_view json) {
  SI_ASSIGN(ReadChunksResult read, ReadChunks(json));
  if (read.vectors.empty() && !read.chunks.empty()) return Damaged("a chunk has no embedding");
  Embeddings out;
  out.dimension = read.dimension;
  out.count = read.chunks.size();
  out.vectors = std::move(read.vectors);
  return out;
}

}  // namespace

std::string WriteEmbeddings(const Embeddings& embeddings) {
  boost::json::object header;
  header["model"] = embeddings.model;
  header["dimension"] = embeddings.dimension;
  header["count"] = embeddings.count;
  header["chunks"] = embeddings.chunks_sha256;
  std::string text = boost::json::serialize(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');

  std::string out(kMagic);
  const uint32_t lengths[2] = {static_cast<uint32_t>(text.size()), 0};
  out.append(reinterpret_cast<const char*>(lengths), sizeof lengths);
  out += text;
  out.append(reinterpret_cast<const char*>(embeddings.vectors.data()),
             embeddings.vectors.size() * sizeof(float));
  return out;
}

base::Result<Embeddings> ReadEmbeddings(std::string_view bytes) {
  if (bytes.starts_with('[')) return ReadReferenceForm(bytes);
  if (bytes.size() < kPreamble || !bytes.starts_with(kMagic)) return Damaged("not one of ours");
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + kMagic.size(), sizeof length);
  if (length > bytes.size() - kPreamble) return Damaged("its header is cut off");
  SI_ASSIGN(Embeddings out, ReadHeader(bytes.substr(kPreamble, length)));
  const std::string_view block = bytes.substr(kPreamble + length);
  const size_t floats = block.size() / sizeof(float);
  const bool fits = block.size() % sizeof(float) == 0 &&
                    (out.count == 0 ? floats == 0
                                    : out.dimension != 0 && floats % out.dimension == 0 &&
                                          floats / out.dimension == out.count);
  if (!fits) return Damaged("its vectors are not as many as its header says");
  out.vectors.resize(floats);
  if (floats > 0) std::memcpy(out.vectors.data(), block.data(), block.size());
  return out;
}

}  // namespace steps
