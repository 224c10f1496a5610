/* Initial centroids. The doubles here meet no fused multiply-add, as in splitting.c. */
#include "clusters.h"

#define BINS 32

typedef hp_seed_box box;

typedef struct {
    double weight, sum[4];
} bin;

static inline int32_t coordinate(const hp_points *p, int32_t i, int axis) {
    const int32_t word = axis < 2 ? p->xy[i] : p->za[i];
    return axis & 1 ? hp_high(word) : hp_low(word);
}

/* By so much the squared error around a bin's mean is less than that around 0. */
static inline double merit(const bin *b) {
    double m = 0;
    for (int c = 0; c < 4; c++) m += b->sum[c] * b->sum[c];
    return m / b->weight;
}

static inline void add_to_bin(const hp_points *p, int32_t i, bin *to) {
    const double w = p->weight[i];
    to->weight += w;
    to->sum[0] += w * hp_low(p->xy[i]), to->sum[1] += w * hp_high(p->xy[i]);
    to->sum[2] += w * hp_low(p->za[i]), to->sum[3] += w * hp_high(p->za[i]);
}

/* The axis along which a box varies most, and its bounds there (OUT). */
static int widest_axis(const hp_points *p, const int32_t *order, const box *b, int32_t *low,
                       int32_t *high) {
    double weight = 0, sum[4] = {0}, square[4] = {0}, most = -1;
    int32_t least[4], top[4], axis = 0;
    for (int c = 0; c < 4; c++) least[c] = top[c] = coordinate(p, order[b->begin], c);
    for (int32_t i = b->begin; i < b->end; i++) {
        const double w = p->weight[order[i]];
        int32_t at[4];
        hp_unpack(p->xy[order[i]], p->za[order[i]], at);
        weight += w;
        for (int c = 0; c < 4; c++) {
            const double wx = w * at[c];
            sum[c] += wx, square[c] += wx * at[c];
            least[c] = hp_min(least[c], at[c]), top[c] = hp_max(top[c], at[c]);
        }
    }
    for (int c = 0; c < 4; c++) {
        const double variance = square[c] - sum[c] * (sum[c] / weight);
        if (variance > most && top[c] > least[c]) most = variance, axis = c;
    }
    *low = least[axis], *high = top[axis];
    return axis;
}

/* Find the cut of a box that lowers the squared error most (Wu 1992, "Color quantization by dynamic
   programming and principal analysis", and his criterion in Graphics Gems II): between BINS slices
   of the box itself, where Wu has a fixed table of moments, so that it works with three or four
   coordinates of any space. Only the axis of the largest variance is tried: the others take three
   times as long, and the polish that follows evens out the difference. b: IN/OUT. */
