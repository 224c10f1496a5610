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

   Every HP_SEGMENT pixels the best path is followed back, and its labels are decided up to HP_LAG
   pixels before: by then nearly all paths agree. So the next row may begin while this one goes on,
   on another thread, and the labels don't depend on how many there are.

   Tried: working on two rows in turns on one thread, so that one computes while the other waits for
   its best path: no faster, as it is the number of instructions that counts.

   Costs are in 1/HP_BIT bits, relative to the best path; ties go to the first. They are floats: of
   each sum and product the rounding is the same on every instruction set. */
#include <string.h>
#include "kernels.h"
#include "simd.h"
#include "sync.h"

/* No branch below depends on which path is best: it changes too often to be foreseen, and what was
   begun in vain took half the time. */

typedef struct {
    float cost;
    int32_t state;
} choice;

/* Of the lanes' best the least; if tied, the first state. */
static inline choice first_least(vecf cost, vec from) {
    const float least = f_least(cost);
    const vec states = v_add32(from, v_lanes());
    const choice best = {least, v_least(v_blend(f_gt(cost, f_set1(least)), v_set1(INT32_MAX), states))};
    return best;
}

/* What all states see at one pixel. */
typedef struct {
    vec target_xy, target_za;     /* the pixel and what comes down to it */
    vec across;                   /* the share of a path's residual that goes on */
    vec origin_xy, origin_za;     /* the residual of the best path */
    vec most, least;              /* of a residual */
    vecf rate, step, rebase;
    vec position;
} view;

static inline view seen(const hp_trellis *t, const hp_row *r, int32_t x) {
    const int loud = r->loud[x];
    const view v = {
        .target_xy = v_set1(r->target_xy[x]), .target_za = v_set1(r->target_za[x]),
        .across = v_set1(loud ? hp_pair(t->across, t->across) : 0),
        .origin_xy = v_set1(r->origin_xy), .origin_za = v_set1(r->origin_za),
        .most = v_set1(loud ? hp_pair(t->cap, t->cap) : 0),
        .least = v_set1(loud ? hp_pair(-t->cap, -t->cap) : 0),
        .rate = f_set1(r->rate[x]), .step = f_set1(t->step), .rebase = f_set1(-r->base),
        .position = v_set1(x),
    };
    return v;
}

static inline vecf distortion(const view *v, vec u_xy, vec u_za) {
    return f_mul(f_from(v_add32(v_madd16(u_xy, u_xy), v_madd16(u_za, u_za))), v->rate);
}

/* Let LANES states take the colours that lie at p_xy, p_za. */
static inline vecf advance(const view *v, const float *match, hp_row *r, int32_t s, vec p_xy,
                           vec p_za) {
    const vecf going_on = f_add(f_load(r->cost + s), v->rebase), fresh = f_load(match + s);
    vec r_xy = v_load(r->residual_xy + s), r_za = v_load(r->residual_za + s);
    const mask anew = f_gt(going_on, fresh);
    r_xy = v_blend(anew, v->origin_xy, r_xy), r_za = v_blend(anew, v->origin_za, r_za);
    v_store(r->start + s, v_blend(anew, v->position, v_load(r->start + s)));
    const vec u_xy = v_sub16(v_add16(v->target_xy, v_mulhi16(r_xy, v->across)), p_xy);
    const vec u_za = v_sub16(v_add16(v->target_za, v_mulhi16(r_za, v->across)), p_za);
    v_store(r->residual_xy + s, v_max16(v_min16(u_xy, v->most), v->least));
    v_store(r->residual_za + s, v_max16(v_min16(u_za, v->most), v->least));
    return f_add(f_add(f_min(going_on, fresh), v->step), distortion(v, u_xy, u_za));
}

static inline void keep_least(vecf cost, int32_t s, vecf *best, vec *from) {
    *from = v_blend(f_gt(*best, cost), v_set1(s), *from);
    *best = f_min(*best, cost);
}

/* The states that copy from the rows above; near the border some would copy from beside them. */
static inline void advance_above(const view *v, const hp_trellis *t, hp_row *r, int32_t x,
                                 int near_border, vecf *best, vec *from) {
    const int32_t first = x + HP_MARGIN - t->span / 2;
    for (int32_t row = 0; row < r->rows; row++) {
        const int32_t *xy = r->above_xy[row] + first, *za = r->above_za[row] + first;
        for (int32_t i = 0; i < t->span; i += LANES) {
            const int32_t s = row * t->span + i;
            vecf cost = advance(v, t->match, r, s, v_load(xy + i), v_load(za + i));
            if (near_border) cost = f_add(cost, f_load(t->fence + first + i));
            f_store(r->cost + s, cost);
            keep_least(cost, s, best, from);
        }
    }
}

/* The states that copy from a few pixels before. Each repeats the labels that stood there when it
   began: they go round in `cycle`, the next one highest. */
