// E-mail messages (RFC 5322, MIME) in parts: headers decoded, bodies as their bytes. Lenient, as
// mail must be read: what is broken is taken as it stands. Pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace formats {

// A part without parts of its own.
struct MimePart {
  std::string type = "text/plain";  // lower case
  std::string charset;              // "" when none is stated
  std::string filename;
  bool attachment = false;  // by its disposition or a file name
  std::string body;         // transfer encoding undone
};

struct MimeMessage {
  // Names in lower case, values unfolded and without encoded words; of several the first one.
  std::map<std::string, std::string, std::less<>> headers;
  // The same as they stand, for what must be taken apart before it is decoded.
  std::map<std::string, std::string, std::less<>> raw_headers;
  std::vector<MimePart> parts;  // in order

  std::string_view Header(std::string_view name) const;
};

struct MailAddress {
  std::string name;
  std::string address;
};

// kTooLarge when parts are nested or many beyond measure.
base::Result<MimeMessage> ParseMessage(std::string_view bytes);

// "=?utf-8?Q?J=C3=B6rg?= x" → "Jörg x".
std::string DecodeWords(std::string_view header);
// The addresses of a header as it stands, names decoded.
std::vector<MailAddress> ParseAddresses(std::string_view raw_header);
// "Mon, 2 Jan 2006 15:04:05 -0700" → "2006-01-02T22:04:05+00:00"; "" when it is no date.
std::string DateInUtc(std::string_view header);

// Do the first lines look like the headers of a message?
bool LooksLikeMessage(std::string_view bytes);

}  // namespace formats
