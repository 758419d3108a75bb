// Private: JSON values → nodes, one at a time. What is wrong is recorded in the Problem; the node
// returned then is of no use. Pointers are only checked for their form here (see check.h).
#pragma once

#include <boost/json/fwd.hpp>

#include "docling/json_fields.h"
#include "docling/node.h"

namespace docling {

Group ReadGroup(const boost::json::value& value, Problem& problem);
Text ReadText(const boost::json::value& value, Problem& problem);
Picture ReadPicture(const boost::json::value& value, Problem& problem);
Table ReadTable(const boost::json::value& value, Problem& problem);
// `label` is what the array it stands in holds.
GraphItem ReadGraphItem(const boost::json::value& value, Label label, Problem& problem);
Item ReadPlainItem(const boost::json::value& value, Label label, Problem& problem);

BBox ReadBox(const boost::json::value& value, Problem& problem);
ImageRef ReadImage(const boost::json::value& value, Problem& problem);
TableData ReadTableData(const boost::json::value& value, Problem& problem);

// Which keys a meta object may have, each including those before it.
enum class MetaKind { kBase, kFloating, kPicture };
Meta ReadMeta(const boost::json::value& value, MetaKind kind, Problem& problem);

// Moves the deprecated `annotations` of a table or picture into its meta: the first of each kind,
// never over what is there.
void MigrateAnnotations(const boost::json::array& annotations, MetaKind kind, Rare<Meta>& meta,
                        Problem& problem);

}  // namespace docling
