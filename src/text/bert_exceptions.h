// Where the `tokenizers` package (0.23), whose tables of marks and punctuation are those of Unicode
// 8, sees a code point otherwise than utf8proc does. Found by asking it about every code point;
// sorted.
#pragma once

#include <cstdint>

#include "text/bert_words.h"

namespace text {

struct BertException {
  char32_t first;
  char32_t last;
  BertClass kind;  // kWord: kept as it is, kMark: punctuation, kDrop: stripped
};

inline constexpr BertException kBertExceptions[] = {
    {0x61D, 0x61D, BertClass::kWord},     {0x7FD, 0x7FD, BertClass::kWord},
    {0x890, 0x891, BertClass::kWord},     {0x898, 0x89F, BertClass::kWord},
    {0x8CA, 0x8E2, BertClass::kWord},     {0x9FD, 0x9FE, BertClass::kWord},
    {0xA76, 0xA76, BertClass::kWord},     {0xAFA, 0xAFF, BertClass::kWord},
    {0xB55, 0xB55, BertClass::kWord},     {0xC04, 0xC04, BertClass::kWord},
    {0xC3C, 0xC3C, BertClass::kWord},     {0xC77, 0xC77, BertClass::kWord},
    {0xC84, 0xC84, BertClass::kWord},     {0xD00, 0xD00, BertClass::kWord},
    {0xD3B, 0xD3C, BertClass::kWord},     {0xD81, 0xD81, BertClass::kWord},
    {0xEBA, 0xEBA, BertClass::kWord},     {0xECE, 0xECE, BertClass::kWord},
    {0x166D, 0x166D, BertClass::kMark},   {0x1734, 0x1734, BertClass::kDrop},
    {0x180F, 0x180F, BertClass::kWord},   {0x1885, 0x1886, BertClass::kWord},
    {0x1ABF, 0x1ACE, BertClass::kWord},   {0x1B7D, 0x1B7E, BertClass::kWord},
    {0x1DF6, 0x1DFB, BertClass::kWord},   {0x2E43, 0x2E4F, BertClass::kWord},
    {0x2E52, 0x2E5D, BertClass::kWord},   {0xA82C, 0xA82C, BertClass::kWord},
    {0xA8C5, 0xA8C5, BertClass::kWord},   {0xA8FF, 0xA8FF, BertClass::kWord},
    {0xA9BD, 0xA9BD, BertClass::kWord},   {0x10D24, 0x10D27, BertClass::kWord},
    {0x10EAB, 0x10EAD, BertClass::kWord}, {0x10EFD, 0x10EFF, BertClass::kWord},
    {0x10F46, 0x10F50, BertClass::kWord}, {0x10F55, 0x10F59, BertClass::kWord},
    {0x10F82, 0x10F89, BertClass::kWord}, {0x11070, 0x11070, BertClass::kWord},
    {0x11073, 0x11074, BertClass::kWord}, {0x110C2, 0x110C2, BertClass::kWord},
    {0x110CD, 0x110CD, BertClass::kWord}, {0x111C9, 0x111C9, BertClass::kMark},
    {0x111CF, 0x111CF, BertClass::kWord}, {0x1123E, 0x1123E, BertClass::kWord},
    {0x11241, 0x11241, BertClass::kWord}, {0x1133B, 0x1133B, BertClass::kWord},
    {0x11438, 0x1143F, BertClass::kWord}, {0x11442, 0x11444, BertClass::kWord},
    {0x11446, 0x11446, BertClass::kWord}, {0x1144B, 0x1144F, BertClass::kWord},
    {0x1145A, 0x1145B, BertClass::kWord}, {0x1145D, 0x1145E, BertClass::kWord},
    {0x11660, 0x1166C, BertClass::kWord}, {0x116B9, 0x116B9, BertClass::kWord},
    {0x1182F, 0x11837, BertClass::kWord}, {0x11839, 0x1183B, BertClass::kWord},
    {0x11938, 0x11938, BertClass::kWord}, {0x1193B, 0x1193C, BertClass::kWord},
    {0x1193E, 0x1193E, BertClass::kWord}, {0x11943, 0x11946, BertClass::kWord},
    {0x119D4, 0x119D7, BertClass::kWord}, {0x119DA, 0x119DB, BertClass::kWord},
    {0x119E0, 0x119E0, BertClass::kWord}, {0x119E2, 0x119E2, BertClass::kWord},
    {0x11A01, 0x11A0A, BertClass::kWord}, {0x11A33, 0x11A38, BertClass::kWord},
    {0x11A3B, 0x11A47, BertClass::kWord}, {0x11A51, 0x11A56, BertClass::kWord},
    {0x11A59, 0x11A5B, BertClass::kWord}, {0x11A8A, 0x11A96, BertClass::kWord},
    {0x11A98, 0x11A9C, BertClass::kWord}, {0x11A9E, 0x11AA2, BertClass::kWord},
    {0x11B00, 0x11B09, BertClass::kWord}, {0x11C30, 0x11C36, BertClass::kWord},
    {0x11C38, 0x11C3D, BertClass::kWord}, {0x11C3F, 0x11C3F, BertClass::kWord},
    {0x11C41, 0x11C45, BertClass::kWord}, {0x11C70, 0x11C71, BertClass::kWord},
    {0x11C92, 0x11CA7, BertClass::kWord}, {0x11CAA, 0x11CB0, BertClass::kWord},
    {0x11CB2, 0x11CB3, BertClass::kWord}, {0x11CB5, 0x11CB6, BertClass::kWord},
    {0x11D31, 0x11D36, BertClass::kWord}, {0x11D3A, 0x11D3A, BertClass::kWord},
    {0x11D3C, 0x11D3D, BertClass::kWord}, {0x11D3F, 0x11D45, BertClass::kWord},
    {0x11D47, 0x11D47, BertClass::kWord}, {0x11D90, 0x11D91, BertClass::kWord},
    {0x11D95, 0x11D95, BertClass::kWord}, {0x11D97, 0x11D97, BertClass::kWord},
    {0x11EF3, 0x11EF4, BertClass::kWord}, {0x11EF7, 0x11EF8, BertClass::kWord},
    {0x11F00, 0x11F01, BertClass::kWord}, {0x11F36, 0x11F3A, BertClass::kWord},
    {0x11F40, 0x11F40, BertClass::kWord}, {0x11F42, 0x11F4F, BertClass::kWord},
    {0x11FFF, 0x11FFF, BertClass::kWord}, {0x12FF1, 0x12FF2, BertClass::kWord},
    {0x13430, 0x13440, BertClass::kWord}, {0x13447, 0x13455, BertClass::kWord},
    {0x16E97, 0x16E9A, BertClass::kWord}, {0x16F4F, 0x16F4F, BertClass::kWord},
    {0x16FE2, 0x16FE2, BertClass::kWord}, {0x16FE4, 0x16FE4, BertClass::kWord},
    {0x1CF00, 0x1CF2D, BertClass::kWord}, {0x1CF30, 0x1CF46, BertClass::kWord},
    {0x1E000, 0x1E006, BertClass::kWord}, {0x1E008, 0x1E018, BertClass::kWord},
    {0x1E01B, 0x1E021, BertClass::kWord}, {0x1E023, 0x1E024, BertClass::kWord},
    {0x1E026, 0x1E02A, BertClass::kWord}, {0x1E08F, 0x1E08F, BertClass::kWord},
    {0x1E130, 0x1E136, BertClass::kWord}, {0x1E2AE, 0x1E2AE, BertClass::kWord},
    {0x1E2EC, 0x1E2EF, BertClass::kWord}, {0x1E4EC, 0x1E4EF, BertClass::kWord},
    {0x1E944, 0x1E94A, BertClass::kWord}, {0x1E95E, 0x1E95F, BertClass::kWord},
};

}  // namespace text
