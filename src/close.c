/* All close pairs, by a grid of cells that are not narrower than the tolerance: particles that are
 * close lie in neighbouring cells. The grid has no borders and no size of its own: cells are hashed
 * into as many buckets as there are particles, so that it does not matter how the particles are
 * spread. */
#include <whirl/close.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dispatcher.h"
#include "particles.h"

/* Cells of one tile, TILE by TILE of them, follow each other in the buckets. */
enum { TILE_BITS = 3, TILE = 1 << TILE_BITS };

enum { NEIGHBOURS = 9 };

/* What looking for a particle's neighbours takes at least, roughly. */
static const double particle_ns = 100;

/* A particle in the grid's order. */
typedef struct entry {
  double x, y;
  size_t index;
} entry;

typedef struct grid {
  double scale[2]; /* their product is 1 / side, side a power of two: the quotient is exact */
  uint64_t mask;   /* buckets - 1, a power of two */
  size_t *begin;   /* bucket b holds entries[begin[b]] to entries[begin[b + 1]], by index */
  entry *entries;
  size_t count; /* particles with two finite coordinates: the others are close to none */
} grid;

/* What each thread does with its range of entries. */
typedef struct search {
  const grid *grid;
  double tolerance;
  size_t *begin; /* of the pairs of particle i, and where the last ones end; while they are counted,
                    their number */
  whirl_pair *pairs;
} search;

/* The cell of a coordinate. From 2^53 sides on doubles are no nearer to each other than the side,
 * and close ones are equal: any number does for a cell that is the same for the same double. */
static int64_t cell_of(const grid *g, double coordinate) {
  const double quotient = coordinate * g->scale[0] * g->scale[1];
  if (!(fabs(quotient) < 0x1p53)) {
    int64_t bits;
    memcpy(&bits, &coordinate, sizeof bits);
    return bits;
  }
  const int64_t cell = (int64_t)quotient;
  return cell - (quotient < (double)cell);
}

/* Stafford's variant 13 of MurmurHash3's finalizer (Steele, Lea, Flood: Fast splittable
 * pseudorandom number generators, OOPSLA 2014). */
static uint64_t mix(uint64_t a) {
  a = (a ^ a >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  a = (a ^ a >> 27) * UINT64_C(0x94d049bb133111eb);
  return a ^ a >> 31;
}

static uint64_t bucket_of(const grid *g, uint64_t cell_x, uint64_t cell_y) {
  const uint64_t tile = mix(mix(cell_x >> TILE_BITS) + (cell_y >> TILE_BITS));
  return (tile + (cell_y % TILE) * TILE + cell_x % TILE) & g->mask;
}

/* The buckets of a particle's cell and its neighbours, each once. */
static int neighbouring_buckets(const grid *g, const entry *e, uint64_t buckets[NEIGHBOURS]) {
  const uint64_t x = (uint64_t)cell_of(g, e->x), y = (uint64_t)cell_of(g, e->y);
  int count = 0;
  for (int k = 0; k < NEIGHBOURS; k++) {
    const uint64_t bucket = bucket_of(g, x + (uint64_t)(k % 3) - 1, y + (uint64_t)(k / 3) - 1);
    int same = 0;
    while (same < count && buckets[same] != bucket) same++;
    if (same == count) buckets[count++] = bucket;
  }
  return count;
}

static bool are_close(const entry *a, const entry *b, double tolerance) {
  return fabs(a->x - b->x) < tolerance && fabs(a->y - b->y) < tolerance;
}

/* Merges the ascending runs of .second two by two, through .first, until there is one. */
static void merge_runs(whirl_pair *pairs, size_t count) {
  for (;;) {
    size_t runs = 0;
    for (size_t at = 0; at < count;) {
      size_t left = at, middle = at + 1;
      while (middle < count && pairs[middle - 1].second < pairs[middle].second) middle++;
      size_t right = middle, end = middle < count ? middle + 1 : middle;
      while (end < count && pairs[end - 1].second < pairs[end].second) end++;
      for (size_t to = at; to < end; to++) {
        const bool take_left =
            right == end || (left < middle && pairs[left].second < pairs[right].second);
        pairs[to].first = pairs[take_left ? left++ : right++].second;
      }
      at = end;
      runs++;
    }
    for (size_t k = 0; k < count; k++) pairs[k].second = pairs[k].first;
    if (runs <= 1) return;
  }
}

/* The pairs of one particle with those of a higher index: counted, or written where pairs is not
 * NULL. */
static size_t pairs_of(const search *task, const entry *e, whirl_pair *pairs) {
  const grid *g = task->grid;
  uint64_t buckets[NEIGHBOURS];
  const int bucket_count = neighbouring_buckets(g, e, buckets);
  size_t count = 0;
  for (int b = 0; b < bucket_count; b++) {
    const entry *end = g->entries + g->begin[buckets[b] + 1];
    for (const entry *other = g->entries + g->begin[buckets[b]]; other < end; other++) {
      if (other->index <= e->index || !are_close(e, other, task->tolerance)) continue;
      if (pairs) pairs[count].second = other->index;
      count++;
    }
  }
  return count;
}

static void count_range(const void *context, size_t begin, size_t end) {
  const search *task = context;
  for (size_t k = begin; k < end; k++) {
    const entry *e = &task->grid->entries[k];
    task->begin[e->index] = pairs_of(task, e, NULL);
  }
}

static void write_range(const void *context, size_t begin, size_t end) {
  const search *task = context;
  for (size_t k = begin; k < end; k++) {
    const entry *e = &task->grid->entries[k];
    if (task->begin[e->index] == task->begin[e->index + 1]) continue;
    whirl_pair *pairs = task->pairs + task->begin[e->index];
    const size_t count = pairs_of(task, e, pairs);
    merge_runs(pairs, count);
    for (size_t i = 0; i < count; i++) pairs[i].first = e->index;
  }
}

/* Turns numbers into where each begins; returns their sum, or SIZE_MAX where it is too large. */
static size_t add_up(size_t *numbers, size_t count) {
  size_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t number = numbers[i];
    if (number > SIZE_MAX - 1 - sum) return SIZE_MAX;
    numbers[i] = sum;
    sum += number;
  }
  return sum;
}

