// The part of PDFium's C API that this folder uses, declared here and found with dlsym, so that the
// project builds and its server runs without the library. Names, argument order and struct layouts
// are PDFium's (fpdfview.h, fpdf_text.h, fpdf_edit.h, fpdf_doc.h, fpdf_transformpage.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdf {

struct DocumentHandle;
struct PageHandle;
struct TextPageHandle;
struct ObjectHandle;
struct FontHandle;
struct SegmentHandle;
struct StructTreeHandle;
struct StructElementHandle;
struct StructAttrHandle;
struct StructValueHandle;
struct BookmarkHandle;
struct DestHandle;
struct MarkHandle;
struct ClipPathHandle;
struct BitmapHandle;
struct AnnotationHandle;
struct LinkHandle;
struct ActionHandle;
struct FormHandle;

struct LibraryConfig {
  int version;
  const char** user_font_paths;
  void* isolate;
  unsigned v8_embedder_slot;
};

struct Matrix {
  float a, b, c, d, e, f;
};

struct RectF {
  float left, top, right, bottom;
};

// Of version 1: functions to be called when somebody fills a form in. All null.
struct FormFillInfo {
  int version;
  void* functions[63];
};

inline constexpr unsigned long kErrorPassword = 4;
inline constexpr unsigned long kErrorSecurity = 5;
inline constexpr int kObjectText = 1;
inline constexpr int kObjectPath = 2;
inline constexpr int kObjectImage = 3;
inline constexpr int kObjectShading = 4;
inline constexpr int kObjectForm = 5;
inline constexpr int kSegmentLine = 0;
inline constexpr int kSegmentBezier = 1;
inline constexpr int kSegmentMove = 2;
inline constexpr int kBitmapBgrx = 3;

