/* Tuning files: that what was measured steers the choice, and that a file that is damaged or of
 * another machine never does. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/choice.h"
#include "../../src/tuning_file.h"
#include "../support/dispatchers.h"
#include "cases.h"

static whirl_machine machine_here(void) {
  return (whirl_machine){.cpu_name = "Some CPU @ 3 GHz",
                         .cpu_signature = 0xa00f11,
                         .features = WHIRL_FEATURE_AVX2 | WHIRL_FEATURE_FMA,
                         .cores = 8,
                         .logical_cpus = 16,
                         .usable_cores = 8,
                         .usable_logical_cpus = 16,
                         .performance_cores = 8,
                         .openmp_threads = 16,
                         .thread_limit = 16,
                         .max_threads = 8,
                         .numa_nodes = 1,
                         .usable_numa_nodes = 1,
                         .l3_bytes = 32000000,
                         .usable_l3_caches = 2,
                         .cpu_quota = INFINITY};
}

/* Each serial kernel at its place in the table of kernels. */
enum { MOST_KERNELS = 64 };
typedef struct measured {
  whirl_measured_kernel kernels[MOST_KERNELS];
  whirl_measurement measurement;
} measured;

/* Every kernel takes the same time, but for the one that is named, which is twice as fast. */
static void measure(measured *m, const char *fast) {
  m->measurement = (whirl_measurement){.team_ns = 1000,
                                       .thread_ns = 100,
                                       .bytes_per_ns_alone = 10,
                                       .bytes_per_ns_in_all = 40,
                                       .cache_bytes = 32e6,
                                       .kernels = m->kernels};
  for (size_t k = 0; k < whirl_kernel_count(); k++) {
    if (whirl_kernel_at(k)->threaded) continue;
    whirl_measured_kernel *kernel = &m->kernels[m->measurement.kernel_count++];
    kernel->kernel = whirl_kernel_at(k);
    kernel->smt_gain = 1;
    const double each = strcmp(kernel->kernel->name, fast) == 0 ? 0.5 : 1;
    for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++)
      for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++)
        kernel->ns[i][j] =
            each * (10 + (double)whirl_tuning_particles(i) * (double)whirl_tuning_steps(j));
  }
}

/* A text of a file with such a measurement; to be freed. */
static char *text_of(const whirl_machine *machine, const char *fast) {
  measured *m = calloc(1, sizeof *m);
  char *text = malloc(WHIRL_TUNING_TEXT_SIZE);
  assert_non_null(m);
  assert_non_null(text);
  measure(m, fast);
  assert_int_equal(whirl_tuning_write(machine, &m->measurement, text), WHIRL_OK);
  free(m);
  return text;
}

static whirl_chooser chooser_with(const whirl_machine *machine, const whirl_tuning *tuning,
                                  bool bitwise) {
  const whirl_settings settings = {
      .method = WHIRL_METHOD_EULER, .bitwise = bitwise, .timestep = 1e-5, .isa_max = SIZE_MAX};
  whirl_chooser chooser;
  assert_int_equal(whirl_chooser_init(&chooser, &settings, machine, tuning), WHIRL_OK);
  return chooser;
}

static whirl_choice choose(const whirl_chooser *chooser, size_t n, uint64_t steps) {
  const whirl_decision decision = whirl_decide(chooser, n, steps);
  whirl_choice choice;
  whirl_explain(chooser, &decision, n, steps, &choice);
  return choice;
}

/* If this fails, what whirl-tune measured is not what dispatchers read. */
static void comes_back(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  measured *m = calloc(1, sizeof *m);
  assert_non_null(m);
  measure(m, "swapped");
  m->kernels[0].ns[3][2] = 123.456;
  char *text = malloc(WHIRL_TUNING_TEXT_SIZE), why[300];
  assert_non_null(text);
  assert_int_equal(whirl_tuning_write(&machine, &m->measurement, text), WHIRL_OK);
  whirl_tuning tuning;
  assert_true(whirl_tuning_read(text, &machine, &tuning, why, sizeof why));
  assert_int_equal(tuning.measurement.kernel_count, m->measurement.kernel_count);
  for (size_t k = 0; k < tuning.measurement.kernel_count; k++) {
    assert_ptr_equal(tuning.kernels[k].kernel, m->kernels[k].kernel);
    for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++)
      for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++)
        assert_true(fabs(tuning.kernels[k].ns[i][j] - m->kernels[k].ns[i][j]) < 0.001);
  }
  assert_true(tuning.measurement.team_ns == 1000);
  assert_true(tuning.measurement.cache_bytes == 32e6);
  whirl_tuning_clear(&tuning);
  free(text);
  free(m);
}

