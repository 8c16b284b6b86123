#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "complaint.h"

columns columns_new(void) {
  columns t = {.lines = scols_new_table()};
  t.failed = !t.lines || scols_table_set_column_separator(t.lines, "  ") != 0;
  return t;
}

void columns_add(columns *t, const char *heading, bool is_number) {
  if (t->failed) return;
  t->failed = !scols_table_new_column(t->lines, heading, 0, is_number ? SCOLS_FL_RIGHT : 0);
  t->columns++;
}

void columns_line(columns *t) {
  if (t->failed) return;
  t->line = scols_table_new_line(t->lines, NULL);
  t->failed = !t->line;
  t->column = 0;
}

void columns_cell(columns *t, const char *text) {
  if (t->failed) return;
  t->failed = scols_line_set_data(t->line, t->column++, text) != 0;
}

/* Prints lines without the blanks that pad their last cells. */
static void print_trimmed(const char *text) {
  while (*text) {
    const size_t length = strcspn(text, "\n");
    size_t shown = length;
    while (shown > 0 && text[shown - 1] == ' ') shown--;
    printf("%.*s\n", (int)shown, text);
    text += length + (text[length] == '\n');
  }
}

bool columns_print(columns *t) {
  char *text = NULL;
  if (!t->failed) t->failed = scols_print_table_to_string(t->lines, &text) != 0;
  if (!t->failed) print_trimmed(text);
  free(text);
  scols_unref_table(t->lines);
  return !t->failed || complain("out of memory for the table");
}

bool columns_drop(columns *t) {
  scols_unref_table(t->lines);
  return true;
}

/* A cell's text without blanks around it, and with nothing that ends a cell. */
static void print_cell(const char *text) {
  size_t length = text ? strlen(text) : 0;
  while (length > 0 && text[length - 1] == ' ') length--;
  while (length > 0 && *text == ' ') text++, length--;
  printf(" %.*s |", (int)length, length > 0 ? text : "");
}

bool columns_print_markdown(columns *t) {
  if (t->failed) return columns_print(t);
  putchar('|');
  for (size_t c = 0; c < t->columns; c++)
    print_cell(scols_cell_get_data(scols_column_get_header(scols_table_get_column(t->lines, c))));
  fputs("\n|", stdout);
  for (size_t c = 0; c < t->columns; c++) {
    const bool right = scols_column_is_right(scols_table_get_column(t->lines, c));
    fputs(right ? " ---: |" : " --- |", stdout);
  }
  putchar('\n');
  for (size_t l = 0; l < scols_table_get_nlines(t->lines); l++) {
    struct libscols_line *line = scols_table_get_line(t->lines, l);
    const char *first = scols_cell_get_data(scols_line_get_cell(line, 0));
    if (t->columns > 1 && (!first || !*first)) continue; /* an empty line would end the table */
    putchar('|');
    for (size_t c = 0; c < t->columns; c++)
      print_cell(scols_cell_get_data(scols_line_get_cell(line, c)));
    putchar('\n');
  }
  return columns_drop(t);
}
