/* What work is expected to cost. */
#include "cost.h"

#include <math.h>

#include "tuning_grid.h"

/* The three arrays of particles. */
static const double particle_bytes = 3 * sizeof(double);

/* Virtual machines tell of a last-level cache that is the whole host's. */
static const double most_cache_bytes = 64e6;

/* What memory moves in a nanosecond where nothing was measured: for one thread; for all, by NUMA
 * node, or by core where a node has many, since those of servers have more channels. That more
 * threads wait for memory costs little, and that fewer leave it idle costs multiples. */
static const double bytes_for_thread = 12, bytes_for_node = 30, bytes_for_core = 3;

/* From so many particles on, the last but one of the grid, a measured kernel's cost is linear. */
static const double most_measured = 384;

/* Each thread gets whole cache lines. */
static const double line_doubles = 8;

/* Threads that have not been asked for long sleep, and waking them takes some 50 us; and one that
 * the operating system has put aside is waited for. So work that would save little is not shared.
 * Where teams were measured: that takes less than so many times their start. */
static const double least_shared_built_in = 6000, least_shared_teams = 2.5;

/* What starting a thread that is not there yet adds. */
static const double thread_started = 40000;

whirl_machine_cost whirl_machine_cost_built_in(const whirl_machine *machine) {
  double cache = (double)(machine->l3_bytes ? machine->l3_bytes : machine->l2_bytes);
  cache = cache == 0 ? 1e6 : fmin(cache, most_cache_bytes);
  if (machine->usable_l3_caches > 1) cache *= machine->usable_l3_caches;
  return (whirl_machine_cost){.team = 1500,
                              .thread = 350,
                              .least_shared = least_shared_built_in,
                              .bytes_alone = bytes_for_thread,
                              .bytes_in_all = fmax(bytes_for_node * machine->usable_numa_nodes,
                                                   bytes_for_core * machine->usable_cores),
                              .cache_bytes = cache,
                              .cores = machine->usable_cores,
                              .numa_nodes = machine->usable_numa_nodes};
}

whirl_machine_cost whirl_machine_cost_measured(const whirl_machine *machine,
                                               const whirl_measurement *measurement) {
  return (whirl_machine_cost){.team = measurement->team_ns,
                              .thread = measurement->thread_ns,
                              .least_shared = least_shared_teams *
                                              (measurement->team_ns + 2 * measurement->thread_ns),
                              .bytes_alone = measurement->bytes_per_ns_alone,
                              .bytes_in_all = measurement->bytes_per_ns_in_all,
                              .cache_bytes = measurement->cache_bytes,
                              .cores = machine->usable_cores,
                              .numa_nodes = machine->usable_numa_nodes};
}

void whirl_machine_cost_start_anew(whirl_machine_cost *cost) {
  cost->thread += thread_started;
  cost->least_shared = least_shared_teams * (cost->team + 2 * cost->thread);
}

whirl_kernel_cost whirl_kernel_cost_built_in(const whirl_kernel *kernel) {
  return (whirl_kernel_cost){.kernel = kernel, .linear = kernel->cost, .smt_gain = 1};
}

/* fmin and fmax are calls here, for the sake of NaN, and this is asked for before each evolve. */
static double least(double a, double b) {
  return a < b ? a : b;
}

static double most(double a, double b) {
  return a > b ? a : b;
}

/* The particles rounded up to what the kernel takes at once: exactly where they are few, and beyond
 * on average. One that does not say takes one. */
static double rounded(const whirl_cost *cost, double particles) {
  static const double few = 8;
  const double at_once = most(cost->particles_at_once, 1);
  if (particles > few * at_once) return particles + 0.5 * (at_once - 1);
  return most(at_once, at_once * ceil(particles / at_once));
}

static double linear_ns(const whirl_cost *cost, double particles, double steps) {
  return cost->fixed +
         rounded(cost, particles) * (cost->per_particle + cost->per_particle_step * steps);
}

/* The index of the grid's point above, or of the last one for what is beyond it. */
static size_t above(const double *grid, size_t count, double number) {
  size_t i = 1;
  while (i + 1 < count && number > grid[i]) i++;
  return i;
}

/* A row of the grid between its numbers of steps, and beyond the last as between the last two. */
static double row_ns(const whirl_measured_kernel *measured, size_t row, double steps) {
  const size_t j = above(whirl_grid_steps, WHIRL_TUNING_STEP_COUNTS, steps);
  const double *ns = measured->ns[row];
  const double along =
      (steps - whirl_grid_steps[j - 1]) / (whirl_grid_steps[j] - whirl_grid_steps[j - 1]);
  return ns[j - 1] + (ns[j] - ns[j - 1]) * along;
}