/* If this fails, what was measured is not obeyed, or the reason does not say so. */
static void steers_the_choice(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  static const char *const fast[] = {"naive", "swapped", "spiral"};
  for (size_t f = 0; f < sizeof fast / sizeof *fast; f++) {
    char *text = text_of(&machine, fast[f]), why[300];
    whirl_tuning tuning;
    assert_true(whirl_tuning_read(text, &machine, &tuning, why, sizeof why));
    whirl_chooser chooser = chooser_with(&machine, &tuning, false);
    for (size_t n = 1; n < 100000; n = 3 * n + 1) {
      const whirl_choice choice = choose(&chooser, n, 100);
      assert_ptr_equal(choice.kernel->evolve, whirl_kernel_find(fast[f])->evolve);
      assert_non_null(strstr(choice.reason, "measured"));
      const double one = 0.5e-9 * (10 + 100.0 * (double)n);
      assert_true(choice.expected_seconds <= one * 1.01);
      if (choice.threads == 1) assert_true(choice.expected_seconds >= one * 0.95);
    }
    whirl_chooser_clear(&chooser);
    whirl_tuning_clear(&tuning);
    free(text);
  }
}

/* If this fails, a kernel that was found wrong, and is left out for it, is chosen all the same; or
 * a dispatcher has nothing to choose from. */
static void left_out(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  measured *m = calloc(1, sizeof *m);
  char *text = malloc(WHIRL_TUNING_TEXT_SIZE), why[300];
  assert_non_null(m);
  assert_non_null(text);
  measure(m, "naive");
  m->kernels[0] = m->kernels[m->measurement.kernel_count - 1]; /* naive goes, analytic-* stays */
  m->measurement.kernel_count = 2;
  assert_int_equal(whirl_tuning_write(&machine, &m->measurement, text), WHIRL_OK);
  whirl_tuning tuning;
  assert_true(whirl_tuning_read(text, &machine, &tuning, why, sizeof why));
  whirl_chooser chooser = chooser_with(&machine, &tuning, true);
  assert_true(choose(&chooser, 1000, 10).kernel->evolve == whirl_kernel_find("swapped")->evolve);
  assert_false(chooser.unmeasured);
  whirl_chooser_clear(&chooser);
  tuning.measurement.kernel_count = 1; /* no Euler kernel is left */
  chooser = chooser_with(&machine, &tuning, true);
  assert_non_null(strstr(choose(&chooser, 1000, 10).reason, "built-in"));
  assert_true(chooser.unmeasured);
  whirl_chooser_clear(&chooser);
  whirl_tuning_clear(&tuning);
  free(text);
  free(m);
}

/* If this fails, a kernel is taken for as fast where its last vector is not a whole one. */
static void tails_cost(const test_case *test) {
  (void)test;
  whirl_kernel kernel = *whirl_kernel_find("naive");
  kernel.lanes = 4;
  whirl_measured_kernel grid = {.kernel = &kernel, .smt_gain = 1};
  for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++) {
    const double n = (double)whirl_tuning_particles(i), whole = 4 * ceil(n / 4);
    for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++)
      grid.ns[i][j] = 10 + whole + (n > 16 && n < whole ? 50 : 0);
  }
  const whirl_machine machine = machine_here();
  const whirl_machine_cost machine_cost = whirl_machine_cost_built_in(&machine);
  const whirl_kernel_cost cost = whirl_kernel_cost_measured(&grid);
  for (size_t n = 1; n < 384; n++) {
    const whirl_load load = whirl_load_of(&machine_cost, n, 1000, 1);
    const double whole = 4 * ceil((double)n / 4), tail = n > 16 && n % 4 != 0 ? 50 : 0;
    assert_true(fabs(whirl_expected_ns(&load, &cost) - (10 + whole + tail)) <
                (n < 16 ? 4 : 1e-9)); /* where there is a row for nearly each */
  }
}

