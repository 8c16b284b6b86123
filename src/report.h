/* The sentences about what was found: what costs speed, and how to mend it. Pure but for the log.
 */
#ifndef WHIRL_SRC_REPORT_H
#define WHIRL_SRC_REPORT_H

#include <whirl/machine.h>

#include "log.h"
#include "settings.h"
#include "topology.h"

void whirl_report(const whirl_machine *machine, const whirl_topology *topology,
                  const whirl_settings *settings, const whirl_logger *logger);

/* That the tuning file has none of the kernels that may serve. */
void whirl_report_unmeasured(const whirl_settings *settings, const whirl_logger *logger);

#endif
