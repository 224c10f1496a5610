/* Initial centroids. Doubles without fused multiply-add, as in clusters.c. */
#include <string.h>
#include "kernels.h"

#define BINS 32

typedef struct {
    int32_t begin, end; /* of the points in `order` */
    int32_t axis, limit; /* the best cut: coordinate < limit goes left */
    double gain;
} box;

typedef struct {
    double weight, sum[4];
} bin;

size_t hp_variance_split_box_size(void) { return sizeof(box); }

static inline int32_t coordinate(const hp_points *p, int32_t i, int axis) {
    const int32_t word = axis < 2 ? p->xy[i] : p->za[i];
    return axis & 1 ? hp_high(word) : hp_low(word);
}

static inline double merit(const bin *b) {
    double m = 0;
    for (int c = 0; c < 4; c++) m += b->sum[c] * b->sum[c];
    return m / b->weight;
}

static inline void add_point(const hp_points *p, int32_t i, bin *to) {
    const double w = p->weight[i];
    to->weight += w;
    to->sum[0] += w * hp_low(p->xy[i]), to->sum[1] += w * hp_high(p->xy[i]);
    to->sum[2] += w * hp_low(p->za[i]), to->sum[3] += w * hp_high(p->za[i]);
}

/* The axis along which the box varies most, and its bounds there. */
static int widest_axis(const hp_points *p, const int32_t *order, const box *b, int32_t *low,
                       int32_t *high) {
    double weight = 0, sum[4] = {0}, square[4] = {0}, most = -1;
    int32_t least[4], top[4], axis = 0;
    for (int c = 0; c < 4; c++) least[c] = top[c] = coordinate(p, order[b->begin], c);
    for (int32_t i = b->begin; i < b->end; i++) {
        const int32_t n = order[i], at[4] = {hp_low(p->xy[n]), hp_high(p->xy[n]),
                                             hp_low(p->za[n]), hp_high(p->za[n])};
        const double w = p->weight[n];
        weight += w;
        for (int c = 0; c < 4; c++) {
            const double wx = w * at[c];
            sum[c] += wx, square[c] += wx * at[c];
            least[c] = at[c] < least[c] ? at[c] : least[c];
            top[c] = at[c] > top[c] ? at[c] : top[c];
        }
    }
    for (int c = 0; c < 4; c++) {
        const double variance = square[c] - sum[c] * (sum[c] / weight);
        if (variance > most && top[c] > least[c]) most = variance, axis = c;
    }
    *low = least[axis], *high = top[axis];
    return axis;
}

/* The cut of the box that lowers the sum of squared errors most (Wu 1992, "Color quantization by
   dynamic programming and principal analysis", and his criterion in Graphics Gems II), found on
   BINS slices between the box's own bounds instead of a fixed moment table, so that it works
   with three or four coordinates of any space. Only the axis of largest variance is tried: the
   others cost three times as much and the merging that follows evens out the difference. */
static void best_cut(const hp_points *p, const int32_t *order, box *b) {
    bin bins[BINS] = {{0}}, left = {0}, all = {0};
    int32_t low, high;
    b->gain = 0;
    b->axis = widest_axis(p, order, b, &low, &high);
    if (low >= high) return;
    const int32_t width = (high - low) / BINS + 1;
    for (int32_t i = b->begin; i < b->end; i++)
        add_point(p, order[i], bins + (coordinate(p, order[i], b->axis) - low) / width);
    for (int s = 0; s < BINS; s++) {
        all.weight += bins[s].weight;
        for (int c = 0; c < 4; c++) all.sum[c] += bins[s].sum[c];
    }
    for (int s = 0; s < BINS - 1; s++) {
        bin right;
        left.weight += bins[s].weight;
        for (int c = 0; c < 4; c++)
            left.sum[c] += bins[s].sum[c], right.sum[c] = all.sum[c] - left.sum[c];
        right.weight = all.weight - left.weight;
        if (bins[s].weight == 0 || right.weight == 0) continue;
        const double gain = merit(&left) + merit(&right) - merit(&all);
        if (gain > b->gain) b->gain = gain, b->limit = low + (s + 1) * width;
    }
}

/* A heap of boxes, the one with the largest gain first; ties go to the one that begins first. */
static int before(const box *a, const box *b) {
    return a->gain > b->gain || (a->gain == b->gain && a->begin < b->begin);
}

static void swap(box *a, box *b) {
    const box t = *a;
    *a = *b, *b = t;
}

static void sink(box *heap, int32_t size, int32_t i) {
    for (int32_t child = 2 * i + 1; child < size; i = child, child = 2 * i + 1) {
        if (child + 1 < size && before(heap + child + 1, heap + child)) child++;
        if (!before(heap + child, heap + i)) return;
        swap(heap + child, heap + i);
    }
}

static void rise(box *heap, int32_t i) {
    for (; i > 0 && before(heap + i, heap + (i - 1) / 2); i = (i - 1) / 2)
        swap(heap + i, heap + (i - 1) / 2);
}