static void expect_refused(const char *text, const whirl_machine *machine, const char *sentence) {
  whirl_tuning tuning;
  char why[300] = "";
  assert_false(whirl_tuning_read(text, machine, &tuning, why, sizeof why));
  assert_null(tuning.kernels);
  if (!strstr(why, sentence)) fail_msg("the sentence \"%s\" does not say \"%s\"", why, sentence);
}

/* If this fails, a file that a crash, a full disk or an editor left half done decides. */
static void damaged(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  char *text = text_of(&machine, "naive");
  const size_t length = strlen(text);
  char *copy = malloc(length + 2);
  assert_non_null(copy);
  for (size_t i = 0; i < length; i++) {
    memcpy(copy, text, length + 1);
    copy[i] ^= 1;
    expect_refused(copy, &machine, "damaged");
    memcpy(copy, text, i);
    copy[i] = '\0';
    expect_refused(copy, &machine, "damaged");
  }
  memcpy(copy, text, length);
  copy[length] = '\n';
  copy[length + 1] = '\0';
  expect_refused(copy, &machine, "damaged");
  free(copy);
  free(text);
}

/* If this fails, a home folder that several machines share makes one of them choose by the other's
 * costs. */
static void of_another_machine(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  char *text = text_of(&machine, "naive");
  whirl_machine other = machine;
  strcpy(other.cpu_name, "Some CPU @ 4 GHz");
  expect_refused(text, &other, "\"cpu Some CPU @ 3 GHz\", and this is \"cpu Some CPU @ 4 GHz\"");
  other = machine;
  other.cpu_signature++;
  expect_refused(text, &other, "signature");
  other = machine;
  other.features = 0;
  expect_refused(text, &other, "features");
  other = machine;
  other.usable_cores = 4;
  expect_refused(text, &other, "\"usable-cores 8\", and this is \"usable-cores 4\"");
  other = machine;
  other.performance_cores = 0; /* the efficient ones of a machine that has as many of both */
  expect_refused(text, &other, "performance-cores");
  other = machine;
  other.usable_numa_nodes = 2;
  expect_refused(text, &other, "usable-numa-nodes");
  other = machine;
  other.usable_l3_caches = 1;
  expect_refused(text, &other, "usable-l3-caches");
  other = machine;
  other.usable_logical_cpus = 8;
  expect_refused(text, &other, "usable-logical-cpus");
  other = machine;
  other.cpu_quota = 1.5;
  expect_refused(text, &other, "\"quota none\", and this is \"quota 1500\"");
  free(text);
}

/* Numbers that no clock gives are not written. */
static void senseless_numbers(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  measured *m = calloc(1, sizeof *m);
  char *text = malloc(WHIRL_TUNING_TEXT_SIZE);
  assert_non_null(m);
  assert_non_null(text);
  measure(m, "naive");
  const double bad[] = {0, -1, NAN, INFINITY, 1e300};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    m->measurement.team_ns = bad[i];
    assert_int_equal(whirl_tuning_write(&machine, &m->measurement, text), WHIRL_ERROR_BAD_OPTIONS);
    m->measurement.team_ns = 1;
    m->kernels[1].ns[5][2] = bad[i];
    assert_int_equal(whirl_tuning_write(&machine, &m->measurement, text), WHIRL_ERROR_BAD_OPTIONS);
    m->kernels[1].ns[5][2] = 1;
  }
  m->measurement.kernel_count = 0;
  assert_int_equal(whirl_tuning_write(&machine, &m->measurement, text), WHIRL_ERROR_BAD_OPTIONS);
  free(text);
  free(m);
}

/* If this fails, hardware threads that share a core are used where that gains nothing, or are not
 * where it does. */
static void smt_where_it_helps(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  measured *m = calloc(1, sizeof *m);
  assert_non_null(m);
  measure(m, "naive");
  m->measurement.cache_bytes = 1e12;
  whirl_tuning tuning = {.measurement = m->measurement, .kernels = m->kernels};
  whirl_chooser chooser = chooser_with(&machine, &tuning, true);
  assert_int_equal(choose(&chooser, 1000000, 100).threads, 8);
  whirl_chooser_clear(&chooser);
  for (size_t k = 0; k < m->measurement.kernel_count; k++) m->kernels[k].smt_gain = 1.4;
  chooser = chooser_with(&machine, &tuning, true);
  const whirl_choice choice = choose(&chooser, 1000000, 100);
  assert_int_equal(choice.threads, 16);
  assert_null(strstr(choice.reason, "slower cores")); /* more threads, and no other cores */
  const double alone = 0.5e-9 * 1e8;
  assert_true(fabs(choice.expected_seconds / (alone / 8 / 1.4) - 1) < 0.01);
  assert_int_equal(choose(&chooser, 8, 1).threads, 1);
  whirl_chooser_clear(&chooser);
  free(m);
}

