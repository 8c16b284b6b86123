/* whirl-sim: particles from a file or at random, their positions frame by frame into a file. */
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <whirl/whirl.h>

#include "film.h"
#include "growing_file.h"
#include "input.h"
#include "interruption.h"
#include "options.h"
#include "plan.h"
#include "prediction.h"
#include "program/clock.h"
#include "program/complaint.h"
#include "program/progress.h"
#include "program/standard_output.h"
#include "program/units.h"
#include "resume.h"
#include "simulation.h"

/* Everything that a run holds. */
typedef struct run {
  sim_options options;
  whirl_dispatcher *d;
  particle_list list;        /* --input's, or empty */
  whirl_particles allocated; /* --random's, or empty */
  whirl_particles particles; /* a view of the one or the other */
  plan plan;
} run;

static void tell_warnings(void *context, whirl_log_level level, const char *message) {
  (void)context;
  /* The library's options are this program's. */
  static const char library_option[] = "options.";
  const size_t length = sizeof library_option - 1;
  const bool names_option = strncmp(message, library_option, length) == 0;
  if (level != WHIRL_LOG_INFO)
    complain("%s%s", names_option ? "--" : "", message + (names_option ? length : 0));
}

static bool create_dispatcher(run *r, double timestep) {
  whirl_options options;
  whirl_options_init(&options);
  options.method = r->options.method;
  options.timestep = timestep;
  options.kernel = r->options.kernel;
  options.threads = r->options.threads;
  options.log = tell_warnings;
  whirl_dispatcher_destroy(r->d);
  r->d = NULL;
  return whirl_dispatcher_create(&r->d, &options) == WHIRL_OK;
}

static bool read_particles(run *r) {
  input_error error;
  if (!input_read(r->options.input, &r->list, &error)) return complain("%s", error.text);
  r->particles =
      (whirl_particles){.n = r->list.n, .x = r->list.x, .y = r->list.y, .ang_vel = r->list.ang_vel};
  return true;
}

static bool make_particles(run *r) {
  const whirl_status status = whirl_particles_alloc(r->d, r->options.random, &r->allocated);
  if (status != WHIRL_OK)
    return complain("--random %" PRIu64 ": %s", r->options.random, whirl_status_string(status));
  r->particles = r->allocated;
  whirl_particles_random(r->d, r->particles, r->options.seed, 0);
  return true;
}

/* The particles, the timestep and a dispatcher for it. */
static bool prepare(run *r) {
  sim_options *o = &r->options;
  if (!create_dispatcher(r, o->timestep)) return false;
  if (!(o->input ? read_particles(r) : make_particles(r))) return false;
  if (o->tolerance > 0 &&
      (!plan_timestep(r->particles, o->dt, o->frames, o->tolerance, &o->timestep) ||
       !create_dispatcher(r, o->timestep)))
    return false;
  /* The true motion takes one step to each frame. */
  const double step = o->method == WHIRL_METHOD_EXACT && o->dt > 0 ? o->dt : o->timestep;
  return plan_make(&r->plan, o->dt, o->frames, step, simulation_only_steps(r->d, r->particles.n));
}

static void tell_plan(const run *r) {
  const sim_options *o = &r->options;
  char n[UNITS_TEXT_SIZE], frames[UNITS_TEXT_SIZE];
  units_count(n, r->particles.n);
  units_count(frames, o->frames);
  fprintf(stderr, "%s %s, %s %s of %g\n", n, r->particles.n == 1 ? "particle" : "particles", frames,
          o->frames == 1 ? "frame" : "frames", o->dt);
  if (o->method == WHIRL_METHOD_EULER) prediction_tell(&r->plan, r->particles);
}

static bool take_bytes(void *context, const void *bytes, size_t size) {
  return growing_file_write(context, bytes, size);
}

/* Where frames go; format is NULL where they go nowhere. */
typedef struct output {
  const film_format *format;
  film film;
  growing_file file;
} output;

static bool write_frames(output *out, const simulation *s, size_t count) {
  const byte_sink sink = {take_bytes, &out->file};
  for (size_t k = 0; k < count; k++) {
    const size_t begin = k * out->film.n;
    if (!out->format->write_frame(&out->film, s->frame - count + 1 + k, s->frames_x + begin,
                                  s->frames_y + begin, sink))
      return false;
  }
  return growing_file_flush(&out->file);
}

/* Opens a new file, or one to go on with; *begun says that it has frame 0. From then on signals say
 * where the frames are. */
static bool open_output(output *out, const run *r, simulation *s, bool *begun) {
  const sim_options *o = &r->options;
  *begun = false;
  if (!o->output) return true;
  out->film = (film){.n = r->particles.n, .frames = o->frames + 1, .dt = o->dt};
  if (o->method == WHIRL_METHOD_EULER) out->film.timestep = o->timestep;
  out->format = film_format_of(o->output);
  if (!out->format) return false;
  bool there = false;
  if (o->resume && !growing_file_reopen(&out->file, o->output, &there)) return false;
  if (!there) {
    growing_file_close(&out->file);
    if (!growing_file_create(&out->file, o->output)) return false;
  }
  if (out->file.renames) interruption_explain(out->file.partial);
  return !there || resume(&out->file, out->format, &out->film, s, begun);
}

