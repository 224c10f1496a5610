/* Labels that take few bits: rate-distortion optimization by a trellis over each row.

   DEFLATE stores a row as literals and as matches, copies of what stands some distance before. Row
   by row, dynamic programming (Viterbi 1967) finds the sequence of both that costs least: bits (of
   a literal by its frequency, of a match by its distance) plus distortion, at the rate of the
   pixel. There is one state for each candidate for a match: an offset into the rows above, whose
   labels are decided already, or a distance within the row, whose labels the path knows. In a state
   a path either goes on copying, or begins to copy after the best path so far. (For rate-distortion
   optimized Lempel-Ziv see Atallah, Genin, Szpankowski 1999, "Pattern matching image compression";
   Kodama; and Szpankowski's lossy LZ. Choosing whole lengths at each pixel takes longer and finds
   less.)

   Each path carries its residual along, as error diffusion does: where one pixel came out too dark,
   the next may come out too bright. Without that, cheap labels end in streaks and bands; with it
   they form dither patterns, which matches copy. The row's residual goes on to the row below.

   Every HP_SEGMENT pixels the best path is traced back, and its labels are decided up to HP_LAG
   pixels before: nearly all paths agree on these. So the next row can begin on another thread while
   this one goes on, and the labels don't depend on the number of threads.

   Tried: working on two rows in turns on one thread, so that one computes while the other waits for
   its best path, is no faster: the number of instructions is what counts.

   Costs are relative to the best path; of equal ones the first counts. They are floats, of which
   each sum and product is rounded in the same way on every instruction set. No branch depends on
   which path is best: that changes too often to be predicted, and mispredictions took half of
   the time. */
#include "by_set.h"
#include "simd.h"
#include "sync.h"

static inline int32_t first_run(const hp_trellis *t) { return t->rows * t->span; }
static inline int32_t first_literal(const hp_trellis *t) { return first_run(t) + HP_PAD; }

/* Where the plane of row y begins. */
static inline size_t plane_of(const hp_trellis *t, int32_t y) {
    return (size_t)(y % t->planes) * (size_t)t->stride;
}

typedef struct {
    float cost;
    int32_t state;
} best_state;

/* The least of the costs that lanes found, and its state: the first, if tied. */
static inline best_state first_least(vecf cost, vec state) {
    const float least = f_least(cost);
    const vec states = v_add32(state, v_lanes());
    const best_state best = {
        least, v_least(v_blend(f_gt(cost, f_set1(least)), v_set1(INT32_MAX), states))};
    return best;
}

/* What all states need to know at one pixel. */
typedef struct {
    vec target_xy, target_za; /* the pixel's colour and what comes from above */
    vec across;               /* the share of a path's residual that goes on */
    vec best_xy, best_za;     /* the residual of the best path */
    vec most, least;          /* of a residual */
    vecf rate, step, rebase;  /* the last is subtracted from costs: that of the best path */
    vec position;
} pixel_view;

static inline pixel_view view_of(const hp_trellis *t, const hp_trellis_row *r, int32_t x) {
    const int passes_error = r->passes_error[x];
    const pixel_view v = {
        .target_xy = v_set1(r->target_xy[x]), .target_za = v_set1(r->target_za[x]),
        .across = v_set1(passes_error ? hp_pair(t->across, t->across) : 0),
        .best_xy = v_set1(r->best_xy), .best_za = v_set1(r->best_za),
        .most = v_set1(passes_error ? hp_pair(t->cap, t->cap) : 0),
        .least = v_set1(passes_error ? hp_pair(-t->cap, -t->cap) : 0),
        .rate = f_set1(r->rate[x]), .step = f_set1(t->step), .rebase = f_set1(-r->best_cost),
        .position = v_set1(x),
    };
    return v;
}

/* The cost of errors u. */
static inline vecf distortion(const pixel_view *v, vec u_xy, vec u_za) {
    return f_mul(f_from(v_add32(v_madd16(u_xy, u_xy), v_madd16(u_za, u_za))), v->rate);
}

/* Advance LANES states, from s on, to a pixel where they take the colours p. Returns what the paths
   cost. r: IN/OUT start and residuals. */