static void find_best_cut(const hp_points *p, const int32_t *order, box *b) {
    bin bins[BINS] = {{0}}, left = {0}, all = {0};
    int32_t low, high;
    b->gain = 0;
    b->axis = widest_axis(p, order, b, &low, &high);
    if (low >= high) return;
    const int32_t width = (high - low) / BINS + 1;
    for (int32_t i = b->begin; i < b->end; i++)
        add_to_bin(p, order[i], bins + (coordinate(p, order[i], b->axis) - low) / width);
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
static int comes_before(const box *a, const box *b) {
    return a->gain > b->gain || (a->gain == b->gain && a->begin < b->begin);
}

static void swap(box *a, box *b) {
    const box t = *a;
    *a = *b, *b = t;
}

/* Move box i down the heap, or up, to where it belongs. */
static void sift_down(box *heap, int32_t size, int32_t i) {
    for (int32_t child = 2 * i + 1; child < size; i = child, child = 2 * i + 1) {
        if (child + 1 < size && comes_before(heap + child + 1, heap + child)) child++;
        if (!comes_before(heap + child, heap + i)) return;
        swap(heap + child, heap + i);
    }
}

static void sift_up(box *heap, int32_t i) {
    for (; i > 0 && comes_before(heap + i, heap + (i - 1) / 2); i = (i - 1) / 2)
        swap(heap + i, heap + (i - 1) / 2);
}

/* Order a box's points by its cut. order: IN/OUT. Returns where the second part begins. */
static int32_t partition(const hp_points *p, int32_t *order, int32_t *spare, const box *b) {
    int32_t left = b->begin, right = 0;
    for (int32_t i = b->begin; i < b->end; i++) {
        if (coordinate(p, order[i], b->axis) < b->limit) order[left++] = order[i];
        else spare[right++] = order[i];
    }
    memcpy(order + left, spare, (size_t)right * sizeof *spare);
    return left;
}

/* xy, za: OUT. */
static void find_mean(const hp_points *p, const int32_t *order, const box *b, int32_t *xy,
                      int32_t *za) {
    int64_t sum[4] = {0}, weight = 0;
    for (int32_t i = b->begin; i < b->end; i++) hp_add_to_sums(p, order[i], sum, &weight);
    for (int c = 0; c < 4; c++) sum[c] = hp_rounded_mean(sum[c], weight);
    *xy = hp_pair((int32_t)sum[0], (int32_t)sum[1]);
    *za = hp_pair((int32_t)sum[2], (int32_t)sum[3]);
}

/* Cut the box whose best cut gains most, until there are k, or none can be cut. order, spare:
   scratch, as many as there are points. heap: scratch, k. seeds: OUT. Returns how many boxes there
   are. */
int32_t hp_seed_by_variance(const hp_points *p, int32_t *order, int32_t *spare, box *heap,
                            hp_centroids *seeds) {
    int32_t count = 1;
    for (int32_t i = 0; i < p->size; i++) order[i] = i;
    heap[0].begin = 0, heap[0].end = p->size;
    find_best_cut(p, order, heap);
    while (count < seeds->k && heap[0].gain > 0) {
        box right = heap[0];
        right.begin = heap[0].end = partition(p, order, spare, heap);
        find_best_cut(p, order, heap), find_best_cut(p, order, &right);
        sift_down(heap, count, 0);
        heap[count] = right;
        sift_up(heap, count++);
    }
    for (int32_t j = 0; j < count; j++) find_mean(p, order, heap + j, seeds->xy + j, seeds->za + j);
    return count;
}

/* The next random number: SplitMix64 (Steele, Lea, Flood 2014). state: IN/OUT. */
uint64_t hp_next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* A random point, with a probability in proportion to weight x nearest. The bias of the remainder
   (the total is at most 2^63 of 2^64) does not matter here. */
static int32_t pick(const hp_points *p, const int32_t *nearest, int64_t total, uint64_t *state) {
    int64_t left = (int64_t)(hp_next_random(state) % (uint64_t)total);
    int32_t i = 0;
    for (; i < p->size - 1; i++) {
        left -= (int64_t)p->weight[i] * nearest[i];
        if (left < 0) break;
    }
    return i;
}

/* out: OUT, the distance of each point to its nearest centroid once there is one at point `to`.
   Returns the distortion. */
static int64_t update_distances(const hp_points *p, int32_t to, const int32_t *nearest,
                                int32_t *out) {
    int64_t total = 0;
    for (int32_t i = 0; i < p->size; i++) {
        const int32_t d = hp_squared_distance(p->xy[i], p->za[i], p->xy[to], p->za[to]);
        out[i] = hp_min(d, nearest[i]);
        total += (int64_t)p->weight[i] * out[i];
    }
    return total;
}

/* Greedy k-means++ (Arthur and Vassilvitskii 2007, section 7): each centroid is that one of
   several random points that leaves the least distortion. nearest, trial, best: scratch, as many
   as there are points. seeds: OUT. Returns how many: fewer than k if no other point is left. */
int32_t hp_seed_by_plusplus(const hp_points *p, int candidates, uint64_t seed, int32_t *nearest,
                            int32_t *trial, int32_t *best, hp_centroids *seeds) {
    int64_t total = 0;
    int32_t count = 0;
    for (int32_t i = 0; i < p->size; i++) nearest[i] = 1, total += p->weight[i];
    int32_t chosen = pick(p, nearest, total, &seed);
    for (int32_t i = 0; i < p->size; i++) nearest[i] = INT32_MAX;
    total = update_distances(p, chosen, nearest, best);
    for (;;) {
        int32_t *t = nearest;
        nearest = best, best = t;
        seeds->xy[count] = p->xy[chosen], seeds->za[count] = p->za[chosen];
        if (++count == seeds->k || total == 0) return count;
        int64_t least = INT64_MAX;
        for (int n = 0; n < candidates; n++) {
            const int32_t candidate = pick(p, nearest, total, &seed);
            const int64_t left = update_distances(p, candidate, nearest, trial);
            if (left >= least) continue;
            least = left, chosen = candidate;
            t = trial, trial = best, best = t;
        }
        total = least;
    }
}
