/* Another program that runs beside this one and is talked with: its standard input is a socket, to
 * be read and written. It ends with this one, however that ends. */
#ifndef WHIRL_BENCH_PEERS_COPROCESS_H
#define WHIRL_BENCH_PEERS_COPROCESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct coprocess coprocess;

/* Starts a program, looked for in PATH. While something is to be received, give_up is asked now and
 * then whether to wait no longer. */
coprocess *coprocess_start(const char *const arguments[], bool (*give_up)(void));

/* Both are false once the program has ended, or is waited for no longer. */
bool coprocess_send(coprocess *c, const void *bytes, size_t size);
bool coprocess_receive(coprocess *c, void *bytes, size_t size);

/* After that: why, in words that follow the program's name. */
const char *coprocess_problem(const coprocess *c);

/* After that: whether there was no such program. */
bool coprocess_not_found(const coprocess *c);

/* Ends the program. */
void coprocess_stop(coprocess *c);

#endif