static inline vecf advance(const pixel_view *v, const float *match_cost, hp_trellis_row *r,
                           int32_t s, vec p_xy, vec p_za) {
    const vecf going_on = f_add(f_load(r->cost + s), v->rebase), beginning = f_load(match_cost + s);
    vec r_xy = v_load(r->residual_xy + s), r_za = v_load(r->residual_za + s);
    const mask begins = f_gt(going_on, beginning);
    r_xy = v_blend(begins, v->best_xy, r_xy), r_za = v_blend(begins, v->best_za, r_za);
    v_store(r->start + s, v_blend(begins, v->position, v_load(r->start + s)));
    const vec u_xy = v_sub16(v_add16(v->target_xy, v_mulhi16(r_xy, v->across)), p_xy);
    const vec u_za = v_sub16(v_add16(v->target_za, v_mulhi16(r_za, v->across)), p_za);
    v_store(r->residual_xy + s, v_max16(v_min16(u_xy, v->most), v->least));
    v_store(r->residual_za + s, v_max16(v_min16(u_za, v->most), v->least));
    return f_add(f_add(f_min(going_on, beginning), v->step), distortion(v, u_xy, u_za));
}

/* best, state: IN/OUT, the least cost that each lane found, and its state but for the lane's
   number. */
static inline void keep_least(vecf cost, int32_t s, vecf *best, vec *state) {
    *state = v_blend(f_gt(*best, cost), v_set1(s), *state);
    *best = f_min(*best, cost);
}

/* Advance the states that copy from the rows above. Near the border some would copy from beside the
   image. */
static inline void advance_copies(const pixel_view *v, const hp_trellis *t, hp_trellis_row *r,
                                  int32_t x, int is_near_border, vecf *best, vec *state) {
    const int32_t first = x + HP_MARGIN - t->span / 2;
    for (int32_t row = 0; row < r->rows; row++) {
        const int32_t *xy = r->above_xy[row] + first, *za = r->above_za[row] + first;
        for (int32_t i = 0; i < t->span; i += LANES) {
            const int32_t s = row * t->span + i;
            vecf cost = advance(v, t->match_cost, r, s, v_load(xy + i), v_load(za + i));
            if (is_near_border) cost = f_add(cost, f_load(t->border_cost + first + i));
            f_store(r->cost + s, cost);
            keep_least(cost, s, best, state);
        }
    }
}

/* Advance the states that repeat labels of the last pixels. Each repeats those that stood there
   when it began. */
static inline void advance_runs(const pixel_view *v, const hp_trellis *t, hp_trellis_row *r,
                                int32_t x, vecf *best, vec *state) {
    const int32_t first = first_run(t);
    const uint32_t past = r->steps[x].past;
    int32_t xy[HP_MAX_RUN_DISTANCE], za[HP_MAX_RUN_DISTANCE];
    for (int32_t d = 0; d < HP_MAX_RUN_DISTANCE; d++) {
        const uint32_t begins = 0u - (r->cost[first + d] - r->best_cost > t->match_cost[first + d]);
        const uint32_t cycle = (past & begins) | (r->cycle[d] & ~begins);
        const uint8_t label = (uint8_t)(cycle >> 8 * d);
        r->cycle[d] = cycle << 8 | label;
        xy[d] = t->codebook->xy[label], za[d] = t->codebook->za[label];
    }
    for (int32_t i = 0; i < HP_MAX_RUN_DISTANCE; i += LANES) {
        vecf cost = advance(v, t->match_cost, r, first + i, v_four(xy, i), v_four(za, i));
        if (x < HP_MAX_RUN_DISTANCE)
            cost = f_add(cost, f_load(t->start_cost + HP_MAX_RUN_DISTANCE - x + i));
        f_store(r->cost + first + i, cost);
        keep_least(cost, first + i, best, state);
    }
}

/* Enter the states of literals, which last for one pixel, after the best path. */
static inline void enter_literals(const pixel_view *v, const hp_trellis *t, hp_trellis_row *r,
                                  int32_t x, vecf *best, vec *state) {
    const int32_t first = first_literal(t);
    const vec to_xy = v_add16(v->target_xy, v_mulhi16(v->best_xy, v->across));
    const vec to_za = v_add16(v->target_za, v_mulhi16(v->best_za, v->across));
    for (int32_t i = 0; i < HP_NEIGHBORS; i += LANES) {
        const size_t at = (size_t)r->nearest[x] * HP_NEIGHBORS + (size_t)i;
        const vec u_xy = v_sub16(to_xy, v_load(t->neighbor_xy + at));
        const vec u_za = v_sub16(to_za, v_load(t->neighbor_za + at));
        const vecf cost = f_add(distortion(v, u_xy, u_za), f_load(t->literal_cost + at));
        v_store(r->residual_xy + first + i, v_max16(v_min16(u_xy, v->most), v->least));
        v_store(r->residual_za + first + i, v_max16(v_min16(u_za, v->most), v->least));
        v_store(r->start + first + i, v->position);
        keep_least(cost, first + i, best, state);
    }
}