static void set_side(grid *g, double tolerance) {
  int exponent = 1024;
  if (!isinf(tolerance) && frexp(tolerance, &exponent) == 0.5) exponent--;
  g->scale[0] = ldexp(1, -exponent / 2);
  g->scale[1] = ldexp(1, -exponent - -exponent / 2);
}

static void grid_clear(grid *g) {
  free(g->begin);
  free(g->entries);
}

static bool grid_init(grid *g, whirl_particles p, double tolerance) {
  set_side(g, tolerance);
  uint64_t buckets = 1;
  while (buckets < p.n) buckets *= 2;
  g->mask = buckets - 1;
  g->begin = calloc(buckets + 1, sizeof *g->begin);
  g->entries = malloc(p.n * sizeof *g->entries);
  uint64_t *bucket = malloc(p.n * sizeof *bucket);
  const bool good = g->begin && g->entries && bucket;
  for (size_t i = 0; good && i < p.n; i++) {
    bucket[i] = UINT64_MAX;
    if (!isfinite(p.x[i]) || !isfinite(p.y[i])) continue;
    bucket[i] = bucket_of(g, (uint64_t)cell_of(g, p.x[i]), (uint64_t)cell_of(g, p.y[i]));
    g->begin[bucket[i]]++;
  }
  if (good) g->count = add_up(g->begin, buckets + 1);
  for (size_t i = 0; good && i < p.n; i++) {
    if (bucket[i] == UINT64_MAX) continue;
    g->entries[g->begin[bucket[i]]++] = (entry){p.x[i], p.y[i], i};
  }
  /* Each bucket's begin is now its end. */
  if (good) memmove(g->begin + 1, g->begin, buckets * sizeof *g->begin);
  if (good) g->begin[0] = 0;
  free(bucket);
  return good;
}

/* The pairs, counted first and then written, so that each thread knows where. */
static whirl_status find_pairs(const grid *g, const whirl_threads *threads, size_t n,
                               double tolerance, whirl_pair **pairs, size_t *count) {
  search task = {.grid = g, .tolerance = tolerance};
  task.begin = calloc(n + 1, sizeof *task.begin);
  if (!task.begin) return WHIRL_ERROR_OUT_OF_MEMORY;
  whirl_for_ranges(threads, g->count, count_range, &task);
  const size_t sum = add_up(task.begin, n + 1);
  whirl_status status = WHIRL_OK;
  if (sum > PTRDIFF_MAX / sizeof *task.pairs) status = WHIRL_ERROR_OUT_OF_MEMORY;
  if (status == WHIRL_OK && sum > 0) {
    task.pairs = malloc(sum * sizeof *task.pairs);
    if (!task.pairs) status = WHIRL_ERROR_OUT_OF_MEMORY;
  }
  if (status == WHIRL_OK) {
    if (sum > 0) whirl_for_ranges(threads, g->count, write_range, &task);
    *pairs = task.pairs;
    *count = sum;
  }
  free(task.begin);
  return status;
}

whirl_status whirl_close_pairs(const whirl_dispatcher *d, whirl_particles p, double tolerance,
                               whirl_pair **pairs, size_t *count) {
  if (!d || !pairs || !count || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  if (!(tolerance >= 0)) return WHIRL_ERROR_BAD_TOLERANCE;
  if (p.n == 0 || tolerance == 0) {
    *pairs = NULL;
    *count = 0;
    return WHIRL_OK;
  }
  grid g = {0};
  whirl_status status = WHIRL_ERROR_OUT_OF_MEMORY;
  if (grid_init(&g, p, tolerance)) {
    whirl_threads threads = whirl_dispatcher_threads(
        d, whirl_decide_threads(&d->chooser, p.n, (double)p.n * particle_ns));
    threads.grain = 1024; /* particles in crowds take longer than others */
    status = find_pairs(&g, &threads, p.n, tolerance, pairs, count);
  }
  grid_clear(&g);
  return status;
}

void whirl_pairs_free(whirl_pair *pairs) {
  free(pairs);
}