/* If this fails, threads are started that only wait for memory. */
static void no_more_than_fill_memory(const test_case *test) {
  (void)test;
  whirl_machine machine = machine_here();
  machine.usable_cores = machine.max_threads = 64;
  machine.usable_logical_cpus = machine.openmp_threads = machine.thread_limit = 64;
  measured *m = calloc(1, sizeof *m);
  assert_non_null(m);
  measure(m, "spiral");
  m->measurement.bytes_per_ns_alone = 10;
  m->measurement.bytes_per_ns_in_all = 50;
  whirl_tuning tuning = {.measurement = m->measurement, .kernels = m->kernels};
  whirl_chooser chooser = chooser_with(&machine, &tuning, false);
  /* 100 steps of a particle take 50 ns, and moving its 40 bytes 4 ns. */
  assert_int_equal(choose(&chooser, 100000000, 1).threads, 5);
  assert_int_equal(choose(&chooser, 1000000, 1).threads, 64); /* in cache */
  whirl_chooser_clear(&chooser);
  /* One that fills it alone is no sign of threads that cost too much. */
  tuning.measurement.bytes_per_ns_alone = 50;
  for (size_t k = 0; k < m->measurement.kernel_count; k++)
    for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++)
      for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++) m->kernels[k].ns[i][j] /= 1000;
  chooser = chooser_with(&machine, &tuning, false);
  const whirl_choice choice = choose(&chooser, 100000000, 1);
  assert_int_equal(choice.threads, 1);
  assert_non_null(strstr(choice.reason, "memory is no faster for more threads than one"));
  whirl_chooser_clear(&chooser);
  free(m);
}

static void expect_place(whirl_tuning_places places, size_t index, const char *expected) {
  char path[64];
  if (!whirl_tuning_place(&places, index, path, sizeof path))
    assert_null(expected);
  else
    assert_string_equal(path, expected ? expected : "no place");
}

/* Where files are looked for, as the XDG specification says. */
static void places(const test_case *test) {
  (void)test;
  const whirl_tuning_places home = {.home = "/home/a"};
  expect_place(home, 0, "/home/a/.config/whirl/tuning");
  expect_place(home, 1, "/etc/xdg/whirl/tuning");
  expect_place(home, 2, NULL);
  const whirl_tuning_places xdg = {
      .home = "/home/a", .config_home = "/c", .config_dirs = "/x:relative:/y"};
  expect_place(xdg, 0, "/c/whirl/tuning");
  expect_place(xdg, 1, "/x/whirl/tuning");
  expect_place(xdg, 2, "");
  expect_place(xdg, 3, "/y/whirl/tuning");
  expect_place(xdg, 4, NULL);
  expect_place((whirl_tuning_places){.home = "/h", .config_home = "relative"}, 0,
               "/h/.config/whirl/tuning");
  expect_place((whirl_tuning_places){0}, 0, "");
  expect_place((whirl_tuning_places){.file = "/some/file", .home = "/h"}, 0, "/some/file");
  expect_place((whirl_tuning_places){.file = "/some/file", .home = "/h"}, 1, NULL);
  expect_place((whirl_tuning_places){.file = "none", .home = "/h"}, 0, NULL);
  expect_place(
      (whirl_tuning_places){
          .home = "/a/path/that/is/longer/than/there/is/room/for/in/what/it/is/written/to"},
      0, "");
}

/* Looks in the places, and tells what came of it. */
static whirl_tuning_report look(whirl_tuning_places places, whirl_log_level level) {
  const whirl_machine machine = machine_here();
  log_record record = {0};
  const whirl_logger logger = {.function = log_into_record, .context = &record};
  whirl_tuning tuning = {0};
  whirl_tuning_report report;
  whirl_tuning_find(&places, &machine, &logger, &tuning, &report);
  assert_int_equal(tuning.kernels != NULL, report.use == WHIRL_TUNING_IN_FORCE);
  whirl_tuning_clear(&tuning);
  assert_true(log_holds(&record, level, report.sentence));
  return report;
}

