/* A program that loads whirl as a plug-in would be, moves particles over threads and unloads it
 * while these threads wait for more. If this fails, it dies: what they wait in is gone.
 * Usage: unload LIBRARY */
#include <dlfcn.h>
#include <stdio.h>

#include <whirl/whirl.h>

/* The function that the library exports under this name. */
#define FUNCTION(library, name) (*(__typeof__(name) **)&(void *){dlsym(library, #name)})

static int fail(const char *what) {
  fprintf(stderr, "unload: %s\n", what);
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 2) return fail("give the library");
  void *library = dlopen(argv[1], RTLD_NOW);
  if (!library) return fail(dlerror());
  whirl_options options;
  FUNCTION(library, whirl_options_init_sized)(&options, sizeof options);
  options.threads = 2;
  whirl_dispatcher *d;
  whirl_particles p;
  if (FUNCTION(library, whirl_dispatcher_create)(&d, &options)) return fail("no dispatcher");
  if (FUNCTION(library, whirl_particles_alloc)(d, 1000, &p)) return fail("no particles");
  if (FUNCTION(library, whirl_evolve_steps)(d, p, 100)) return fail("no motion");
  FUNCTION(library, whirl_particles_free)(&p);
  FUNCTION(library, whirl_dispatcher_destroy)(d);
  return dlclose(library) == 0 ? 0 : fail("it can't be unloaded");
}
