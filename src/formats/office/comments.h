// Comments of reviewers as docling writes them. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "docling/document.h"

namespace office {

struct Comment {
  std::string author;
  std::string initials;
  std::string time;  // as it is to be shown
  std::string text;
};

// "[author: Name (NN), time: 2024-01-02T03:04:05]: text", without what is not known.
std::string CommentText(const Comment& comment);

// A time of ISO 8601 with milliseconds, and "+00:00" in place of "Z".
std::string IsoTime(std::string_view time);

// Adds a group of that name with the comment's text, both in the layer of notes. Returns the text.
docling::Text& AddComment(docling::Document& document, std::string group, const Comment& comment);

}  // namespace office
