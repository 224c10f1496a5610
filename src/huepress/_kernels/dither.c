/* Dithering: mapping pixels so that neighbours make up for each other's errors.

   Error diffusion (Floyd and Steinberg 1976) goes along a serpentine path, in the working space.
   Only a share of each residual goes on, and no more than a cap: where no mixture of the codebook's
   colours gives a colour, residuals would pile up until they break out as a dot of a far colour.

   Ordered dithering works for any codebook (pattern dithering; T. Knoll, US patent 6606166,
   expired). For each colour HP_THRESHOLDS entries are found whose mean comes near it; a
   threshold map says which of them, in order of lightness, stands at each pixel. */
#include "by_set.h"
#include "simd.h"

/* Residuals may lead somewhat beyond the space, but not so far that squared distances don't fit 31
   bits. */
enum { LOWEST = -4096, HIGHEST = 20480 };
static_assert(4 * (int64_t)HIGHEST * HIGHEST <= INT32_MAX && HP_MAX_COORDINATE - LOWEST <= HIGHEST,
              "squared distances fit 31 bits");
static inline int32_t in_reach(int32_t v) { return hp_clamp(v, LOWEST, HIGHEST); }

/* The nearest entry of a codebook, the first if tied. */
static int32_t nearest(const hp_centroids *codebook, const int32_t at[4]) {
    const int32_t xy = hp_pair(in_reach(at[0]), in_reach(at[1]));
    const int32_t za = hp_pair(in_reach(at[2]), in_reach(at[3]));
    return v_nearest(xy, za, codebook->xy, codebook->za, codebook->k);
}

/* Map one row in a direction, 1 or -1. now, next: IN/OUT, residuals that come down to this row
   and the next, in sixteenths, four for each pixel and one more at both ends. */
static void diffuse_row(const hp_canvas *c, hp_diffusion *d, int32_t y, int direction, int32_t *now,
                        int32_t *next) {
    const size_t row = (size_t)y * (size_t)c->width;
    int32_t across[4] = {0};
    for (int32_t i = 0, x = direction > 0 ? 0 : c->width - 1; i < c->width; i++, x += direction) {
        const uint32_t color = c->index[row + (size_t)x];
        const int is_undithered = c->tolerance[row + (size_t)x] & HP_UNDITHERED;
        int32_t at[4], shown[4];
        hp_unpack(c->xy[color], c->za[color], at);
        for (int n = 0; n < 4 && !is_undithered; n++)
            at[n] += (7 * across[n] + now[4 * (x + 1) + n]) / 16;
        const int32_t j = nearest(d->codebook, at);
        hp_unpack(d->codebook->xy[j], d->codebook->za[j], shown);
        d->labels[row + (size_t)x] = (uint8_t)j;
        for (int n = 0; n < 4; n++) {
            const int32_t error = hp_clamp(at[n] - shown[n], -d->cap, d->cap);
            const int32_t r = is_undithered ? 0 : error * d->share / 65536;
            across[n] = r;
            next[4 * (x + 1 - direction) + n] += 3 * r;
            next[4 * (x + 1) + n] += 5 * r;
            next[4 * (x + 1 + direction) + n] += r;
        }
    }
}

/* Map an image by error diffusion. d: OUT labels. */
void HP_NAME(hp_diffuse_errors)(const hp_canvas *c, hp_diffusion *d) {
    const size_t size = 4 * ((size_t)c->width + 2) * sizeof(int32_t);
    int32_t *now = d->residuals[0], *next = d->residuals[1];
    memset(now, 0, size);
    for (int32_t y = 0; y < c->height; y++) {
        memset(next, 0, size);
        diffuse_row(c, d, y, y & 1 ? -1 : 1, now, next);
        int32_t *done = now;
        now = next, next = done;
    }
}

/* In Oklab the first coordinate is lightness; in sRGB all three together give it. */
static inline int32_t lightness(const hp_centroids *codebook, hp_space space, int32_t j) {
    const int32_t first = hp_low(codebook->xy[j]);
    if (space & HP_OKLAB) return first;
    return 2 * first + 4 * hp_high(codebook->xy[j]) + hp_low(codebook->za[j]);
}

/* mixture: OUT, entries whose mean comes near a colour, the darkest first. At each step a share of
   what is still missing counts, and no more than a cap, as in error diffusion. */
static void mix(const hp_centroids *codebook, hp_space space, const int32_t at[4], int32_t share,
                int32_t cap, uint8_t mixture[HP_THRESHOLDS]) {
    int32_t missing[4] = {0};
    for (int n = 0; n < HP_THRESHOLDS; n++) {
        int32_t goal[4], shown[4], place = n;
        for (int i = 0; i < 4; i++)
            goal[i] = at[i] + (int32_t)((int64_t)missing[i] * share / 65536);
        const int32_t j = nearest(codebook, goal), light = lightness(codebook, space, j);
        hp_unpack(codebook->xy[j], codebook->za[j], shown);
        for (int i = 0; i < 4; i++) missing[i] = hp_clamp(missing[i] + at[i] - shown[i], -cap, cap);
        for (; place > 0 && lightness(codebook, space, mixture[place - 1]) > light; place--)
            mixture[place] = mixture[place - 1];
        mixture[place] = (uint8_t)j;
    }
}

/* mixtures: OUT, HP_THRESHOLDS entries for each of `size` colours; where the codebook has the
   colour, all of them that one. */
void HP_NAME(hp_mix_entries)(const hp_canvas *c, int32_t size, const hp_centroids *codebook,
                             hp_space space, int32_t share, int32_t cap, uint8_t *mixtures) {
    for (int32_t i = 0; i < size; i++) {
        int32_t at[4];
        hp_unpack(c->xy[i], c->za[i], at);
        mix(codebook, space, at, share, cap, mixtures + (size_t)i * HP_THRESHOLDS);
    }
}
