// A document type for tests that does on order what hostile documents do by accident. Enabled only
// by `si-parse --enable-mock`; a document is one when its first line is "si-mock". One order a
// line:
//
//   text WORDS      a paragraph          page DONE TOTAL   progress
//   sleep MS        be quiet             hang              sleep for ever
//   spin            compute for ever     flood             progress for ever
//   memory MB       take that much       allocate MB       ask for it in one piece
//   recurse         without end          crash             an illegal instruction
//   abort           as an assertion      exit CODE
//   output MB       Markdown that long   nonsense          bytes that are no message
//   throw           an exception         fail CODE TEXT    the reader's own error
//   open PATH       says what came of it
//   at PAGE ORDER   the order, unless that page is to be skipped
#pragma once

#include <memory>

#include "parse_worker/reader.h"

namespace parse_worker {

// Passes every other document on to `next`.
std::unique_ptr<Reader> MakeMockReader(std::unique_ptr<Reader> next);

}  // namespace parse_worker
