/* What a dispatcher was told: its options first, then the environment. */
#include "settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/table.h"
#include "words.h"

/* More threads than any machine has hardware for: a number above is a mistake. */
enum { MAX_THREADS = 4096 };

const char *whirl_variable(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

whirl_environment whirl_environment_read(void) {
  return (whirl_environment){
      .kernel = whirl_variable("WHIRL_KERNEL"),
      .num_threads = whirl_variable("WHIRL_NUM_THREADS"),
      .isa_max = whirl_variable("WHIRL_ISA_MAX"),
  };
}

size_t whirl_isa_index(const char *isa) {
  size_t index = 0;
  while (index < whirl_isa_table_count && strcmp(isa, whirl_isa_table[index]) != 0) index++;
  return index;
}

static void list_kernels(char *list, size_t size) {
  list[0] = '\0';
  for (size_t i = 0; i < whirl_kernel_table_count; i++)
    whirl_append(list, size, ", ", whirl_kernel_table[i]->name);
}

/* The kernel of this name if it runs on these features. */
static whirl_status find_kernel(const char *name, const char *source, uint64_t features,
                                const whirl_logger *logger, const whirl_kernel **out) {
  const whirl_kernel *kernel = whirl_kernel_find(name);
  char list[400];
  if (!kernel) {
    list_kernels(list, sizeof list);
    whirl_log(logger, WHIRL_LOG_ERROR,
              "%s names \"%.40s\", and no kernel is called so; there are %s", source, name, list);
    return WHIRL_ERROR_UNKNOWN_KERNEL;
  }
  const uint64_t missing = kernel->features & ~features;
  if (missing) {
    whirl_list_features(missing, list, sizeof list);
    whirl_log(logger, WHIRL_LOG_ERROR,
              "%s names the kernel %s, which needs %s, and this CPU or its operating system does "
              "not have that; unnamed, the fastest kernel that runs here is chosen",
              source, kernel->name, list);
    return WHIRL_ERROR_UNSUPPORTED_KERNEL;
  }
  *out = kernel;
  return WHIRL_OK;
}

/* Why this kernel does not give the answer that was asked for, or NULL where it does. */
static const char *wrong_answer(const whirl_kernel *kernel, const whirl_settings *settings) {
  if (whirl_kernel_answers(kernel) != settings->method) {
    return settings->method == WHIRL_METHOD_EULER
               ? "it gives the true motion and the options ask for the Euler trajectory"
               : "it gives the Euler trajectory and the options ask for the true motion";
  }
  if (settings->method == WHIRL_METHOD_EULER && settings->bitwise &&
      kernel->numeric_class != WHIRL_BITWISE)
    return "its results are bounded and the options ask for the bitwise class";
  return NULL;
}

/* What the environment says where the options have the last word: nothing is done about it. */
static void pass_over(const whirl_logger *logger, const char *variable, const char *value,
                      const char *option) {
  whirl_log(logger, WHIRL_LOG_WARNING,
            "%s is \"%.40s\", which can't be meant, and is not used, since %s is set; unset it or "
            "mend it",
            variable, value, option);
}

/* A kernel that was named, and that WHIRL_ISA_MAX would not have let be chosen. */
static void report_isa(const whirl_settings *settings, const whirl_logger *logger) {
  if (whirl_isa_index(settings->kernel->isa) > settings->isa_max)
    whirl_log(
        logger, WHIRL_LOG_WARNING,
        "%s names %s, which needs more than WHIRL_ISA_MAX=%s allows the library to choose, and "
        "runs all the same; unset one of the two",
        settings->kernel_source, settings->kernel->name, whirl_isa_table[settings->isa_max]);
}

static whirl_status resolve_kernel(const char *from_options, const char *from_environment,
                                   uint64_t features, const whirl_logger *logger,
                                   whirl_settings *settings) {
  const char *name = from_options ? from_options : from_environment;
  const char *source = from_options ? "options.kernel" : "WHIRL_KERNEL";
  if (from_options && from_environment && strcmp(from_environment, "auto") != 0 &&
      !whirl_kernel_find(from_environment))
    pass_over(logger, "WHIRL_KERNEL", from_environment, "options.kernel");
  if (!name || strcmp(name, "auto") == 0) return WHIRL_OK;
  const whirl_kernel *kernel;
  const whirl_status status = find_kernel(name, source, features, logger, &kernel);
  if (status != WHIRL_OK) return status;
  const char *wrong = wrong_answer(kernel, settings);
  if (wrong && from_options) {
    whirl_log(logger, WHIRL_LOG_ERROR,
              "options.kernel names %s: %s; name another kernel, or change the other options",
              kernel->name, wrong);
    return WHIRL_ERROR_WRONG_KERNEL;
  }
  if (wrong) {
    /* The environment speaks to every dispatcher of a process, and not all ask the same. */
    whirl_log(logger, WHIRL_LOG_WARNING,
              "WHIRL_KERNEL names %s, which is not used here: %s; the library chooses, until it "
              "is unset or names a kernel of that answer",
              kernel->name, wrong);
    return WHIRL_OK;
  }
  settings->kernel = kernel;
  settings->kernel_source = source;
  report_isa(settings, logger);
  return WHIRL_OK;
}

/* 0 where that is no number of threads. */
static unsigned parse_threads(const char *text) {
  char *end;
  const long number = strtol(text, &end, 10);
  if (end == text || *end != '\0' || number < 1 || number > MAX_THREADS) return 0;
  return (unsigned)number;
}

static whirl_status resolve_threads(int from_options, const char *from_environment,
                                    const whirl_logger *logger, whirl_settings *settings) {
  const unsigned number = from_environment ? parse_threads(from_environment) : 0;
  if (from_options < 0 || from_options > MAX_THREADS) {
    whirl_log(logger, WHIRL_LOG_ERROR, "options.threads is %d; it must be from 0 (choose) to %d",
              from_options, MAX_THREADS);
    return WHIRL_ERROR_BAD_OPTIONS;
  }
  if (from_options > 0) {
    if (from_environment && number == 0)
      pass_over(logger, "WHIRL_NUM_THREADS", from_environment, "options.threads");
    settings->threads = (unsigned)from_options;
    settings->threads_source = "options.threads";
    return WHIRL_OK;
  }
  if (from_environment && number == 0) {
    whirl_log(logger, WHIRL_LOG_ERROR,
              "WHIRL_NUM_THREADS is \"%.40s\"; it must be a whole number from 1 to %d",
              from_environment, MAX_THREADS);
    return WHIRL_ERROR_BAD_ENVIRONMENT;
  }
  if (number > 0) {
    settings->threads = number;
    settings->threads_source = "WHIRL_NUM_THREADS";
  }
  /* A kernel that was named without -omp is serial unless the options themselves say otherwise. */
  if (settings->kernel && !settings->kernel->threaded) {
    if (number > 1)
      whirl_log(logger, WHIRL_LOG_WARNING,
                "WHIRL_NUM_THREADS is %u, and %s names %s, which runs on one thread; name the "
                "kernel's form over threads to use more",
                number, settings->kernel_source, settings->kernel->name);
    settings->threads = 1;
    settings->threads_source = "the kernel's name, which has no -omp";
  }
  return WHIRL_OK;
}

static whirl_status resolve_isa_max(const char *from_environment, const whirl_logger *logger,
                                    whirl_settings *settings) {
  settings->isa_max = whirl_isa_table_count - 1;
  if (!from_environment) return WHIRL_OK;
  const size_t index = whirl_isa_index(from_environment);
  if (index == whirl_isa_table_count) {
    char list[200] = "";
    for (size_t i = 0; i < whirl_isa_table_count; i++)
      whirl_append(list, sizeof list, ", ", whirl_isa_table[i]);
    whirl_log(logger, WHIRL_LOG_ERROR, "WHIRL_ISA_MAX is \"%.40s\"; it must be one of %s",
              from_environment, list);
    return WHIRL_ERROR_BAD_ENVIRONMENT;
  }
  settings->isa_max = index;
  return WHIRL_OK;
}

whirl_status whirl_settings_resolve(const whirl_options *options,
                                    const whirl_environment *environment, uint64_t features,
                                    const whirl_logger *logger, whirl_settings *settings) {
  if (options->method != WHIRL_METHOD_EULER && options->method != WHIRL_METHOD_EXACT) {
    whirl_log(logger, WHIRL_LOG_ERROR,
              "options.method is %d; it must be WHIRL_METHOD_EULER or WHIRL_METHOD_EXACT",
              (int)options->method);
    return WHIRL_ERROR_BAD_OPTIONS;
  }
  if (!(options->timestep > 0) || isinf(options->timestep)) {
    whirl_log(logger, WHIRL_LOG_ERROR, "options.timestep is %g; it must be finite and > 0",
              options->timestep);
    return WHIRL_ERROR_BAD_TIMESTEP;
  }
  *settings = (whirl_settings){
      .method = options->method,
      .bitwise = options->bitwise,
      .timestep = options->timestep,
      .pin = options->pin,
  };
  whirl_status status = resolve_isa_max(environment->isa_max, logger, settings);
  if (status == WHIRL_OK)
    status = resolve_kernel(options->kernel, environment->kernel, features, logger, settings);
  if (status == WHIRL_OK)
    status = resolve_threads(options->threads, environment->num_threads, logger, settings);
  return status;
}
