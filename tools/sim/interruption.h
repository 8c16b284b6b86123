/* What is said when the run is stopped by a signal. */
#ifndef WHIRL_SIM_INTERRUPTION_H
#define WHIRL_SIM_INTERRUPTION_H

/* From now on SIGINT, SIGTERM and SIGHUP print that the frames so far are in that file, and then
 * end the program, as they would without this. */
void interruption_explain(const char *partial);

/* The signals are as they were. */
void interruption_forget(void);

#endif
