/* The vector operations that kernels need. Each instruction set has them in a header of its own,
   simd_NAME.h; kernels are written once in terms of these and compiled once for each set, with
   HP_SET defined as its name. So each set does the same arithmetic and gives the same result.

   A vector holds LANES values of 32 bits: whole numbers, pairs of int16 (two coordinates of a
   point), or floats.

     v_load v_store         whole vectors, unaligned          v_set1    the same in all lanes
     v_sub16 v_add16        pairs of int16                    v_add32   lanes
     v_min16 v_max16        pairs of int16                    v_madd16  a.low b.low + a.high b.high
     v_pick16(a,b,p,q)      of each int16: a > b ? p : q      v_mulhi16 a.low b.low >> 16, ...
     v_gt32 v_ne32          -> mask                           v_blend(m,p,q)  m ? p : q
     v_least                of all lanes                      v_lanes   0, 1, 2 ...
     v_four(p, i)           p[i] and those after it, of four, again and again
     m_bits                 mask -> one bit for each lane
     f_set1 f_load f_store  the same for floats               f_from    whole numbers as floats
     f_add f_mul f_min      lanes of floats                   f_least   the least of all lanes
     f_gt                   -> mask                                                              */
#ifndef HP_SIMD_H
#define HP_SIMD_H
#include <stdint.h>
#include <string.h>
#include "core.h"

#define HP_PASTE_(a, b) a##_##b
#define HP_PASTE(a, b) HP_PASTE_(a, b)
#define HP_NAME(function) HP_PASTE(function, HP_SET) /* of the set that is compiled for */
#define HP_STRING_(x) #x
#define HP_STRING(x) HP_STRING_(x)
#define HP_HEADER(set) HP_STRING(HP_PASTE(simd, set).h)
#include HP_HEADER(HP_SET)
static_assert(LANES <= HP_PAD && HP_PAD % LANES == 0, "vectors end within the padding");

/* The first n lanes: all of them, if there are fewer. */
static inline mask v_first(int32_t n) { return v_gt32(v_set1(n), v_lanes()); }

/* The least of the values that lanes found, none of them negative, and which of them it is: `where`
   holds for each lane the place of its value in a list, but for the lane's own number. Of equal
   values the first in the list. */
static inline int32_t v_place_of_least(vec least, vec where) {
    int32_t value[LANES], place[LANES], best = 0;
    v_store(value, least), v_store(place, v_add32(where, v_lanes()));
    for (int l = 1; l < LANES; l++)
        if (value[l] < value[best] || (value[l] == value[best] && place[l] < place[best])) best = l;
    return place[best];
}

static inline vec v_squared_distance(vec xy, vec za, vec other_xy, vec other_za) {
    const vec u = v_sub16(xy, other_xy), v = v_sub16(za, other_za);
    return v_add32(v_madd16(u, u), v_madd16(v, v));
}

/* The place of the nearest point in a list of at least one, which is padded; the first, if tied. */
static inline int32_t v_nearest(int32_t at_xy, int32_t at_za, const int32_t *xy, const int32_t *za,
                                int32_t size) {
    const vec to_xy = v_set1(at_xy), to_za = v_set1(at_za);
    vec least = v_set1(INT32_MAX), where = v_set1(0);
    for (int32_t i = 0; i < size; i += LANES) {
        vec d = v_squared_distance(to_xy, to_za, v_load(xy + i), v_load(za + i));
        if (size - i < LANES) d = v_blend(v_first(size - i), d, v_set1(INT32_MAX));
        const mask is_nearer = v_gt32(least, d);
        least = v_blend(is_nearer, d, least), where = v_blend(is_nearer, v_set1(i), where);
    }
    return v_place_of_least(least, where);
}

#endif