/* The residual that a colour leaves, as `advance` computes it. */
static inline int32_t residual_of(const hp_trellis *t, int passes_error, int32_t target,
                                  int32_t residual, int32_t color) {
    if (!passes_error) return 0;
    const int32_t low = hp_low(target) + (hp_low(residual) * t->across >> 16) - hp_low(color);
    const int32_t high = hp_high(target) + (hp_high(residual) * t->across >> 16) - hp_high(color);
    return hp_pair(hp_clamp(low, -t->cap, t->cap), hp_clamp(high, -t->cap, t->cap));
}

/* Record how the best path to x ends. r: OUT a step. */
static inline void record_step(const hp_trellis *t, hp_trellis_row *r, int32_t x, int32_t state) {
    const int32_t run = first_run(t), literal = first_literal(t);
    hp_trellis_step *step = r->steps + x + 1;
    step->state = state, step->start = r->start[state];
    if (state < run) {
        const int32_t count = hp_min(x + 1 - step->start, HP_MAX_RUN_DISTANCE);
        const int32_t at = x + t->offset[state];
        uint64_t past = r->steps[step->start].past;
        for (int32_t i = HP_MAX_RUN_DISTANCE - 1; i >= 0; i--)
            past = i < count ? past << 8 | r->labels[at - i] : past;
        step->past = (uint32_t)past;
    } else if (state < literal) {
        step->past = r->cycle[state - run];
    } else {
        const uint8_t label = t->neighbors[r->nearest[x] * HP_NEIGHBORS + state - literal];
        step->past = r->steps[x].past << 8 | label;
    }
}

/* Find the best paths to a pixel. */
static inline void advance_to(const hp_trellis *t, hp_trellis_row *r, int32_t x,
                              int is_near_border) {
    const pixel_view v = view_of(t, r, x);
    vecf cost = f_set1(3 * HP_UNREACHABLE);
    vec state = v_set1(0);
    advance_copies(&v, t, r, x, is_near_border, &cost, &state);
    advance_runs(&v, t, r, x, &cost, &state);
    enter_literals(&v, t, r, x, &cost, &state);
    const best_state best = first_least(cost, state);
    r->best_cost = best.cost;
    r->best_xy = r->residual_xy[best.state], r->best_za = r->residual_za[best.state];
    record_step(t, r, x, best.state);
}

static void advance_segment(const hp_trellis *t, hp_trellis_row *r, int32_t width, int32_t first,
                            int32_t last) {
    const int32_t reach = t->span / 2;
    if (first < reach || last > width - reach)
        for (int32_t x = first; x < last; x++) advance_to(t, r, x, 1);
    else
        for (int32_t x = first; x < last; x++) advance_to(t, r, x, 0);
}

/* Trace the best path to x back, and decide its labels up to `last`. r: OUT labels, copies. */
static void trace_back(const hp_trellis *t, hp_trellis_row *r, int32_t x, int32_t last) {
    const int32_t run = first_run(t), literal = first_literal(t);
    while (x > r->decided) {
        const hp_trellis_step *step = r->steps + x;
        const int32_t start = step->start, state = step->state;
        const int32_t first = hp_max(start, r->decided), end = hp_min(x, last);
        const uint32_t past = r->steps[start].past;
        for (int32_t i = first; i < end; i++) {
            if (state < run) {
                r->labels[i] = r->labels[i + t->offset[state]];
            } else if (state >= literal) {
                r->labels[i] = (uint8_t)step->past;
            } else { /* the last labels before the run, again and again */
                const int32_t distance = state - run + 1;
                r->labels[i] = (uint8_t)(past >> 8 * (distance - 1 - (i - start) % distance));
            }
            if (r->copies) r->copies[i] = (uint8_t)(state < literal ? state + 1 : 0);
        }
        x = start;
    }
}