/* Writes everything before frame 1. A file that has not even frame 0 is not kept. */
static bool begin_output(output *out, const simulation *s) {
  const byte_sink sink = {take_bytes, &out->file};
  const bool good = out->format->write_head(&out->film, sink) &&
                    out->format->write_frame(&out->film, 0, s->x, s->y, sink) &&
                    growing_file_flush(&out->file);
  if (!good) growing_file_discard(&out->file);
  return good;
}

static void tell_begun(const output *out, const simulation *s) {
  fprintf(stderr, "%s holds frames 0 to %" PRIu64 "%s\n", out->file.partial, s->frame,
          out->file.whole ? ": it is whole" : " already");
}

/* Seconds of work at once: so much is lost at most when the program is ended. */
static const double at_once = 0.1;

/* Seconds before the progress is shown, and from one time to the next. */
static const double patience = 1, interval = 0.1;

/* All frames that are not there yet. */
static bool make_frames(output *out, simulation *s, uint64_t frames, bool quiet) {
  progress p;
  progress_begin(&p, frames - s->frame);
  double show_at = clock_seconds() + patience;
  bool good = true;
  size_t count = 1;
  while (good && s->frame < frames) {
    const double before = clock_seconds();
    if (count > frames - s->frame) count = (size_t)(frames - s->frame);
    good = simulation_advance(s, count) && (!out->format || write_frames(out, s, count));
    const double after = clock_seconds();
    progress_advance_by(&p, count, (double)count);
    if (!quiet && after > show_at) {
      progress_show(&p, "frames");
      show_at = after + interval;
    }
    if (after - before < at_once && count < s->capacity)
      count = 2 * count < s->capacity ? 2 * count : s->capacity;
    else if (after - before > 2 * at_once && count > 1)
      count /= 2;
  }
  progress_end(&p);
  return good;
}

static bool print_pairs(const run *r, const simulation *s) {
  whirl_pair *pairs;
  size_t count;
  whirl_particles p = r->particles;
  p.x = s->x;
  p.y = s->y;
  const whirl_status status = whirl_close_pairs(r->d, p, r->options.close, &pairs, &count);
  if (status != WHIRL_OK)
    return complain("--close %g: %s", r->options.close, whirl_status_string(status));
  puts("first,second,dx,dy");
  for (size_t i = 0; i < count; i++) {
    const size_t a = pairs[i].first, b = pairs[i].second;
    printf("%zu,%zu,%.17g,%.17g\n", a, b, p.x[b] - p.x[a], p.y[b] - p.y[a]);
  }
  whirl_pairs_free(pairs);
  if (!standard_output_finish()) return false;
  if (!r->options.quiet)
    fprintf(stderr, "%zu %s nearer than %g in both coordinates at the end\n", count,
            count == 1 ? "pair is" : "pairs are", r->options.close);
  return true;
}

/* Everything up to the last frame. */
static bool reach_end(output *out, const run *r, simulation *s, bool begun) {
  const sim_options *o = &r->options;
  /* Where the frames between are not asked for, closed forms leave them out. */
  if (!out->format && !s->stepping && o->frames > 0) return simulation_go_to(s, o->frames);
  if (begun && !o->quiet) tell_begun(out, s);
  if (out->format && !begun && !begin_output(out, s)) return false;
  const bool good =
      make_frames(out, s, o->frames, o->quiet) && (!out->format || growing_file_finish(&out->file));
  if (!good && out->file.renames)
    complain("what was computed so far is in %s: --resume goes on with it", out->file.partial);
  return good;
}

static int simulate(const run *r) {
  simulation s;
  simulation_begin(&s, r->d, r->particles, r->options.dt);
  output out = {.file = {.file = -1}};
  int code = PROGRAM_BAD_USAGE;
  bool begun;
  if (open_output(&out, r, &s, &begun)) {
    bool good = reach_end(&out, r, &s, begun);
    interruption_forget();
    good = good && (!(r->options.close > 0) || print_pairs(r, &s));
    code = good ? PROGRAM_OK : PROGRAM_FAILED;
  }
  growing_file_close(&out.file);
  simulation_end(&s);
  return code;
}

int main(int argc, char **argv) {
  standard_streams_hold();
  setlocale(LC_CTYPE, "");
  /* A file that may not become so large is an error like a full disk. */
  signal(SIGXFSZ, SIG_IGN);
  run r = {0};
  int code = PROGRAM_BAD_USAGE;
  switch (options_read(&r.options, argc, argv)) {
  case OPTIONS_DONE:
    return standard_output_finish() ? PROGRAM_OK : PROGRAM_FAILED;
  case OPTIONS_BAD:
    return PROGRAM_BAD_USAGE;
  case OPTIONS_RUN:
    break;
  }
  if (prepare(&r)) {
    if (!r.options.quiet) tell_plan(&r);
    if (r.options.predict)
      code = prediction_print(&r.plan, r.particles) ? PROGRAM_OK : PROGRAM_FAILED;
    else
      code = simulate(&r);
  }
  particle_list_clear(&r.list);
  whirl_particles_free(&r.allocated);
  whirl_dispatcher_destroy(r.d);
  return code;
}
