/* Labels that DEFLATE will like: rate-distortion optimization as a trellis over each row.

   DEFLATE writes a row as literals and as matches, copies of what stands some distance before. Row
   by row, dynamic programming (Viterbi 1967) finds the sequence of both with the least cost: bits
   (literals as their frequency tells, matches by distance) plus distortion at the pixel's rate.
   There is one state for each match candidate: an offset into the rows above, whose labels are
   chosen already, or a distance within the row, whose labels are known from the path. A state
   either goes on copying or starts anew from the best path so far. (For rate-distortion optimized
   Lempel-Ziv see Atallah, Genin, Szpankowski 1999, "Pattern matching image compression"; Kodama
   and Szpankowski's lossy LZ; choosing whole lengths at each pixel costs more and finds less.)

   Each path carries its residual along, as error diffusion does: what one pixel got too dark, the
   next may get too bright. Without it, cheap labels end in streaks and bands; with it they make
   dither patterns, which matches copy. The row's residual goes on to the row below.

   Costs are whole numbers of 1/HP_BIT bits, relative to the best path; ties go to the first. */
#include <string.h>
#include "kernels.h"
#include "simd.h"

typedef struct {
    int32_t cost, state;
} choice;

static inline int32_t clip(int32_t v, int32_t most) { return v > most ? most : v < -most ? -most : v; }

/* Of the lanes' best the least; if tied, the first state. */
static choice first_least(vec cost, vec from) {
    int32_t costs[LANES], states[LANES];
    choice best = {INT32_MAX, INT32_MAX};
    v_store(costs, cost), v_store(states, from);
    for (int lane = 0; lane < LANES; lane++) {
        const int32_t state = states[lane] + lane;
        if (costs[lane] < best.cost || (costs[lane] == best.cost && state < best.state))
            best.cost = costs[lane], best.state = state;
    }
    return best;
}

/* Let no state that may not begin go on either, however dear the best path becomes. */
static void bar(hp_trellis *t) {
    const int32_t states = t->rows * t->span + HP_PAST;
    for (int32_t s = 0; s < states; s += LANES) {
        const mask barred = v_gt32(v_load(t->match + s), v_set1(HP_DEAREST));
        v_store(t->cost + s, v_blend(barred, v_set1(2 * HP_BARRED), v_load(t->cost + s)));
    }
}

/* What all states see at one pixel. */
typedef struct {
    vec target_xy, target_za;     /* the pixel and part of the residual from above */
    vec excess_xy, excess_za;     /* the rest of that residual */
    vec across, across_rest;      /* shares of the path's own residual, likewise */
    vec origin_xy, origin_za;     /* the residual of the best path */
    vec most, least;              /* of a residual */
    vecf rate;
    vec position, step, rebase;
} view;

static view seen(const hp_trellis *t, int32_t x, int32_t origin_xy, int32_t origin_za,
                 int32_t base) {
    const int quiet = t->still[x];
    const view v = {
        .target_xy = v_set1(t->target_xy[x]), .target_za = v_set1(t->target_za[x]),
        .excess_xy = v_set1(t->excess_xy[x]), .excess_za = v_set1(t->excess_za[x]),
        .across = v_set1(quiet ? 0 : hp_pair(t->across, t->across)),
        .across_rest = v_set1(quiet ? 0 : hp_pair(t->across_rest, t->across_rest)),
        .origin_xy = v_set1(origin_xy), .origin_za = v_set1(origin_za),
        .most = v_set1(quiet ? 0 : hp_pair(t->cap, t->cap)),
        .least = v_set1(quiet ? 0 : hp_pair(-t->cap, -t->cap)),
        .rate = f_set1(t->rate[x]),
        .position = v_set1(x), .step = v_set1(t->step), .rebase = v_set1(-base),
    };
    return v;
}