static void write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

/* If this fails, a file that is there does nothing, or one that isn't or can't be used is passed
 * over in silence. */
static void files(const test_case *test) {
  (void)test;
  const whirl_machine machine = machine_here();
  char folder[] = "/tmp/whirl-tuning-XXXXXX", path[64], second[64];
  assert_non_null(mkdtemp(folder));
  snprintf(second, sizeof second, "%s/whirl", folder);
  assert_int_equal(mkdir(second, 0700), 0);
  snprintf(path, sizeof path, "%s/whirl/tuning", folder);
  const whirl_tuning_places named = {.file = path}, system = {.config_dirs = folder},
                            own = {.config_home = folder, .config_dirs = "/nonexistent"};

  whirl_tuning_report report = look(named, WHIRL_LOG_WARNING); /* there is no such file */
  assert_int_equal(report.use, WHIRL_TUNING_IGNORED);
  assert_non_null(strstr(report.sentence, "No such file"));
  char endless[2000];
  memset(endless, 'x', sizeof endless);
  endless[sizeof endless - 1] = '\0';
  report = look((whirl_tuning_places){.file = endless}, WHIRL_LOG_WARNING);
  assert_int_equal(report.use, WHIRL_TUNING_IGNORED);
  assert_non_null(strstr(report.sentence, "name too long"));
  assert_int_equal(look(own, WHIRL_LOG_INFO).use, WHIRL_TUNING_ABSENT);
  assert_int_equal(look((whirl_tuning_places){.file = "none"}, WHIRL_LOG_INFO).use,
                   WHIRL_TUNING_ABSENT);

  char *text = text_of(&machine, "naive");
  write_text(path, text);
  const whirl_tuning_places in_force[] = {named, system, own};
  for (size_t i = 0; i < sizeof in_force / sizeof *in_force; i++) {
    report = look(in_force[i], WHIRL_LOG_INFO);
    assert_int_equal(report.use, WHIRL_TUNING_IN_FORCE);
    assert_string_equal(report.path, path);
  }
  text[strlen(text) / 2] = '\0';
  const char *const bad[] = {text, "", "{}", "whirl-tuning 3\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    write_text(path, bad[i]);
    report = look(own, WHIRL_LOG_WARNING);
    assert_int_equal(report.use, WHIRL_TUNING_IGNORED);
    assert_non_null(strstr(report.sentence, "whirl-tune"));
  }
  unlink(path);
  assert_int_equal(mkdir(path, 0700), 0); /* a folder where a file should be */
  assert_int_equal(look(own, WHIRL_LOG_WARNING).use, WHIRL_TUNING_IGNORED);
  rmdir(path);
  assert_int_equal(mkfifo(path, 0700), 0); /* nobody will ever write to it */
  assert_int_equal(look(own, WHIRL_LOG_WARNING).use, WHIRL_TUNING_IGNORED);
  unlink(path);
  free(text);
  rmdir(second);
  rmdir(folder);
}

void add_tuning_cases(test_suite *suite) {
  suite_add(suite, "tuning", "comes_back", comes_back, NULL, NULL);
  suite_add(suite, "tuning", "steers_the_choice", steers_the_choice, NULL, NULL);
  suite_add(suite, "tuning", "left_out", left_out, NULL, NULL);
  suite_add(suite, "tuning", "tails_cost", tails_cost, NULL, NULL);
  suite_add(suite, "tuning", "damaged", damaged, NULL, NULL);
  suite_add(suite, "tuning", "of_another_machine", of_another_machine, NULL, NULL);
  suite_add(suite, "tuning", "senseless_numbers", senseless_numbers, NULL, NULL);
  suite_add(suite, "tuning", "smt_where_it_helps", smt_where_it_helps, NULL, NULL);
  suite_add(suite, "tuning", "no_more_than_fill_memory", no_more_than_fill_memory, NULL, NULL);
  suite_add(suite, "tuning", "places", places, NULL, NULL);
  suite_add(suite, "tuning", "files", files, NULL, NULL);
}
