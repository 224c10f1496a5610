/* Dithering: mapping pixels so that neighbours make up for each other's errors.

   `diffuse`: error diffusion (Floyd and Steinberg 1976) along a serpentine path, in the working
   space. A share of each residual is lost and what is left is capped: colours that no mixture of
   the codebook can give would pile it up, until it breaks out as a dot of a far colour.

   `arrange`: pattern dithering for any codebook (T. Knoll, US patent 6606166, expired). For each
   colour HP_SHADES entries are found whose mean comes near it; a mask of thresholds says which of
   them, in order of lightness, stands at each pixel. */
#include <stdlib.h>
#include <string.h>
#include "kernels.h"
#include "simd.h"

static inline int32_t clip(int32_t v, int32_t most) { return v > most ? most : v < -most ? -most : v; }

/* Where a point may lie: half again as far as the space reaches, so that distances fit 31 bits. */
static inline int32_t inside(int32_t v) { return v < -4096 ? -4096 : v > 20480 ? 20480 : v; }

static const int32_t LANE[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* The nearest centroid, the first if tied. */
static int32_t nearest(const hp_centroids *book, const int32_t at[4]) {
    const vec xy = v_set1(hp_pair(inside(at[0]), inside(at[1])));
    const vec za = v_set1(hp_pair(inside(at[2]), inside(at[3])));
    vec best = v_set1(INT32_MAX), from = v_set1(0);
    int32_t least[LANES], where[LANES], found = 0, d = INT32_MAX;
    for (int32_t j = 0; j < book->k; j += LANES) {
        const vec u = v_sub16(xy, v_load(book->xy + j)), v = v_sub16(za, v_load(book->za + j));
        vec square = v_add32(v_madd16(u, u), v_madd16(v, v));
        if (book->k - j < LANES) /* what pads the codebook would win in its lanes, being black */
            square = v_blend(v_gt32(v_set1(book->k - j), v_load(LANE)), square, v_set1(INT32_MAX));
        const mask closer = v_gt32(best, square);
        best = v_blend(closer, square, best), from = v_blend(closer, v_set1(j), from);
    }
    v_store(least, best), v_store(where, from);
    for (int lane = 0; lane < LANES; lane++) {
        const int32_t j = where[lane] + lane;
        if (least[lane] < d || (least[lane] == d && j < found))
            d = least[lane], found = j;
    }
    return found;
}

static inline void unpack(int32_t xy, int32_t za, int32_t at[4]) {
    at[0] = hp_low(xy), at[1] = hp_high(xy), at[2] = hp_low(za), at[3] = hp_high(za);
}

/* One row, towards `way` (1 or -1). now, next: IN/OUT, residuals that come down, in sixteenths,
   four for each pixel and one more at both ends. */
static void diffuse_row(const hp_canvas *c, hp_diffusion *d, int32_t y, int way, int32_t *now,
                        int32_t *next) {
    const size_t row = (size_t)y * (size_t)c->width;
    int32_t across[4] = {0};
    for (int32_t i = 0, x = way > 0 ? 0 : c->width - 1; i < c->width; i++, x += way) {
        const uint32_t color = c->index[row + (size_t)x];
        const int quiet = c->tolerance[row + (size_t)x] & HP_QUIET;
        int32_t at[4], is[4];
        unpack(c->xy[color], c->za[color], at);
        for (int n = 0; n < 4 && !quiet; n++)
            at[n] += (7 * across[n] + now[4 * (x + 1) + n]) / 16;
        const int32_t j = nearest(d->book, at);
        unpack(d->book->xy[j], d->book->za[j], is);
        d->labels[row + (size_t)x] = (uint8_t)j;
        for (int n = 0; n < 4; n++) {
            const int32_t r = quiet ? 0 : clip(at[n] - is[n], d->cap) * d->share / 65536;
            across[n] = r;
            next[4 * (x + 1 - way) + n] += 3 * r;
            next[4 * (x + 1) + n] += 5 * r;
            next[4 * (x + 1 + way) + n] += r;
        }
    }
}

/* d: IN/OUT, see kernels.h. */
void HP_NAME(hp_diffuse)(const hp_canvas *c, hp_diffusion *d) {
    const size_t room = 4 * ((size_t)c->width + 2);
    int32_t *now = d->residuals, *next = d->residuals + room;
    memset(now, 0, room * sizeof *now);
    for (int32_t y = 0; y < c->height; y++) {
        memset(next, 0, room * sizeof *next);
        diffuse_row(c, d, y, y & 1 ? -1 : 1, now, next);
        int32_t *done = now;
        now = next, next = done;
    }
}

/* The first coordinate is lightness in `oklab`; in `rgb` all three together tell it. */
static inline int32_t lightness(const hp_centroids *book, hp_space space, int32_t j) {
    const int32_t first = hp_low(book->xy[j]);
    return space & HP_IN_OKLAB ? first : 2 * first + 4 * hp_high(book->xy[j]) + hp_low(book->za[j]);
}

/* Entries whose mean comes near a colour, darkest first; shares of 65536 of what is still missing
   count at each step, of no more than the cap: see diffusion. */
static void mix(const hp_centroids *book, hp_space space, const int32_t at[4], int32_t share,
                int32_t cap, uint8_t shades[HP_SHADES]) {
    int32_t missing[4] = {0};
    for (int n = 0; n < HP_SHADES; n++) {
        int32_t goal[4], is[4], place = n;
        for (int i = 0; i < 4; i++) goal[i] = at[i] + (int32_t)((int64_t)missing[i] * share / 65536);
        const int32_t j = nearest(book, goal), light = lightness(book, space, j);
        unpack(book->xy[j], book->za[j], is);
        for (int i = 0; i < 4; i++) missing[i] = clip(missing[i] + at[i] - is[i], cap);
        for (; place > 0 && lightness(book, space, shades[place - 1]) > light; place--)
            shades[place] = shades[place - 1];
        shades[place] = (uint8_t)j;
    }
}

/* shades: OUT, HP_SHADES entries for each of `size` colours: where the codebook has it, all that. */
void HP_NAME(hp_mix)(const hp_canvas *c, int32_t size, const hp_centroids *book, hp_space space,
                     int32_t share, int32_t cap, uint8_t *shades) {
    for (int32_t i = 0; i < size; i++) {
        int32_t at[4];
        unpack(c->xy[i], c->za[i], at);
        mix(book, space, at, share, cap, shades + (size_t)i * HP_SHADES);
    }
}
