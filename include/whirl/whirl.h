/* whirl: evolve kernels for particles that circle the origin, and a dispatcher that picks the right
 * one for the machine and the amount of work. This header is all that a program includes. */
#ifndef WHIRL_WHIRL_H
#define WHIRL_WHIRL_H

#include <whirl/close.h>
#include <whirl/dispatcher.h>
#include <whirl/error.h>
#include <whirl/kernel.h>
#include <whirl/machine.h>
#include <whirl/particles.h>
#include <whirl/status.h>
#include <whirl/trajectory.h>
#include <whirl/tuning.h>
#include <whirl/version.h>

#endif
