/* Figures that Linux tells in files of /proc. */
#ifndef WHIRL_BENCH_PROC_H
#define WHIRL_BENCH_PROC_H

/* The field of that name ("VmHWM"), which the file has in kB, in bytes; NAN where it isn't told. */
double proc_bytes(const char *path, const char *field);

#endif