/* Let LANES states take the colours that lie at p_xy, p_za. */
static inline vec advance(const view *v, hp_trellis *t, int32_t s, vec p_xy, vec p_za, vec fence) {
    vec cost = v_add32(v_load(t->cost + s), v->rebase), fresh = v_load(t->match + s);
    vec r_xy = v_load(t->residual_xy + s), r_za = v_load(t->residual_za + s);
    const mask anew = v_gt32(cost, fresh);
    cost = v_blend(anew, fresh, cost);
    r_xy = v_blend(anew, v->origin_xy, r_xy), r_za = v_blend(anew, v->origin_za, r_za);
    v_store(t->start + s, v_blend(anew, v->position, v_load(t->start + s)));
    const vec u_xy = v_sub16(v_add16(v->target_xy, v_mulhi16(r_xy, v->across)), p_xy);
    const vec u_za = v_sub16(v_add16(v->target_za, v_mulhi16(r_za, v->across)), p_za);
    const vec rest_xy = v_add16(v->excess_xy, v_mulhi16(r_xy, v->across_rest));
    const vec rest_za = v_add16(v->excess_za, v_mulhi16(r_za, v->across_rest));
    const vec d = v_add32(v_madd16(u_xy, u_xy), v_madd16(u_za, u_za));
    cost = v_add32(v_add32(cost, v->step), v_add32(v_scaled(d, v->rate), fence));
    r_xy = v_max16(v_min16(v_add16(u_xy, rest_xy), v->most), v->least);
    r_za = v_max16(v_min16(v_add16(u_za, rest_za), v->most), v->least);
    v_store(t->cost + s, cost);
    v_store(t->residual_xy + s, r_xy), v_store(t->residual_za + s, r_za);
    return cost;
}

static inline void keep_least(vec cost, int32_t s, vec *best, vec *from) {
    const mask closer = v_gt32(*best, cost);
    *best = v_blend(closer, cost, *best);
    *from = v_blend(closer, v_set1(s), *from);
}

/* The states that copy from the rows above. */
static void advance_above(const view *v, hp_trellis *t, int32_t y, int32_t x, vec *best,
                          vec *from) {
    const int32_t rows = y < t->rows ? y : t->rows;
    const int32_t first = x + HP_MARGIN - t->span / 2;
    for (int32_t r = 0; r < rows; r++) {
        const size_t plane = (size_t)((y - 1 - r) % t->rows) * (size_t)t->stride;
        for (int32_t i = 0; i < t->span; i += LANES) {
            const int32_t s = r * t->span + i, at = first + i;
            const vec cost = advance(v, t, s, v_load(t->plane_xy + plane + at),
                                     v_load(t->plane_za + plane + at), v_load(t->fence + at));
            keep_least(cost, s, best, from);
        }
    }
}

/* The label that a state within the row copies at x, if it started at `start`. */
static inline uint8_t repeated(const hp_trellis *t, int32_t distance, int32_t start, int32_t x) {
    const uint8_t *past = t->past + (size_t)start * HP_PAST;
    return past[HP_PAST - distance + (x - start) % distance];
}

/* The states that copy from a few pixels before. */
static void advance_within(const view *v, hp_trellis *t, int32_t x, int32_t base, vec *best,
                           vec *from) {
    const int32_t first = t->rows * t->span;
    int32_t p_xy[HP_PAST], p_za[HP_PAST], fence[HP_PAST];
    for (int32_t d = 1; d <= HP_PAST; d++) {
        const int32_t s = first + d - 1;
        const int anew = t->cost[s] - base > t->match[s];
        const int32_t start = anew ? x : t->start[s];
        t->phase[d - 1] = anew || t->phase[d - 1] + 1 == d ? 0 : t->phase[d - 1] + 1;
        const uint8_t *past = t->past + (size_t)start * HP_PAST;
        const uint8_t label = start >= d ? past[HP_PAST - d + t->phase[d - 1]] : 0;
        p_xy[d - 1] = t->book->xy[label], p_za[d - 1] = t->book->za[label];
        fence[d - 1] = start >= d ? 0 : HP_BARRED;
    }
    for (int32_t i = 0; i < HP_PAST; i += LANES)
        keep_least(advance(v, t, first + i, v_load(p_xy + i), v_load(p_za + i), v_load(fence + i)),
                   first + i, best, from);
}