static int32_t divide(const hp_points *p, int32_t *order, int32_t *spare, const box *b) {
    int32_t left = b->begin, right = 0;
    for (int32_t i = b->begin; i < b->end; i++) {
        if (coordinate(p, order[i], b->axis) < b->limit) order[left++] = order[i];
        else spare[right++] = order[i];
    }
    memcpy(order + left, spare, (size_t)right * sizeof *spare);
    return left;
}

static void mean_of_box(const hp_points *p, const int32_t *order, const box *b, int32_t *xy,
                        int32_t *za) {
    int64_t sum[4] = {0}, weight = 0;
    for (int32_t i = b->begin; i < b->end; i++) {
        const int64_t w = p->weight[order[i]];
        weight += w;
        for (int c = 0; c < 4; c++) sum[c] += w * coordinate(p, order[i], c);
    }
    for (int c = 0; c < 4; c++) sum[c] = (2 * sum[c] + weight) / (2 * weight);
    *xy = hp_pair((int32_t)sum[0], (int32_t)sum[1]);
    *za = hp_pair((int32_t)sum[2], (int32_t)sum[3]);
}

/* Split the box whose best cut gains most until there are k, or none can be split.
   order, spare: scratch, size words each; room: scratch, k boxes. seeds: OUT. Returns how many. */
int32_t hp_variance_split(const hp_points *p, int32_t *order, int32_t *spare, void *room,
                          hp_centroids *seeds) {
    box *heap = room;
    int32_t count = 1;
    for (int32_t i = 0; i < p->size; i++) order[i] = i;
    heap[0].begin = 0, heap[0].end = p->size;
    best_cut(p, order, heap);
    while (count < seeds->k && heap[0].gain > 0) {
        box right = heap[0];
        right.begin = heap[0].end = divide(p, order, spare, heap);
        best_cut(p, order, heap), best_cut(p, order, &right);
        sink(heap, count, 0);
        heap[count] = right;
        rise(heap, count++);
    }
    for (int32_t j = 0; j < count; j++) mean_of_box(p, order, heap + j, seeds->xy + j, seeds->za + j);
    return count;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t hp_draw(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* A point with probability in proportion to weight x nearest. The remainder's bias (total is
   below 2^60 of 2^64) does not matter here. */
static int32_t pick(const hp_points *p, const int32_t *nearest, int64_t total, uint64_t *state) {
    int64_t left = (int64_t)(hp_draw(state) % (uint64_t)total);
    int32_t i = 0;
    for (; i < p->size - 1; i++) {
        left -= (int64_t)p->weight[i] * nearest[i];
        if (left < 0) break;
    }
    return i;
}

static int64_t distances(const hp_points *p, int32_t to, const int32_t *nearest, int32_t *out) {
    const int32_t x = hp_low(p->xy[to]), y = hp_high(p->xy[to]);
    const int32_t z = hp_low(p->za[to]), a = hp_high(p->za[to]);
    int64_t total = 0;
    for (int32_t i = 0; i < p->size; i++) {
        const int32_t dx = hp_low(p->xy[i]) - x, dy = hp_high(p->xy[i]) - y;
        const int32_t dz = hp_low(p->za[i]) - z, da = hp_high(p->za[i]) - a;
        const int32_t d = dx * dx + dy * dy + dz * dz + da * da;
        out[i] = d < nearest[i] ? d : nearest[i];
        total += (int64_t)p->weight[i] * out[i];
    }
    return total;
}

/* Greedy k-means++ (Arthur and Vassilvitskii 2007, section 7): of several random candidates,
   each time the one that leaves the least distortion. nearest, trial, best: scratch, size words
   each. seeds: OUT. Returns how many: fewer than k when no other point is left. */
int32_t hp_greedy_plusplus(const hp_points *p, int candidates, uint64_t seed, int32_t *nearest,
                           int32_t *trial, int32_t *best, hp_centroids *seeds) {
    int64_t total = 0;
    int32_t count = 0;
    for (int32_t i = 0; i < p->size; i++) nearest[i] = 1, total += p->weight[i];
    int32_t chosen = pick(p, nearest, total, &seed);
    for (int32_t i = 0; i < p->size; i++) nearest[i] = INT32_MAX;
    total = distances(p, chosen, nearest, best);
    for (;;) {
        int32_t *t = nearest;
        nearest = best, best = t;
        seeds->xy[count] = p->xy[chosen], seeds->za[count] = p->za[chosen];
        if (++count == seeds->k || total == 0) return count;
        int64_t least = INT64_MAX;
        for (int n = 0; n < candidates; n++) {
            const int32_t candidate = pick(p, nearest, total, &seed);
            const int64_t left = distances(p, candidate, nearest, trial);
            if (left >= least) continue;
            least = left, chosen = candidate;
            t = trial, trial = best, best = t;
        }
        total = least;
    }
}