/* Put colours and residuals of a row's labels up to `last` into the planes, for the rows below. */
static void store_decided(const hp_trellis *t, hp_trellis_row *r, int32_t last) {
    const size_t plane = plane_of(t, r->y) + HP_MARGIN;
    for (int32_t x = r->decided; x < last; x++) {
        const size_t at = plane + (size_t)x;
        const int32_t p_xy = t->codebook->xy[r->labels[x]], p_za = t->codebook->za[r->labels[x]];
        r->decided_xy = residual_of(t, r->passes_error[x], r->target_xy[x], r->decided_xy, p_xy);
        r->decided_za = residual_of(t, r->passes_error[x], r->target_za[x], r->decided_za, p_za);
        t->residual_xy[at] = r->decided_xy, t->residual_za[at] = r->decided_za;
        t->color_xy[at] = p_xy, t->color_za[at] = p_za;
    }
    r->decided = last;
}

/* Add to targets what comes down from the row above, where errors are passed on. target: IN/OUT. */
static void add_residuals(const int32_t *residual, const int32_t *passes_error, int32_t first,
                          int32_t last, int32_t down, int32_t *target) {
    const vec share = v_set1(hp_pair(down >> 2, down >> 2)), none = v_set1(0);
    for (int32_t x = first; x < last; x += LANES) {
        const vec twice = v_add16(v_load(residual + x), v_load(residual + x));
        const vec sum = v_add16(v_add16(v_load(residual + x - 1), v_load(residual + x + 1)), twice);
        const mask passes = v_gt32(v_load(passes_error + x), none);
        const vec added = v_blend(passes, v_mulhi16(sum, share), none);
        v_store(target + x, v_add16(v_load(target + x), added));
    }
}

/* Find what each pixel of a segment should come to. r: OUT the arrays of pixels. */
static void set_targets(const hp_canvas *c, const hp_trellis *t, hp_trellis_row *r, int32_t first,
                        int32_t last) {
    const size_t row = (size_t)r->y * (size_t)c->width;
    const size_t above = plane_of(t, r->y + t->planes - 1) + HP_MARGIN;
    for (int32_t x = first; x < last; x++) {
        const uint32_t color = c->index[row + (size_t)x];
        const uint8_t tolerance = c->tolerance[row + (size_t)x];
        r->target_xy[x] = c->xy[color], r->target_za[x] = c->za[color];
        r->passes_error[x] = !(tolerance & HP_UNDITHERED);
        r->rate[x] = t->rates[tolerance % HP_TOLERANCES];
        r->nearest[x] = t->nearest[color];
    }
    add_residuals(t->residual_xy + above, r->passes_error, first, last, t->down, r->target_xy);
    add_residuals(t->residual_za + above, r->passes_error, first, last, t->down, r->target_za);
}

static void begin_row(const hp_canvas *c, const hp_trellis *t, hp_trellis_row *r, int32_t y) {
    const size_t row = (size_t)y * (size_t)c->width;
    r->y = y, r->rows = hp_min(y, t->rows);
    r->labels = t->labels + row, r->copies = t->copies ? t->copies + row + y + 1 : NULL;
    r->best_cost = 0;
    r->best_xy = r->best_za = r->decided = r->decided_xy = r->decided_za = 0;
    for (int32_t s = 0; s < first_literal(t) + HP_NEIGHBORS; s++)
        r->cost[s] = 2 * HP_UNREACHABLE, r->start[s] = r->residual_xy[s] = r->residual_za[s] = 0;
    for (int32_t i = 0; i < r->rows; i++) {
        const size_t plane = plane_of(t, y - 1 - i);
        r->above_xy[i] = t->color_xy + plane, r->above_za[i] = t->color_za + plane;
    }
    memset(r->steps, 0, sizeof *r->steps);
}

/* Find the labels of one row after the other, as long as there are rows that no other thread works
   on. t: IN/OUT. r: scratch. */
void HP_NAME(hp_run_trellis)(const hp_canvas *c, hp_trellis *t, hp_trellis_row *r) {
    for (int32_t y; (y = hp_claim(&t->next_row)) < c->height;) {
        begin_row(c, t, r, y);
        for (int32_t first = 0, last; first < c->width; first = last) {
            last = c->width - first > HP_SEGMENT ? first + HP_SEGMENT : c->width;
            const int32_t needed = c->width - last > t->span / 2 ? last + t->span / 2 : c->width;
            if (y > 0) hp_await(t->decided + y - 1, needed);
            set_targets(c, t, r, first, last);
            advance_segment(t, r, c->width, first, last);
            const int32_t decided = last == c->width ? last : last - HP_LAG;
            if (decided <= r->decided) continue;
            trace_back(t, r, last, decided);
            store_decided(t, r, decided);
            hp_publish(t->decided + y, decided);
        }
    }
}
