/* Tables of text, aligned, on standard output. */
#ifndef WHIRL_PROGRAM_COLUMNS_H
#define WHIRL_PROGRAM_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

/* A table under construction. The first error is kept, and what follows it does nothing. */
typedef struct columns {
  struct libscols_table *lines;
  struct libscols_line *line;
  size_t columns;
  size_t column; /* of the next cell */
  bool failed;
} columns;

columns columns_new(void);

/* Numbers are aligned to the right. */
void columns_add(columns *t, const char *heading, bool is_number);

/* Begins a line, whose cells follow from the left. */
void columns_line(columns *t);
void columns_cell(columns *t, const char *text);

/* Prints the table and frees it. False, and told, where memory is out. */
bool columns_print(columns *t);

/* The same in the form of Markdown. */
bool columns_print_markdown(columns *t);

/* Frees the table without printing it; true. */
bool columns_drop(columns *t);

#endif
