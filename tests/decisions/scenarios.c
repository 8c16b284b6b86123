/* From everything that is known of a machine and a process to what the library does there and says
 * about it, through the same functions as a dispatcher, on machines that no one here has. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/choice.h"
#include "../../src/machine.h"
#include "../../src/quota.h"
#include "../../src/report.h"
#include "../support/dispatchers.h"
#include "../support/trees.h"
#include "cases.h"
#include "machines.h"

static const char server[] = "pack:2 numa:1 l3:1(size=256MB) l2:64(size=1MB) core:1 pu:2";
static const char nodes[] = "pack:2 numa:4 l3:1(size=32MB) core:8 pu:1";
static const char cluster_node[] = "pack:2 numa:1 l3:1(size=32MB) core:32 pu:1";
static const char desktop[] = "pack:1 l3:1(size=32MB) core:8 pu:2";
static const char hybrid[] = "performance-and-efficiency.xml";
static const char three_of_eight[] = "cpuset-of-three.xml";

/* What CPUID (leaf 1 ECX, leaf 7 EBX) and XGETBV give on CPUs of each kind. */
static const whirl_cpuid sse2 = {0x80982201, 0, 0};
static const whirl_cpuid avx2 = {0x7ffafbff, 0x000027ab, 0x7};
static const whirl_cpuid avx2_without_fma = {0x7ffaebff, 0x000027ab, 0x7};
static const whirl_cpuid sandy_bridge = {0x1fbae3ff, 0, 0x7};
static const whirl_cpuid knights_landing = {0x7ff8f3bf, 0x1c0d23ab, 0xe7};
static const whirl_cpuid avx512 = {0x7ffafbff, 0xf1bf07ab, 0xe7};
static const whirl_cpuid avx512_hidden = {0x7ffafbff, 0xf1bf07ab, 0x7};
static const whirl_cpuid all_hidden = {0x77fafbff, 0xf1bf07ab, 0};

/* AT_HWCAP. */
enum { NEON = 0x10119fff, SVE = 0x10519fff };

static const tree_file half_a_cpu_more[] = {{"/proc/self/cgroup", "0::/\n"},
                                            {"/proc/self/mountinfo", tree_mounts_v2},
                                            {"/sys/fs/cgroup/cpu.max", "150000 100000\n"},
                                            {NULL, NULL}};