/* The cheapest literal after the best path. */
static choice best_literal(const view *v, const hp_trellis *t) {
    const vec to_xy = v_add16(v->target_xy, v_mulhi16(v->origin_xy, v->across));
    const vec to_za = v_add16(v->target_za, v_mulhi16(v->origin_za, v->across));
    vec best = v_set1(INT32_MAX), from = v_set1(0);
    for (int32_t j = 0; j < t->book->k; j += LANES) {
        const vec u_xy = v_sub16(to_xy, v_load(t->book->xy + j));
        const vec u_za = v_sub16(to_za, v_load(t->book->za + j));
        const vec d = v_add32(v_madd16(u_xy, u_xy), v_madd16(u_za, u_za));
        keep_least(v_add32(v_scaled(d, v->rate), v_load(t->literal + j)), j, &best, &from);
    }
    return first_least(best, from);
}

/* The residual that a literal leaves, as `advance` computes it. */
static int32_t residual_of(int32_t target, int32_t excess, int32_t origin, int32_t color,
                           int32_t across, int32_t across_rest, int32_t cap) {
    int32_t out[2];
    for (int half = 0; half < 2; half++) {
        const int32_t r = half ? hp_high(origin) : hp_low(origin);
        const int32_t u = (half ? hp_high(target) : hp_low(target)) + (r * across >> 16) -
                          (half ? hp_high(color) : hp_low(color));
        out[half] = clip(u + (half ? hp_high(excess) : hp_low(excess)) + (r * across_rest >> 16), cap);
    }
    return hp_pair(out[0], out[1]);
}

/* The label of a step's state at x; of those above the row. */
static inline uint8_t copied(const hp_trellis *t, int32_t y, int32_t state, int32_t start,
                             int32_t x) {
    const int32_t above = t->rows * t->span;
    if (state >= above) return repeated(t, state - above + 1, start, x);
    const int32_t row = y - 1 - state / t->span, column = x + state % t->span - t->span / 2;
    return t->labels[(size_t)row * (size_t)t->width + (size_t)column];
}

/* past: the last labels of the best path to each x. */
static void remember(hp_trellis *t, int32_t y, int32_t x) {
    const hp_step *step = t->steps + x + 1;
    const uint8_t *before = t->past + (size_t)step->start * HP_PAST;
    uint8_t *now = t->past + (size_t)(x + 1) * HP_PAST;
    const int32_t run = x + 1 - step->start, fresh = run < HP_PAST ? run : HP_PAST;
    memmove(now, before + fresh, (size_t)(HP_PAST - fresh));
    for (int32_t i = HP_PAST - fresh; i < HP_PAST; i++) {
        const int32_t at = x + 1 - HP_PAST + i;
        now[i] = step->state < 0 ? step->label : copied(t, y, step->state, step->start, at);
    }
}

static void choose(hp_trellis *t, int32_t y) {
    int32_t base = 0, origin_xy = 0, origin_za = 0;
    const int32_t states = t->rows * t->span + HP_PAST;
    for (int32_t s = 0; s < states; s++)
        t->cost[s] = 2 * HP_BARRED, t->start[s] = t->residual_xy[s] = t->residual_za[s] = 0;
    memset(t->past, 0, HP_PAST), memset(t->phase, 0, sizeof t->phase);
    for (int32_t x = 0; x < t->width; x++) {
        const view v = seen(t, x, origin_xy, origin_za, base);
        hp_step *step = t->steps + x + 1;
        vec best = v_set1(INT32_MAX), from = v_set1(0);
        advance_above(&v, t, y, x, &best, &from);
        advance_within(&v, t, x, base, &best, &from);
        if (t->some_barred) bar(t);
        const choice match = first_least(best, from), literal = best_literal(&v, t);
        if (literal.cost < match.cost) {
            const int32_t across = t->still[x] ? 0 : t->across, cap = t->still[x] ? 0 : t->cap;
            const int32_t rest = t->still[x] ? 0 : t->across_rest;
            step->state = -1, step->start = x, step->label = (uint8_t)literal.state;
            origin_xy = residual_of(t->target_xy[x], t->excess_xy[x], origin_xy,
                                    t->book->xy[literal.state], across, rest, cap);
            origin_za = residual_of(t->target_za[x], t->excess_za[x], origin_za,
                                    t->book->za[literal.state], across, rest, cap);
            base = literal.cost;
        } else {
            step->state = match.state, step->start = t->start[match.state];
            origin_xy = t->residual_xy[match.state], origin_za = t->residual_za[match.state];
            base = match.cost;
        }
        remember(t, y, x);
    }
}

