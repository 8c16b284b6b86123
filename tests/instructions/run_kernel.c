/* One kernel, called once: what a program that counts instructions runs. Without arguments it lists
 * the kernels that step, one a line: name, whether it runs on this CPU, floating-point operations
 * and instructions for each particle-step, as the descriptor has them. */
#include <stdio.h>
#include <stdlib.h>

#include <whirl/whirl.h>

static bool steps_serially(const whirl_kernel *kernel) {
  return kernel->method == WHIRL_KERNEL_EULER && !kernel->threaded;
}

static void list(const whirl_machine *machine) {
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (!steps_serially(kernel)) continue;
    printf("%s\t%s\t%.17g\t%.17g\n", kernel->name,
           kernel->features & ~machine->features ? "no" : "yes", kernel->flops.per_particle_step,
           kernel->instructions);
  }
}

/* The particles are bench's. Returns false where they can't be made or evolved. */
static bool run(const whirl_kernel *kernel, size_t n, uint64_t steps) {
  whirl_options options;
  whirl_options_init(&options);
  options.kernel = kernel->name;
  options.threads = 1;
  whirl_dispatcher *d;
  whirl_particles p;
  if (whirl_dispatcher_create(&d, &options)) return false;
  bool good = !whirl_particles_alloc(d, n, &p);
  if (good) {
    whirl_particles_random(d, p, 1, 0);
    good = !whirl_evolve_steps(d, p, steps);
    whirl_particles_free(&p);
  }
  whirl_dispatcher_destroy(d);
  return good;
}

int main(int argc, char **argv) {
  whirl_dispatcher *d;
  if (whirl_dispatcher_create(&d, NULL)) return 1;
  const whirl_machine machine = *whirl_dispatcher_machine(d);
  whirl_dispatcher_destroy(d);
  if (argc == 1) {
    list(&machine);
    return 0;
  }
  const whirl_kernel *kernel = argc == 4 ? whirl_kernel_find(argv[1]) : NULL;
  return kernel && run(kernel, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10)) ? 0 : 1;
}