static const tree_file eight_cpus_of_the_pod[] = {
    {"/proc/self/cgroup", "4:cpu,cpuacct:/pod/job\n"},
    {"/proc/self/mountinfo", tree_mounts_v1},
    {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "800000\n"},
    {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n"},
    {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_quota_us", "-1\n"},
    {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_period_us", "100000\n"},
    {NULL, NULL}};
static const tree_file unreadable_quota[] = {{"/proc/self/cgroup", "0::/job\n"},
                                             {"/proc/self/mountinfo", tree_mounts_v2},
                                             {"/sys/fs/cgroup/job/cpu.max", tree_folder},
                                             {NULL, NULL}};

typedef struct scenario {
  const char *name; /* in words, for whoever reads that it fails */
  const char *machine, *mask;
  const whirl_cpuid *cpuid; /* or */
  uint64_t hwcap;
  const tree_file *cgroup;               /* NULL: none */
  unsigned openmp_threads, openmp_limit; /* 0: not set */
  whirl_environment environment;
  whirl_method method;
  bool bitwise, pin, openmp_binds;
  const char *named; /* options.kernel */
  int asked;         /* options.threads */
  size_t n;
  uint64_t steps;

  /* What is expected. A kernel of an instruction set that this build has none of is replaced by the
   * fastest of the baseline. */
  whirl_status status;
  const char *kernel, *baseline;
  unsigned threads;
  const char *reason;
  whirl_log_level level; /* of the sentence in the log that holds `told`; NULL: no warning at all */
  const char *told;
} scenario;

static const scenario scenarios[] = {
    {.name = "a server of 2 x 64 cores with two hardware threads each, all of it",
     .machine = server,
     .cpuid = &avx512,
     .bitwise = true,
     .n = 1000000,
     .steps = 10000,
     .kernel = "avx512-omp",
     .baseline = "naive-omp",
     .threads = 128,
     .reason = "one thread would take"},
    {.name = "a 16-core desktop, and any Euler kernel will do",
     .machine = "pack:1 l3:1(size=32MB) core:16 pu:2",
     .cpuid = &avx512,
     .n = 1000000,
     .steps = 1000000,
     .kernel = "spiral-avx512-omp",
     .baseline = "spiral-omp",
     .threads = 16,
     .reason = "Euler kernels here by the built-in cost model"},
    {.name = "the server, more than its caches hold: each node moves what lies in its own memory",
     .machine = server,
     .cpuid = &avx512,
     .n = 10000000,
     .steps = 1,
     .kernel = "newton-avx512-omp",
     .baseline = "naive-omp",
     .threads = 128,
     .reason = "one thread would take"},
    {.name = "one socket of 96 cores, which more threads than a few keep busy",
     .machine = "pack:1 numa:1 l3:1(size=256MB) l2:96(size=1MB) core:1 pu:2",
     .cpuid = &avx512,
     .method = WHIRL_METHOD_EXACT,
     .n = 10000000,
     .steps = 1,
     .kernel = "analytic-avx512-omp",
     .baseline = "analytic-omp",
     .threads = 24,
     .reason = "one thread would take"},
    {.name = "12 caches for groups of 8 cores hold what one of them does not",
     .machine = "pack:1 numa:1 l3:12(size=32MB) l2:8(size=1MB) core:1 pu:1",
     .cpuid = &avx512,
     .method = WHIRL_METHOD_EXACT,
     .n = 10000000,
     .steps = 1,
     .kernel = "analytic-avx512-omp",
     .baseline = "analytic-omp",
     .threads = 96,
     .reason = "one thread would take"},
    {.name = "OMP_NUM_THREADS=1",
     .machine = desktop,
     .cpuid = &avx2,
     .openmp_threads = 1,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2",
     .baseline = "naive",
     .threads = 1,
     .reason = "OpenMP is set to one thread",
     .level = WHIRL_LOG_INFO,
     .told =
         "OpenMP is set to 1 thread, and this process may use 8 cores, so at most 1 thread runs"},
    {.name = "the server, and too little to do for a second thread",
     .machine = server,
     .cpuid = &avx512,
     .bitwise = true,
     .n = 64,
     .steps = 10,
     .kernel = "avx512",
     .baseline = "naive",
     .threads = 1,
     .reason = "more threads than one do not repay their start"},
    {.name = "the server in a container with 1.5 CPUs and WHIRL_ISA_MAX=avx2",
     .machine = server,
     .cpuid = &avx512,
     .cgroup = half_a_cpu_more,
     .environment = {.isa_max = "avx2"},
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2",
     .baseline = "naive",
     .threads = 1,
     .reason = "this process may use one thread",
     .level = WHIRL_LOG_WARNING,
     .told = "grants 1.5 CPUs of the 128 cores"},
    {.name = "the server with 8 CPUs for the pod above, and exact motion",
     .machine = server,
     .cpuid = &avx2,
     .cgroup = eight_cpus_of_the_pod,
     .method = WHIRL_METHOD_EXACT,
     .n = 1000000,
     .steps = 1,
     .kernel = "analytic-avx2-omp",
     .baseline = "analytic-omp",
     .threads = 8,
     .reason = "exact kernels",
     .level = WHIRL_LOG_WARNING,
     .told = "at most 8 threads run; raise the container's CPU limit"},
    {.name = "a quota that can't be read is none, and that is told",
     .machine = desktop,
     .cpuid = &avx2,
     .cgroup = unreadable_quota,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "bitwise Euler kernels",
     .level = WHIRL_LOG_WARNING,
     .told = "/sys/fs/cgroup/job/cpu.max can't be read"},
    {.name = "8 NUMA nodes: 64 threads",
     .machine = nodes,
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 64,
     .reason = "one thread would take"},
    {.name = "an MPI rank that is bound to the cores of one node of the 8",
     .machine = nodes,
     .mask = "8-15",
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "one thread would take",
     .level = WHIRL_LOG_INFO,
     .told = "8 of 64 cores usable, at most 8 threads"},
    {.name = "an MPI rank that is bound to one core of 64, as by default with two ranks",
     .machine = cluster_node,
     .mask = "5",
     .cpuid = &avx512,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx512",
     .baseline = "naive",
     .threads = 1,
     .reason = "this process may use one thread",
     .level = WHIRL_LOG_WARNING,
     .told = "bound to 1 of 64 cores, so one thread runs; give it more (mpirun"},
    {.name = "the same where the user says that it is meant",
     .machine = cluster_node,
     .mask = "5",
     .cpuid = &avx512,
     .environment = {.num_threads = "1"},
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx512",
     .baseline = "naive",
     .threads = 1,
     .reason = "threads set by WHIRL_NUM_THREADS"},
    {.name = "a rank that OMP_NUM_THREADS gives 16 of 64 cores",
     .machine = cluster_node,
     .cpuid = &avx2,
     .openmp_threads = 16,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 16,
     .reason = "one thread would take",
     .level = WHIRL_LOG_INFO,
     .told = "OpenMP is set to 16 threads, and this process may use 64 cores"},
    {.name = "OMP_NUM_THREADS is what the quota grants: nothing to warn of",
     .machine = server,
     .cpuid = &avx2,
     .cgroup = eight_cpus_of_the_pod,
     .openmp_threads = 8,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "one thread would take"},
    {.name = "P and E cores: all of them, and the reason says that they differ",
     .machine = hybrid,
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 16,
     .reason = "slower cores doing less",
     .level = WHIRL_LOG_INFO,
     .told = "16 of 16 cores usable (8 of them of the fastest kind), at most 16 threads"},
    {.name = "P cores alone: no word of slower ones",
     .machine = hybrid,
     .mask = "0-15",
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "one thread would take",
     .level = WHIRL_LOG_INFO,
     .told = "8 of 16 cores usable, at most 8 threads"},
    {.name = "E cores alone",
     .machine = hybrid,
     .mask = "16-23",
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "one thread would take",
     .level = WHIRL_LOG_WARNING,
     .told = "bound to slower cores of a machine that has faster ones, so all work takes longer; "},
    {.name = "one core",
     .machine = "core:1 pu:1",
     .cpuid = &avx512,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx512",
     .baseline = "naive",
     .threads = 1,
     .reason = "this process may use one thread"},
    {.name = "a cpuset of three odd cores",
     .machine = three_of_eight,
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 3,
     .reason = "one thread would take",
     .level = WHIRL_LOG_INFO,
     .told = "3 of 8 cores usable, at most 3 threads"},
    {.name = "one core, by OMP_PLACES, of many",
     .machine = server,
     .mask = "0-1",
     .openmp_binds = true,
     .cpuid = &avx2,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2",
     .baseline = "naive",
     .threads = 1,
     .reason = "this process may use one core",
     .level = WHIRL_LOG_WARNING,
     .told =
         "OMP_PLACES or OMP_PROC_BIND leaves this process 1 of 128 cores, so one thread runs; "},
    {.name = "more threads asked for than OMP_PLACES has",
     .machine = server,
     .mask = "0-7",
     .openmp_binds = true,
     .cpuid = &avx2,
     .bitwise = true,
     .asked = 16,
     .n = 100000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "options.threads asks for 16 threads",
     .level = WHIRL_LOG_WARNING,
     .told = "so 8 run: OMP_PLACES or OMP_PROC_BIND leaves it no more; "},
    {.name = "more threads asked for than the cpuset has",
     .machine = three_of_eight,
     .cpuid = &avx2,
     .bitwise = true,
     .asked = 8,
     .n = 1000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 3,
     .reason = "options.threads asks for 8 threads, and this process may use 3",
     .level = WHIRL_LOG_WARNING,
     .told = "so 3 run: its affinity mask or cpuset has no more; widen it"},
    {.name = "more than the quota grants",
     .machine = desktop,
     .cpuid = &avx2,
     .cgroup = half_a_cpu_more,
     .environment = {.num_threads = "4"},
     .bitwise = true,
     .n = 100000,
     .steps = 1000,
     .kernel = "avx2",
     .baseline = "naive",
     .threads = 1,
     .reason = "WHIRL_NUM_THREADS asks for 4 threads, and this process may use 1",
     .level = WHIRL_LOG_WARNING,
     .told = "so 1 run: its cgroup's CPU quota grants no more; raise the container's CPU limit"},
    {.name = "more than OMP_THREAD_LIMIT",
     .machine = desktop,
     .cpuid = &avx2,
     .openmp_limit = 2,
     .bitwise = true,
     .asked = 4,
     .n = 100000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 2,
     .reason = "options.threads asks for 4 threads",
     .level = WHIRL_LOG_WARNING,
     .told = "so 2 run: OMP_THREAD_LIMIT says so; raise it"},
    {.name = "more than the machine has",
     .machine = desktop,
     .cpuid = &avx2,
     .bitwise = true,
     .asked = 17,
     .n = 100000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 16,
     .reason = "options.threads asks for 17 threads",
     .level = WHIRL_LOG_WARNING,
     .told = "so 16 run: the machine has no more; ask for fewer"},
    {.name = "all hardware threads, because the program asks for them",
     .machine = desktop,
     .cpuid = &avx2,
     .bitwise = true,
     .asked = 16,
     .n = 100000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 16,
     .reason = "threads set by options.threads"},
    {.name = "an operating system that hides AVX-512",
     .machine = desktop,
     .cpuid = &avx512_hidden,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "bitwise Euler kernels",
     .level = WHIRL_LOG_WARNING,
     .told = "the CPU has avx512f and avx512dq and avx512vl, which the operating system keeps"},
    {.name = "the same where the user does not want AVX-512 anyhow",
     .machine = desktop,
     .cpuid = &avx512_hidden,
     .environment = {.isa_max = "avx2"},
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "bitwise Euler kernels"},
    {.name = "Knights Landing, where what is hidden would be of no use",
     .machine = desktop,
     .cpuid = &(const whirl_cpuid){0x7ff8f3bf, 0x1c0d23ab, 0x7},
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "avx2-omp",
     .baseline = "naive-omp",
     .threads = 8,
     .reason = "bitwise Euler kernels"},
    {.name = "a named kernel that the CPU lacks is an error, not another kernel",
     .machine = desktop,
     .cpuid = &sandy_bridge,
     .named = "avx2",
     .status = WHIRL_ERROR_UNSUPPORTED_KERNEL,
     .level = WHIRL_LOG_ERROR,
     .told = "options.kernel names the kernel avx2, which needs avx2 and fma"},
    {.name = "WHIRL_KERNEL=nosuch",
     .machine = desktop,
     .cpuid = &avx2,
     .environment = {.kernel = "nosuch"},
     .status = WHIRL_ERROR_UNKNOWN_KERNEL,
     .level = WHIRL_LOG_ERROR,
     .told = "WHIRL_KERNEL names \"nosuch\""},
    {.name = "WHIRL_NUM_THREADS=-1",
     .machine = desktop,
     .cpuid = &avx2,
     .environment = {.num_threads = "-1"},
     .status = WHIRL_ERROR_BAD_ENVIRONMENT,
     .level = WHIRL_LOG_ERROR,
     .told = "WHIRL_NUM_THREADS is \"-1\"; it must be a whole number from 1"},
    {.name = "a kernel named over threads: on all cores, whatever the work",
     .machine = hybrid,
     .cpuid = &avx2,
     .named = "naive-omp",
     .n = 10,
     .steps = 1,
     .kernel = "naive-omp",
     .baseline = "naive-omp",
     .threads = 16,
     .reason = "kernel named by options.kernel; all threads that this process may use, slower"},
    {.name = "an Arm server",
     .machine = cluster_node,
     .hwcap = SVE,
     .bitwise = true,
     .n = 1000000,
     .steps = 1000,
     .kernel = "sve-omp",
     .baseline = "naive-omp",
     .threads = 64,
     .reason = "bitwise Euler kernels"},
};

/* The processor of a scenario. */
static whirl_cpu cpu_of(const scenario *s) {
  whirl_cpu cpu = {.name = "a CPU"};
  if (s->cpuid)
    whirl_cpuid_decode(s->cpuid, &cpu.features, &cpu.usable_features);
  else
    cpu.features = cpu.usable_features = whirl_hwcap_decode(s->hwcap);
  return cpu;
}

/* What the library finds out about the scenario's machine and process. */
static whirl_machine machine_of(const scenario *s, whirl_topology *topology,
                                const whirl_logger *logger) {
  const tree_file nothing[] = {{NULL, NULL}};
  char root[TREE_ROOT];
  *topology = machine_topology(s->machine, s->mask);
  topology->openmp_binds = s->openmp_binds;
  tree_make(s->cgroup ? s->cgroup : nothing, root);
  const double cpu_quota = whirl_cpu_quota(root, logger);
  const double memory_limit = whirl_memory_limit(root, logger);
  tree_remove(root);
  return whirl_machine_compose(&(whirl_findings){
      .cpu = cpu_of(s),
      .topology = topology,
      .cpu_quota = cpu_quota,
      .memory_limit = memory_limit,
      .openmp_threads = s->openmp_threads ? s->openmp_threads : topology->usable_logical_cpus,
      .openmp_limit = s->openmp_limit ? s->openmp_limit : 2147483647});
}

/* Whether the log has the sentence that is expected, no error but that, and no warning that does
 * not say what to do. */
static void check_log(const scenario *s, const log_record *record) {
  for (int i = 0; i < record->count && i < LOG_LINES; i++) {
    const char *line = record->lines[i];
    if (record->levels[i] == WHIRL_LOG_INFO) continue;
    if (!s->told || !strstr(line, s->told)) fail_msg("%s: the log says: %s", s->name, line);
    if (!strstr(line, "; ")) fail_msg("%s: what shall the user do? %s", s->name, line);
  }
  if (s->told && !log_holds(record, s->level, s->told))
    fail_msg("%s: the log does not say: %s", s->name, s->told);
}

static void check_choice(const scenario *s, const whirl_choice *choice) {
  const char *expected = whirl_kernel_find(s->kernel) ? s->kernel : s->baseline;
  if (strcmp(choice->kernel->name, whirl_kernel_find(expected)->name) != 0)
    fail_msg("%s: the kernel is %s, not %s", s->name, choice->kernel->name, expected);
  if (choice->threads != s->threads)
    fail_msg("%s: %u threads, not %u", s->name, choice->threads, s->threads);
  if (!strstr(choice->reason, s->reason))
    fail_msg("%s: the reason is: %s", s->name, choice->reason);
  if (!strstr(s->reason, "slower") && strstr(choice->reason, "slower"))
    fail_msg("%s: the reason is: %s", s->name, choice->reason);
  if (choice->threads == 1 ? choice->grain != s->n : choice->grain % 8 != 0 || choice->grain == 0)
    fail_msg("%s: a thread takes %zu particles at once", s->name, choice->grain);
}

static whirl_options options_of(const scenario *s) {
  whirl_options options = default_options();
  options.method = s->method;
  options.bitwise = s->bitwise;
  options.kernel = s->named;
  options.threads = s->asked;
  options.pin = s->pin;
  return options;
}

static void play(const scenario *s) {
  log_record record = {0};
  const whirl_logger logger = {.function = log_into_record, .context = &record};
  whirl_topology topology;
  const whirl_machine machine = machine_of(s, &topology, &logger);
  const whirl_options options = options_of(s);
  whirl_settings settings;
  const whirl_status status =
      whirl_settings_resolve(&options, &s->environment, machine.features, &logger, &settings);
  if (status != s->status) fail_msg("%s: %s", s->name, whirl_status_string(status));
  if (status == WHIRL_OK) {
    whirl_chooser chooser;
    whirl_choice choice;
    whirl_report(&machine, &topology, &settings, &logger);
    assert_int_equal(whirl_chooser_init(&chooser, &settings, &machine, NULL), WHIRL_OK);
    const whirl_decision decision = whirl_decide(&chooser, s->n, s->steps);
    whirl_explain(&chooser, &decision, s->n, s->steps, &choice);
    check_choice(s, &choice);
    whirl_chooser_clear(&chooser);
  }
  whirl_topology_clear(&topology);
  check_log(s, &record);
}

/* If this fails, the library does on some machine what its users would not want, or does not tell
 * them what it does there. */
static void all_scenarios(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) play(&scenarios[i]);
}

/* Which instruction set is chosen for a CPU's features, by any question. */
typedef struct cpu_kind {
  const char *name;
  const whirl_cpuid *cpuid;
  uint64_t hwcap;
  const char *isas[2]; /* the best first; a build that has no kernel of it takes the next */
} cpu_kind;

static const cpu_kind cpu_kinds[] = {
    {"SSE2 alone", &sse2, 0, {NULL}},
    {"AVX without AVX2", &sandy_bridge, 0, {NULL}},
    {"AVX2 without FMA", &avx2_without_fma, 0, {NULL}},
    {"AVX2", &avx2, 0, {"avx2"}},
    {"AVX-512 without DQ and VL", &knights_landing, 0, {"avx2"}},
    {"AVX-512", &avx512, 0, {"avx512"}},
    {"AVX-512 that the operating system hides", &avx512_hidden, 0, {"avx2"}},
    {"AVX and AVX-512 that the operating system hides", &all_hidden, 0, {NULL}},
    {"NEON", NULL, NEON, {"neon"}},
    {"SVE", NULL, SVE, {"sve", "neon"}},
};

static const char *expected_isa(const cpu_kind *kind) {
  for (size_t i = 0; i < 2 && kind->isas[i]; i++)
    for (size_t k = 0; k < whirl_kernel_count(); k++)
      if (strcmp(whirl_kernel_at(k)->isa, kind->isas[i]) == 0) return kind->isas[i];
  return "baseline";
}

static void instruction_sets(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < sizeof cpu_kinds / sizeof *cpu_kinds; i++) {
    const cpu_kind *kind = &cpu_kinds[i];
    for (int asked = 0; asked < 3; asked++) {
      const scenario s = {.machine = desktop,
                          .cpuid = kind->cpuid,
                          .hwcap = kind->hwcap,
                          .method = asked == 2 ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER,
                          .bitwise = asked == 1};
      const whirl_logger silent = {0};
      whirl_topology topology;
      whirl_settings settings;
      whirl_chooser chooser;
      const whirl_machine machine = machine_of(&s, &topology, &silent);
      const whirl_options options = options_of(&s);
      assert_int_equal(
          whirl_settings_resolve(&options, &s.environment, machine.features, &silent, &settings),
          WHIRL_OK);
      assert_int_equal(whirl_chooser_init(&chooser, &settings, &machine, NULL), WHIRL_OK);
      const char *isa = whirl_decide(&chooser, 1000000, 1000).candidate->serial->isa;
      if (strcmp(isa, expected_isa(kind)) != 0)
        fail_msg("%s: the instruction set is %s, not %s", kind->name, isa, expected_isa(kind));
      whirl_chooser_clear(&chooser);
      whirl_topology_clear(&topology);
    }
  }
}

/* If this fails, a program that asks for pinned threads and can't have them is not told. */
static void pin_without_cores(const test_case *test) {
  (void)test;
  for (int known = 0; known < 2; known++) {
    log_record record = {0};
    const whirl_logger logger = {.function = log_into_record, .context = &record};
    const scenario s = {.machine = desktop, .cpuid = &avx2, .pin = true};
    whirl_topology topology;
    const whirl_machine machine = machine_of(&s, &topology, &logger);
    if (!known) whirl_topology_clear(&topology); /* as where OpenMP binds */
    const whirl_settings settings = {.pin = true};
    whirl_report(&machine, &topology, &settings, &logger);
    assert_int_equal(log_holds(&record, WHIRL_LOG_WARNING, "options.pin does nothing"), !known);
    whirl_topology_clear(&topology);
  }
}

void add_scenarios_cases(test_suite *suite) {
  suite_add(suite, "scenarios", "all", all_scenarios, NULL, NULL);
  suite_add(suite, "scenarios", "instruction_sets", instruction_sets, NULL, NULL);
  suite_add(suite, "scenarios", "pin_without_cores", pin_without_cores, NULL, NULL);
}