/* Follow the best path back and write its labels. */
static void follow(hp_trellis *t, int32_t y) {
    uint8_t *row = t->labels + (size_t)y * (size_t)t->width;
    for (int32_t x = t->width; x > 0;) {
        const hp_step *step = t->steps + x;
        if (step->state < 0) {
            row[--x] = step->label;
            continue;
        }
        for (int32_t i = x - 1; i >= step->start; i--)
            row[i] = copied(t, y, step->state, step->start, i);
        x = step->start;
    }
}

static inline int16_t share(int32_t sum, int32_t of) { return (int16_t)(sum * of >> 18); }

/* Set targets of row y from its colours and the residuals of the row above. */
static void aim(const hp_canvas *c, hp_trellis *t, int32_t y) {
    const uint32_t *index = c->index + (size_t)y * (size_t)t->width;
    for (int32_t x = 0; x < t->width; x++) {
        const int32_t *xy = t->left_xy + HP_MARGIN + x, *za = t->left_za + HP_MARGIN + x;
        const int32_t o_xy = c->xy[index[x]], o_za = c->za[index[x]];
        const int32_t sums[4] = {
            hp_low(xy[-1]) + 2 * hp_low(xy[0]) + hp_low(xy[1]),
            hp_high(xy[-1]) + 2 * hp_high(xy[0]) + hp_high(xy[1]),
            hp_low(za[-1]) + 2 * hp_low(za[0]) + hp_low(za[1]),
            hp_high(za[-1]) + 2 * hp_high(za[0]) + hp_high(za[1])};
        const int32_t down = t->still[x] ? 0 : t->down, rest = t->still[x] ? 0 : t->down_rest;
        t->target_xy[x] = hp_pair(hp_low(o_xy) + share(sums[0], down),
                                  hp_high(o_xy) + share(sums[1], down));
        t->target_za[x] = hp_pair(hp_low(o_za) + share(sums[2], down),
                                  hp_high(o_za) + share(sums[3], down));
        t->excess_xy[x] = hp_pair(share(sums[0], rest), share(sums[1], rest));
        t->excess_za[x] = hp_pair(share(sums[2], rest), share(sums[3], rest));
    }
}

/* Leave colours and residuals of row y for the rows below. */
static void leave(hp_trellis *t, int32_t y) {
    const uint8_t *row = t->labels + (size_t)y * (size_t)t->width;
    const size_t plane = (size_t)(y % t->rows) * (size_t)t->stride + HP_MARGIN;
    int32_t r_xy = 0, r_za = 0;
    for (int32_t x = 0; x < t->width; x++) {
        const int32_t p_xy = t->book->xy[row[x]], p_za = t->book->za[row[x]];
        const int32_t across = t->still[x] ? 0 : t->across, cap = t->still[x] ? 0 : t->cap;
        const int32_t rest = t->still[x] ? 0 : t->across_rest;
        r_xy = residual_of(t->target_xy[x], t->excess_xy[x], r_xy, p_xy, across, rest, cap);
        r_za = residual_of(t->target_za[x], t->excess_za[x], r_za, p_za, across, rest, cap);
        t->left_xy[HP_MARGIN + x] = r_xy, t->left_za[HP_MARGIN + x] = r_za;
        t->plane_xy[plane + (size_t)x] = p_xy, t->plane_za[plane + (size_t)x] = p_za;
    }
}

/* t: IN/OUT, see kernels.h; left_xy, left_za zeroed before the first row, fence set. */
void HP_NAME(hp_map_cheaply)(const hp_canvas *c, hp_trellis *t, hp_texture *texture,
                             int32_t first, int32_t last) {
    for (int32_t y = first; y < last; y++) {
        hp_vary(c, y, texture);
        hp_still(c, y, texture, t->still);
        hp_rate(c, texture, t->strength, t->rate);
        aim(c, t, y);
        choose(t, y);
        follow(t, y);
        leave(t, y);
    }
}
