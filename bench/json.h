/* Everything that was measured, as a JSON document. */
#ifndef WHIRL_BENCH_JSON_H
#define WHIRL_BENCH_JSON_H

#include <stddef.h>

#include <whirl/whirl.h>

#include "cases.h"
#include "disturbance.h"
#include "options.h"

/* The document as text, to be freed. l and d may be NULL. */
char *json_document(const bench_options *options, const whirl_machine *machine, const limits *l,
                    const bench_case *cases, size_t count, const disturbances *d);

#endif
