/* How a public function of whirl is declared: C linkage in C++, visible in the shared library. */
#ifndef WHIRL_EXPORT_H
#define WHIRL_EXPORT_H

#ifdef __cplusplus
#define WHIRL_BEGIN_DECLARATIONS extern "C" {
#define WHIRL_END_DECLARATIONS }
#else
#define WHIRL_BEGIN_DECLARATIONS
#define WHIRL_END_DECLARATIONS
#endif

#if defined(__GNUC__)
#define WHIRL_API __attribute__((visibility("default")))
#else
#define WHIRL_API
#endif

#endif
