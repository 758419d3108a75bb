// Ids that are never used twice, also after the newest rows were deleted: a worker that still holds
// (step 7, attempt 1) must not meet another step 7. Private to the folder.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sql/database.h"

namespace records {

enum class IdTable { kDocumentUri, kRunGroup, kWorkflowRun, kRunStep };

// The next free id; the ones after it are free, too, within this transaction.
base::Result<int64_t> NextId(sql::Tx& tx, IdTable table);
// Before rows of the table are deleted.
base::Result<> KeepIds(sql::Tx& tx, IdTable table);

}  // namespace records
