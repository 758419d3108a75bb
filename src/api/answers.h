// From results to answers: the few lines every handler ends with. Private to the folder.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "http/message.h"
#include "reflect/json.h"

namespace api {

inline http::Response Json(std::string text, int status = 200) {
  http::Response response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

// The value as JSON, or the error in the API's form.
template <typename T>
http::Response Answer(const base::Result<T>& result, int status = 200) {
  if (!result) return http::ErrorResponse(result.error());
  return Json(reflect::ToJson(*result), status);
}

// The same with a function that prints the value.
template <typename T, typename Print>
http::Response AnswerWith(const base::Result<T>& result, Print&& print, int status = 200) {
  if (!result) return http::ErrorResponse(result.error());
  return Json(std::forward<Print>(print)(*result), status);
}

}  // namespace api