/* Likewise between its rows, without that of a tail. */
static double whole_ns(const whirl_measured_kernel *measured, double particles, double steps) {
  const size_t i = above(whirl_grid_particles, WHIRL_TUNING_PARTICLE_COUNTS, particles);
  const size_t low = i - 1 == WHIRL_GRID_TAIL ? i - 2 : i - 1,
               high = i == WHIRL_GRID_TAIL ? i + 1 : i;
  const double at_low = row_ns(measured, low, steps), at_high = row_ns(measured, high, steps);
  const double across = (most(particles, 1) - whirl_grid_particles[low]) /
                        (whirl_grid_particles[high] - whirl_grid_particles[low]);
  return at_low + (at_high - at_low) * across;
}

static double whole_vectors(const whirl_measured_kernel *measured, double particles) {
  const double lanes = most(measured->kernel->lanes, 1);
  return lanes * ceil(particles / lanes);
}

static double measured_ns(const whirl_measured_kernel *measured, double particles, double steps) {
  if (particles <= whirl_grid_particles[WHIRL_GRID_WHOLE])
    return most(0, whole_ns(measured, particles, steps));
  const double whole = whole_vectors(measured, particles);
  double ns = whole_ns(measured, whole, steps);
  if (whole > particles)
    ns += row_ns(measured, WHIRL_GRID_TAIL, steps) -
          whole_ns(measured, whole_vectors(measured, whirl_grid_particles[WHIRL_GRID_TAIL]), steps);
  return most(0, ns);
}

/* The line through the grid's last two rows, at the first and the last number of steps. */
whirl_kernel_cost whirl_kernel_cost_measured(const whirl_measured_kernel *measured) {
  enum { LAST = WHIRL_TUNING_PARTICLE_COUNTS - 1, LAST_STEP = WHIRL_TUNING_STEP_COUNTS - 1 };
  const double *many = measured->ns[LAST], *fewer = measured->ns[LAST - 1];
  const double particles = whirl_grid_particles[LAST] - whirl_grid_particles[LAST - 1];
  const double steps = whirl_grid_steps[LAST_STEP] - whirl_grid_steps[0];
  const double first = most(0, (many[0] - fewer[0]) / particles),
               last = most(0, (many[LAST_STEP] - fewer[LAST_STEP]) / particles);
  const double each_step = most(0, (last - first) / steps),
               each = most(0, first - each_step * whirl_grid_steps[0]);
  const double rest = many[0] - whirl_grid_particles[LAST] * (each + each_step);
  return (whirl_kernel_cost){.kernel = measured->kernel,
                             .linear = {.fixed = most(0, rest),
                                        .per_particle = each,
                                        .per_particle_step = each_step,
                                        .particles_at_once = 1},
                             .measured = measured,
                             .smt_gain = measured->smt_gain};
}

/* Memory and arithmetic go on at the same time, but for a part of the shorter one. */
static const double not_hidden = 1 / 16.0;

static double overlapped(double a, double b) {
  return most(a, b) + not_hidden * least(a, b);
}

whirl_load whirl_load_of(const whirl_machine_cost *machine, size_t n, uint64_t steps,
                         unsigned threads) {
  whirl_load load = {.particles = (double)n, .steps = (double)steps, .own = (double)n, .slower = 1};
  if (threads > 1) {
    double own = load.particles / threads;
    if (own < 8 * line_doubles) own = ceil(own / line_doubles) * line_doubles;
    load.own = least(own, load.particles);
    load.team = machine->team + machine->thread * threads;
  }
  if (threads > machine->cores && machine->cores > 0) {
    load.slower = (double)threads / machine->cores;
    load.sharing = least(1, load.slower - 1);
  }
  if (load.particles * particle_bytes > machine->cache_bytes)
    load.bytes = least(threads * machine->bytes_alone, machine->bytes_in_all);
  return load;
}

double whirl_expected_ns(const whirl_load *load, const whirl_kernel_cost *cost) {
  double ns = cost->measured && load->own < most_measured
                  ? measured_ns(cost->measured, load->own, load->steps)
                  : linear_ns(&cost->linear, load->own, load->steps);
  if (load->sharing > 0) ns *= load->slower / (1 + (cost->smt_gain - 1) * load->sharing);
  if (load->bytes > 0) {
    const whirl_work bytes = cost->kernel->bytes;
    const double moved =
        load->particles * (bytes.per_particle + bytes.per_particle_step * load->steps);
    ns = overlapped(ns, moved / load->bytes);
  }
  return ns + load->team;
}