static inline void advance_within(const view *v, const hp_trellis *t, hp_row *r, int32_t x,
                                  vecf *best, vec *from) {
    const int32_t first = t->rows * t->span;
    const uint32_t past = r->steps[x].past;
    int32_t xy[HP_PAST], za[HP_PAST];
    for (int32_t d = 1; d <= HP_PAST; d++) {
        const uint32_t anew = 0u - (r->cost[first + d - 1] - r->base > t->match[first + d - 1]);
        const uint32_t cycle = (past & anew) | (r->cycle[d - 1] & ~anew);
        const uint8_t label = (uint8_t)(cycle >> 8 * (d - 1));
        r->cycle[d - 1] = cycle << 8 | label;
        xy[d - 1] = t->book->xy[label], za[d - 1] = t->book->za[label];
    }
    for (int32_t i = 0; i < HP_PAST; i += LANES) {
        vecf cost = advance(v, t->match, r, first + i, v_four(xy, i), v_four(za, i));
        if (x < HP_PAST) cost = f_add(cost, f_load(t->lead + HP_PAST - x + i));
        f_store(r->cost + first + i, cost);
        keep_least(cost, first + i, best, from);
    }
}

/* Literals of the colours around the pixel's own, after the best path: states of one pixel. */
static inline void try_literals(const view *v, const hp_trellis *t, hp_row *r, int32_t x,
                                vecf *best, vec *from) {
    const int32_t first = t->rows * t->span + HP_PAD;
    const vec to_xy = v_add16(v->target_xy, v_mulhi16(v->origin_xy, v->across));
    const vec to_za = v_add16(v->target_za, v_mulhi16(v->origin_za, v->across));
    for (int32_t i = 0; i < HP_AROUND; i += LANES) {
        const size_t at = (size_t)r->around[x] * HP_AROUND + (size_t)i;
        const vec u_xy = v_sub16(to_xy, v_load(t->around_xy + at));
        const vec u_za = v_sub16(to_za, v_load(t->around_za + at));
        const vecf cost = f_add(distortion(v, u_xy, u_za), f_load(t->literal + at));
        v_store(r->residual_xy + first + i, v_max16(v_min16(u_xy, v->most), v->least));
        v_store(r->residual_za + first + i, v_max16(v_min16(u_za, v->most), v->least));
        v_store(r->start + first + i, v->position);
        keep_least(cost, first + i, best, from);
    }
}

static inline int32_t clip(int32_t v, int32_t most) { return v > most ? most : v < -most ? -most : v; }

/* The residual that a colour leaves, as `advance` computes it. */
static inline int32_t residual_of(const hp_trellis *t, int loud, int32_t target, int32_t origin,
                                  int32_t color) {
    if (!loud) return 0;
    const int32_t low = hp_low(target) + (hp_low(origin) * t->across >> 16) - hp_low(color);
    const int32_t high = hp_high(target) + (hp_high(origin) * t->across >> 16) - hp_high(color);
    return hp_pair(clip(low, t->cap), clip(high, t->cap));
}

/* Note how the best path to x ends: in which state, since when, and in which labels. */
static inline void note(const hp_trellis *t, hp_row *r, int32_t x, int32_t state) {
    const int32_t within = t->rows * t->span, literal = within + HP_PAD;
    hp_step *step = r->steps + x + 1;
    step->state = state, step->start = r->start[state];
    if (state < within) {
        const int32_t run = x + 1 - step->start, more = run < HP_PAST ? run : HP_PAST;
        const int32_t at = x + t->offset[state];
        uint64_t past = r->steps[step->start].past;
        for (int32_t i = HP_PAST - 1; i >= 0; i--)
            past = i < more ? past << 8 | r->labels[at - i] : past;
        step->past = (uint32_t)past;
    } else if (state < literal) {
        step->past = r->cycle[state - within];
    } else {
        step->past = r->steps[x].past << 8 | t->around[r->around[x] * HP_AROUND + state - literal];
    }
}

/* Find the best paths on to a pixel. */
static inline void choose(const hp_trellis *t, hp_row *r, int32_t x, int near_border) {
    const view v = seen(t, r, x);
    vecf best = f_set1(3 * HP_NEVER);
    vec from = v_set1(0);
    advance_above(&v, t, r, x, near_border, &best, &from);
    advance_within(&v, t, r, x, &best, &from);
    try_literals(&v, t, r, x, &best, &from);
    const choice chosen = first_least(best, from);
    r->base = chosen.cost;
    r->origin_xy = r->residual_xy[chosen.state], r->origin_za = r->residual_za[chosen.state];
    note(t, r, x, chosen.state);
}

static void choose_segment(const hp_trellis *t, hp_row *r, int32_t width, int32_t first,
                           int32_t last) {
    const int32_t reach = t->span / 2;
    if (first < reach || last > width - reach)
        for (int32_t x = first; x < last; x++) choose(t, r, x, 1);
    else
        for (int32_t x = first; x < last; x++) choose(t, r, x, 0);
}

