// Finds outline entries ("bookmarks") again as lines of text.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pdf/source.h"

namespace pdf {

// The letters and digits of a title, lower case: what two spellings of it share.
std::string NormaliseTitle(std::string_view title);

// Looks up the depth of a text in the outline. Built once, const afterwards.
class OutlineIndex {
 public:
  explicit OutlineIndex(std::span<const OutlineEntry> outline);

  // The depth of the entry with this text on this page (index from 0) or an unstated one, with or
  // without a leading number; 0 when there is none.
  int DepthOf(std::string_view text, int page) const;

 private:
  struct Place {
    int page = -1;
    int depth = 1;
  };
  int Find(const std::string& key, int page) const;

  std::map<std::string, std::vector<Place>> places_;
};

}  // namespace pdf
