/* What all kernels share: how coordinates lie in memory, and helpers.

   Kernels are plain C. They allocate nothing, don't check their arguments and know nothing of
   Python: gate.pyx has done that before it calls them. A pointer to const is an input; comments
   say OUT of what a function writes, IN/OUT of what it reads and changes, and scratch of memory
   whose content doesn't matter before or after.

   A point is a colour in a working space (spaces.h): four coordinates of 14 bits, as pairs of
   int16 in two arrays of int32, `xy` and `za`. The fourth coordinate is 0 without alpha. A
   difference of two coordinates fits int16, and the squared distance of two points 31 bits. */
#ifndef HP_CORE_H
#define HP_CORE_H
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Arrays that are worked on in vectors may be read, and scratch may be written, up to so many
   elements beyond their end: as many as the longest vector holds. */
#define HP_PAD 16

#define HP_LEVEL 64              /* a step of one 8-bit level, in coordinates */
#define HP_MAX_COORDINATE 16320  /* of 255 */
#define HP_MAX_COLORS 65536      /* in a codebook */
#define HP_MAX_INDEXED 256       /* colours whose labels fit one byte */
static_assert(HP_MAX_COORDINATE == 255 * HP_LEVEL, "coordinates are levels");
static_assert(HP_MAX_COORDINATE <= INT16_MAX, "coordinates and their differences fit int16");
static_assert(4 * (int64_t)HP_MAX_COORDINATE * HP_MAX_COORDINATE <= INT32_MAX,
              "squared distances fit int32");

static inline int32_t hp_pair(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)high << 16 | ((uint32_t)low & 0xffff));
}
static inline int32_t hp_low(int32_t pair) { return (int16_t)((uint32_t)pair & 0xffff); }
static inline int32_t hp_high(int32_t pair) { return (int16_t)((uint32_t)pair >> 16); }

static inline void hp_unpack(int32_t xy, int32_t za, int32_t at[4]) {
    at[0] = hp_low(xy), at[1] = hp_high(xy), at[2] = hp_low(za), at[3] = hp_high(za);
}

/* The squared distance of two points. */
static inline int32_t hp_squared_distance(int32_t xy, int32_t za, int32_t other_xy,
                                          int32_t other_za) {
    const int32_t x = hp_low(xy) - hp_low(other_xy), y = hp_high(xy) - hp_high(other_xy);
    const int32_t z = hp_low(za) - hp_low(other_za), a = hp_high(za) - hp_high(other_za);
    return x * x + y * y + z * z + a * a;
}

static inline int32_t hp_min(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t hp_max(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t hp_clamp(int32_t v, int32_t low, int32_t high) {
    return v < low ? low : v > high ? high : v;
}
static inline int32_t hp_within_space(int32_t v) { return hp_clamp(v, 0, HP_MAX_COORDINATE); }

/* The next multiple of HP_PAD. */
static inline int32_t hp_padded(int32_t count) { return (count + HP_PAD - 1) / HP_PAD * HP_PAD; }

/* The mean of whole numbers, none of them negative, rounded to the nearest. */
static inline int64_t hp_rounded_mean(int64_t sum, int64_t weight) {
    return (2 * sum + weight) / (2 * weight);
}

#endif