/* Follow the best path to x back, and decide its labels up to `last`. */
static void follow(const hp_trellis *t, hp_row *r, int32_t x, int32_t last) {
    const int32_t within = t->rows * t->span, literal = within + HP_PAD;
    while (x > r->decided) {
        const hp_step *step = r->steps + x;
        const int32_t start = step->start, state = step->state;
        const int32_t first = start > r->decided ? start : r->decided, end = x < last ? x : last;
        const uint32_t past = r->steps[start].past;
        for (int32_t i = first; i < end; i++) {
            if (state < within)
                r->labels[i] = r->labels[i + t->offset[state]];
            else if (state >= literal)
                r->labels[i] = (uint8_t)step->past;
            else /* the last `distance` labels again and again */
                r->labels[i] = (uint8_t)(past >> 8 * (state - within - (i - start) % (state - within + 1)));
            if (r->copies) r->copies[i] = (uint8_t)(state < literal ? state + 1 : 0);
        }
        x = start;
    }
}

/* Leave colours and residuals of a row's labels up to `last` for the rows below. */
static void leave(const hp_trellis *t, hp_row *r, int32_t last) {
    const size_t plane = (size_t)(r->y % t->ring) * (size_t)t->stride + HP_MARGIN;
    for (int32_t x = r->decided; x < last; x++) {
        const size_t at = plane + (size_t)x;
        const int32_t p_xy = t->book->xy[r->labels[x]], p_za = t->book->za[r->labels[x]];
        r->left_xy = residual_of(t, r->loud[x], r->target_xy[x], r->left_xy, p_xy);
        r->left_za = residual_of(t, r->loud[x], r->target_za[x], r->left_za, p_za);
        t->left_xy[at] = r->left_xy, t->left_za[at] = r->left_za;
        t->plane_xy[at] = p_xy, t->plane_za[at] = p_za;
    }
    r->decided = last;
}

/* Add to the targets what comes down from the row above, where errors are passed on. */
static void aim_plane(const int32_t *left, const int32_t *loud, int32_t first, int32_t last,
                      int32_t down, int32_t *target) {
    const vec share = v_set1(hp_pair(down >> 2, down >> 2)), none = v_set1(0);
    for (int32_t x = first; x < last; x += LANES) {
        const vec twice = v_add16(v_load(left + x), v_load(left + x));
        const vec sum = v_add16(v_add16(v_load(left + x - 1), v_load(left + x + 1)), twice);
        const vec comes = v_blend(v_gt32(v_load(loud + x), none), v_mulhi16(sum, share), none);
        v_store(target + x, v_add16(v_load(target + x), comes));
    }
}

static void aim(const hp_canvas *c, const hp_trellis *t, hp_row *r, int32_t first, int32_t last) {
    const size_t row = (size_t)r->y * (size_t)c->width;
    const size_t above = (size_t)((r->y + t->ring - 1) % t->ring) * (size_t)t->stride + HP_MARGIN;
    for (int32_t x = first; x < last; x++) {
        const uint32_t color = c->index[row + (size_t)x];
        const uint8_t tolerance = c->tolerance[row + (size_t)x];
        r->target_xy[x] = c->xy[color], r->target_za[x] = c->za[color];
        r->loud[x] = tolerance < HP_QUIET;
        r->rate[x] = t->rates[tolerance % HP_QUIET];
        r->around[x] = t->nearest[color];
    }
    aim_plane(t->left_xy + above, r->loud, first, last, t->down, r->target_xy);
    aim_plane(t->left_za + above, r->loud, first, last, t->down, r->target_za);
}

static void begin(const hp_canvas *c, const hp_trellis *t, hp_row *r, int32_t y) {
    const size_t row = (size_t)y * (size_t)c->width;
    r->y = y, r->rows = y < t->rows ? y : t->rows;
    r->labels = t->labels + row, r->copies = t->copies ? t->copies + row + y + 1 : NULL;
    r->base = 0;
    r->origin_xy = r->origin_za = r->decided = r->left_xy = r->left_za = 0;
    for (int32_t s = 0; s < t->rows * t->span + HP_PAD + HP_AROUND; s++)
        r->cost[s] = 2 * HP_NEVER, r->start[s] = r->residual_xy[s] = r->residual_za[s] = 0;
    for (int32_t i = 0; i < r->rows; i++) {
        const size_t plane = (size_t)((y - 1 - i) % t->ring) * (size_t)t->stride;
        r->above_xy[i] = t->plane_xy + plane, r->above_za[i] = t->plane_za + plane;
    }
    memset(r->steps, 0, sizeof *r->steps);
}

/* Work on row after row, as long as there is one that nobody works on. t: IN/OUT, see kernels.h. */
void HP_NAME(hp_map_cheaply)(const hp_canvas *c, hp_trellis *t, hp_row *r) {
    for (int32_t y; (y = hp_claim(&t->next)) < c->height;) {
        begin(c, t, r, y);
        for (int32_t first = 0, last; first < c->width; first = last) {
            last = c->width - first > HP_SEGMENT ? first + HP_SEGMENT : c->width;
            const int32_t needed = c->width - last > t->span / 2 ? last + t->span / 2 : c->width;
            if (y > 0) hp_await(t->done + y - 1, needed);
            aim(c, t, r, first, last);
            choose_segment(t, r, c->width, first, last);
            const int32_t decided = last == c->width ? last : last - HP_LAG;
            if (decided <= r->decided) continue;
            follow(t, r, last, decided);
            leave(t, r, decided);
            hp_publish(t->done + y, decided);
        }
    }
}
