/* Many positions of the same particles along their motion: the frames of a film, in one call. */
#ifndef WHIRL_TRAJECTORY_H
#define WHIRL_TRAJECTORY_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/export.h>
#include <whirl/particles.h>
#include <whirl/status.h>

WHIRL_BEGIN_DECLARATIONS

/* Writes the frames first .. first + frames - 1 of the motion that begins at p: frame f is the
 * state after the time f * dt, and frame 0 is p itself, bit for bit. Particle i of frame first + k
 * goes to x[k * p.n + i] and y[k * p.n + i]; each array has room for frames * p.n doubles, and
 * overlaps neither the other nor p, which is not changed. dt is finite and >= 0.
 *
 * Each frame is computed from p, not from the frame before: its error does not grow with the number
 * of frames between, and its bits are the same whatever first and frames are and whatever the
 * number of threads is. A film that was interrupted goes on with the next first. What frame f is:
 *
 * EXACT    Each position turned by ang_vel * f * dt / r.
 * EULER    Where dt is a whole number m of steps (see whirl_count_steps), the trajectory after
 *          f * m steps. Where it is not, what whirl_evolve takes for the time f * dt (rounded to a
 *          double): whole steps and a shorter last one. In closed form: the cost does not grow with
 *          dt.
 * stepping With options.bitwise, and with a kernel that steps and was named, what f calls of
 *          whirl_evolve with dt give, bit for bit. Frame first then costs all steps before it.
 *
 * Particles at the origin or at rest keep their bits in every frame; NaNs and infinities are as in
 * whirl_evolve. Frames that do not fit into a cache are written past it, which is fastest where x
 * and y are 64-byte aligned and p.n is a multiple of 8.
 *
 * Errors: NULL_POINTER (d, an array of p, x or y; x and y may be NULL where frames * p.n is 0),
 * BAD_DURATION (of dt, or f * dt is not finite), TOO_MANY_STEPS (a frame beyond WHIRL_MAX_STEPS
 * steps; EXACT: beyond frame WHIRL_MAX_STEPS), TOO_MANY_PARTICLES (frames * p.n doubles do not fit
 * into the address space). Threads are used, and the caller's surroundings kept, as by
 * whirl_evolve. */
WHIRL_API whirl_status whirl_trajectory(const whirl_dispatcher *d, whirl_particles p, double dt,
                                        uint64_t first, size_t frames, double *x, double *y);

WHIRL_END_DECLARATIONS

#endif
