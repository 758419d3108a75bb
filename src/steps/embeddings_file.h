// The embeddings artifact: the vectors of a chunks artifact, in its order, without repeating it.
//
//   "SIEMBED1"                       8 bytes
//   u32 length of the header, u32 0  little endian
//   header                           JSON {"model", "dimension", "count", "chunks"}, filled up with
//                                    blanks to a multiple of 8; "chunks" is the SHA-256 (hex) of
//                                    the chunks artifact that was embedded
//   float32 × count × dimension      little endian, row-major, rows of unit length
//
// The JSON arrays of the reference implementation are ten times as long; they are read too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace steps {

struct Embeddings {
  std::string model;  // "" in artifacts of the reference implementation
  size_t dimension = 0;
  size_t count = 0;
  std::string chunks_sha256;  // "" in artifacts of the reference implementation
  std::vector<float> vectors;
};

std::string WriteEmbeddings(const Embeddings& embeddings);
// kDamaged for everything that is neither form.
base::Result<Embeddings> ReadEmbeddings(std::string_view bytes);

}  // namespace steps
