// The MIME type of an upload: as stated, else by content, else by extension. Private to the folder.
#pragma once

#include <string>
#include <string_view>

namespace api {

// `head`: the first bytes. "application/octet-stream" when nothing says more.
std::string DetectMime(std::string_view stated, std::string_view head, std::string_view filename,
                       std::string_view uri);

// `mime` when it can stand in a header ("type/subtype", parameters), else
// "application/octet-stream": a document's MIME type is what some client said.
std::string HeaderMime(std::string_view mime);

}  // namespace api