// X(return type, name, arguments)
#define SI_PDFIUM_FUNCTIONS(X)                                                                    \
  X(void, FPDF_InitLibraryWithConfig, (const LibraryConfig*))                                     \
  X(void, FPDF_DestroyLibrary, ())                                                                \
  X(DocumentHandle*, FPDF_LoadMemDocument64, (const void*, size_t, const char*))                  \
  X(void, FPDF_CloseDocument, (DocumentHandle*))                                                  \
  X(unsigned long, FPDF_GetLastError, ())                                                         \
  X(int, FPDF_GetPageCount, (DocumentHandle*))                                                    \
  X(unsigned long, FPDF_GetMetaText, (DocumentHandle*, const char*, void*, unsigned long))        \
  X(unsigned long, FPDF_GetPageLabel, (DocumentHandle*, int, void*, unsigned long))               \
  X(PageHandle*, FPDF_LoadPage, (DocumentHandle*, int))                                           \
  X(void, FPDF_ClosePage, (PageHandle*))                                                          \
  X(float, FPDF_GetPageWidthF, (PageHandle*))                                                     \
  X(float, FPDF_GetPageHeightF, (PageHandle*))                                                    \
  X(int, FPDF_GetPageBoundingBox, (PageHandle*, RectF*))                                          \
  X(int, FPDFPage_GetRotation, (PageHandle*))                                                     \
  X(int, FPDFPage_CountObjects, (PageHandle*))                                                    \
  X(ObjectHandle*, FPDFPage_GetObject, (PageHandle*, int))                                        \
  X(int, FPDFPageObj_GetType, (ObjectHandle*))                                                    \
  X(int, FPDFPageObj_GetBounds, (ObjectHandle*, float*, float*, float*, float*))                  \
  X(int, FPDFPageObj_GetMatrix, (ObjectHandle*, Matrix*))                                         \
  X(int, FPDFPageObj_GetFillColor, (ObjectHandle*, unsigned*, unsigned*, unsigned*, unsigned*))   \
  X(int, FPDFPageObj_GetStrokeColor, (ObjectHandle*, unsigned*, unsigned*, unsigned*, unsigned*)) \
  X(int, FPDFPageObj_GetStrokeWidth, (ObjectHandle*, float*))                                     \
  X(int, FPDFPageObj_HasTransparency, (ObjectHandle*))                                            \
  X(int, FPDFPageObj_SetIsActive, (ObjectHandle*, int))                                           \
  X(int, FPDFPageObj_CountMarks, (ObjectHandle*))                                                 \
  X(MarkHandle*, FPDFPageObj_GetMark, (ObjectHandle*, unsigned long))                             \
  X(int, FPDFPageObjMark_GetName, (MarkHandle*, void*, unsigned long, unsigned long*))            \
  X(ClipPathHandle*, FPDFPageObj_GetClipPath, (ObjectHandle*))                                    \
  X(int, FPDFClipPath_CountPaths, (ClipPathHandle*))                                              \
  X(int, FPDFClipPath_CountPathSegments, (ClipPathHandle*, int))                                  \
  X(SegmentHandle*, FPDFClipPath_GetPathSegment, (ClipPathHandle*, int, int))                     \
  X(BitmapHandle*, FPDFBitmap_CreateEx, (int, int, int, void*, int))                              \
  X(void, FPDFBitmap_FillRect, (BitmapHandle*, int, int, int, int, unsigned long))                \
  X(void*, FPDFBitmap_GetBuffer, (BitmapHandle*))                                                 \
  X(int, FPDFBitmap_GetStride, (BitmapHandle*))                                                   \
  X(void, FPDFBitmap_Destroy, (BitmapHandle*))                                                    \
  X(void, FPDF_RenderPageBitmap, (BitmapHandle*, PageHandle*, int, int, int, int, int, int))      \
  X(int, FPDFPath_GetDrawMode, (ObjectHandle*, int*, int*))                                       \
  X(int, FPDFPath_CountSegments, (ObjectHandle*))                                                 \
  X(SegmentHandle*, FPDFPath_GetPathSegment, (ObjectHandle*, int))                                \
  X(int, FPDFPathSegment_GetPoint, (SegmentHandle*, float*, float*))                              \
  X(int, FPDFPathSegment_GetType, (SegmentHandle*))                                               \
  X(int, FPDFPathSegment_GetClose, (SegmentHandle*))                                              \
  X(int, FPDFFormObj_CountObjects, (ObjectHandle*))                                               \
  X(ObjectHandle*, FPDFFormObj_GetObject, (ObjectHandle*, unsigned long))                         \
  X(int, FPDFTextObj_GetTextRenderMode, (ObjectHandle*))                                          \
  X(FontHandle*, FPDFTextObj_GetFont, (ObjectHandle*))                                            \
  X(size_t, FPDFFont_GetBaseFontName, (FontHandle*, char*, size_t))                               \
  X(int, FPDFFont_GetFlags, (FontHandle*))                                                        \
  X(int, FPDFFont_GetWeight, (FontHandle*))                                                       \
  X(TextPageHandle*, FPDFText_LoadPage, (PageHandle*))                                            \
  X(void, FPDFText_ClosePage, (TextPageHandle*))                                                  \
  X(int, FPDFText_CountChars, (TextPageHandle*))                                                  \
  X(unsigned, FPDFText_GetUnicode, (TextPageHandle*, int))                                        \
  X(int, FPDFText_IsGenerated, (TextPageHandle*, int))                                            \
  X(int, FPDFText_IsHyphen, (TextPageHandle*, int))                                               \
  X(int, FPDFText_HasUnicodeMapError, (TextPageHandle*, int))                                     \
  X(ObjectHandle*, FPDFText_GetTextObject, (TextPageHandle*, int))                                \
  X(double, FPDFText_GetFontSize, (TextPageHandle*, int))                                         \
  X(int, FPDFText_GetCharBox, (TextPageHandle*, int, double*, double*, double*, double*))         \
  X(int, FPDFText_GetLooseCharBox, (TextPageHandle*, int, RectF*))                                \
  X(int, FPDFText_GetMatrix, (TextPageHandle*, int, Matrix*))                                     \
  X(int, FPDFText_GetCharOrigin, (TextPageHandle*, int, double*, double*))                        \
  X(int, FPDFCatalog_IsTagged, (DocumentHandle*))                                                 \
  X(int, FPDFPageObj_GetMarkedContentID, (ObjectHandle*))                                         \
  X(StructTreeHandle*, FPDF_StructTree_GetForPage, (PageHandle*))                                 \
  X(void, FPDF_StructTree_Close, (StructTreeHandle*))                                             \
  X(int, FPDF_StructTree_CountChildren, (StructTreeHandle*))                                      \
  X(StructElementHandle*, FPDF_StructTree_GetChildAtIndex, (StructTreeHandle*, int))              \
  X(unsigned long, FPDF_StructElement_GetType, (StructElementHandle*, void*, unsigned long))      \
  X(int, FPDF_StructElement_CountChildren, (StructElementHandle*))                                \
  X(StructElementHandle*, FPDF_StructElement_GetChildAtIndex, (StructElementHandle*, int))        \
  X(int, FPDF_StructElement_GetChildMarkedContentID, (StructElementHandle*, int))                 \
  X(int, FPDF_StructElement_GetAttributeCount, (StructElementHandle*))                            \
  X(StructAttrHandle*, FPDF_StructElement_GetAttributeAtIndex, (StructElementHandle*, int))       \
  X(StructValueHandle*, FPDF_StructElement_Attr_GetValue, (StructAttrHandle*, const char*))       \
  X(int, FPDF_StructElement_Attr_GetNumberValue, (StructValueHandle*, float*))                    \
  X(int, FPDF_GetFormType, (DocumentHandle*))                                                     \
  X(FormHandle*, FPDFDOC_InitFormFillEnvironment, (DocumentHandle*, FormFillInfo*))               \
  X(void, FPDFDOC_ExitFormFillEnvironment, (FormHandle*))                                         \
  X(int, FPDFPage_GetAnnotCount, (PageHandle*))                                                   \
  X(AnnotationHandle*, FPDFPage_GetAnnot, (PageHandle*, int))                                     \
  X(void, FPDFPage_CloseAnnot, (AnnotationHandle*))                                               \
  X(int, FPDFAnnot_GetSubtype, (AnnotationHandle*))                                               \
  X(int, FPDFAnnot_GetRect, (AnnotationHandle*, RectF*))                                          \
  X(int, FPDFAnnot_GetFlags, (AnnotationHandle*))                                                 \
  X(unsigned long, FPDFAnnot_GetStringValue,                                                      \
    (AnnotationHandle*, const char*, void*, unsigned long))                                       \
  X(LinkHandle*, FPDFAnnot_GetLink, (AnnotationHandle*))                                          \
  X(ActionHandle*, FPDFLink_GetAction, (LinkHandle*))                                             \
  X(unsigned long, FPDFAction_GetType, (ActionHandle*))                                           \
  X(unsigned long, FPDFAction_GetURIPath, (DocumentHandle*, ActionHandle*, void*, unsigned long)) \
  X(int, FPDFAnnot_GetFormFieldType, (FormHandle*, AnnotationHandle*))                            \
  X(int, FPDFAnnot_GetFormFieldFlags, (FormHandle*, AnnotationHandle*))                           \
  X(unsigned long, FPDFAnnot_GetFormFieldValue,                                                   \
    (FormHandle*, AnnotationHandle*, void*, unsigned long))                                       \
  X(BookmarkHandle*, FPDFBookmark_GetFirstChild, (DocumentHandle*, BookmarkHandle*))              \
  X(BookmarkHandle*, FPDFBookmark_GetNextSibling, (DocumentHandle*, BookmarkHandle*))             \
  X(unsigned long, FPDFBookmark_GetTitle, (BookmarkHandle*, void*, unsigned long))                \
  X(DestHandle*, FPDFBookmark_GetDest, (DocumentHandle*, BookmarkHandle*))                        \
  X(int, FPDFDest_GetDestPageIndex, (DocumentHandle*, DestHandle*))

// The functions, all found.
struct Pdfium {
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot be parenthesised
#define SI_PDFIUM_POINTER(type, name, arguments) type(*name) arguments = nullptr;
  SI_PDFIUM_FUNCTIONS(SI_PDFIUM_POINTER)
#undef SI_PDFIUM_POINTER
  // NOLINTEND(bugprone-macro-parentheses)
};

}  // namespace pdf
