/* The terms of T(s) in the closed form of the Euler trajectory, which docs/kernels.md derives:
 * T(s) is the sum of spiral_terms[k] s^(2k + 1). */
#ifndef WHIRL_KERNELS_SPIRAL_TERMS_H
#define WHIRL_KERNELS_SPIRAL_TERMS_H

enum { SPIRAL_TERMS = 12 };

static const double spiral_terms[SPIRAL_TERMS] = {1. / 6.,
                                                  -1. / 120.,
                                                  -1. / 840.,
                                                  5. / 8064.,
                                                  1. / 4224.,
                                                  -521. / 2196480.,
                                                  -29. / 199680.,
                                                  1067. / 5013504.,
                                                  13221. / 74088448.,
                                                  -538019. / 1568931840.,
                                                  -692393. / 1899233280.,
                                                  2088537. / 2411724800.};

#endif
