// A long PDF by several parsers side by side.
#pragma once

#include "base/result.h"
#include "parsing/document_run.h"
#include "parsing/parser.h"
#include "parsing/worker_pool.h"

namespace parsing {

// Looks how many pages there are, has ranges of them read at once by up to as many parsers as the
// pool has, and has one parser make the document of all. What is decided over the whole document is
// decided in that last step, so the result is that of DocumentRun. Short documents and other
// formats go through DocumentRun. A bad page is left out of its range, and costs its range only.
//
// `options` as for a kParse; progress is told on the calling thread. Blocks.
base::Result<Parsed> RunSplit(WorkerPool& pool, const DocumentRun::Options& options);

}  // namespace parsing
