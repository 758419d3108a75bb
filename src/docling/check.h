// Private: makes sure that what was read from outside is a tree, and repairs what docling repairs.
#pragma once

#include "base/result.h"
#include "docling/document.h"

namespace docling {

// kDamaged when a pointer leads nowhere, a child names another parent, nodes form a cycle, or a
// rich cell points at something that is not a child of its table. Repeated mentions of a child are
// dropped; nodes nobody lists stay, outside of the tree.
base::Result<> CheckTree(Document& document);

// Schema 1.0.0 knew no layers: page headers and footers go to the furniture layer.
void MoveHeadersToFurniture(Document& document);

// Boxes of items do not leave their page.
void ClampBoxes(Document& document);

// Runs of list items outside a list get a list group of their own.
void GroupStrayListItems(Document& document);

}  // namespace docling
