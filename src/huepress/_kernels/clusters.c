/* The update step, distortions, and what a split of each cluster would gain.
   Doubles here never meet a fused multiply-add (built with -ffp-contract=off): the same results
   everywhere. */
#include <math.h>
#include <string.h>
#include "kernels.h"

static inline int64_t rounded(int64_t sum, int64_t weight) { return (2 * sum + weight) / (2 * weight); }

static inline int64_t at_most(int64_t value, int64_t most) { return value < most ? value : most; }

/* The mean on the lattice that the codebook may use. Rounding each coordinate of the mean gives
   the lattice's best centroid for this cluster: its distortion is the cluster's own plus
   weight x the squared distance to the mean. With alpha that holds up to the rounding of
   premultiplied colours. */
static void mean_on(hp_lattice lattice, const hp_sums *s, int32_t at[4]) {
    const int64_t w = s->weight;
    if (lattice == HP_RGBA8) {
        const int64_t alpha = rounded(s->sum[3], w * HP_SCALE);
        uint32_t color = (uint32_t)alpha << 24;
        for (int c = 0; c < 3 && alpha; c++) {
            const int64_t level = rounded(s->sum[c] * 255, w * HP_SCALE * alpha);
            color |= (uint32_t)at_most(level, 255) << (16 - 8 * c);
        }
        hp_rgb_coordinates(color, 4, at);
        return;
    }
    const int64_t step = lattice == HP_RGB8 ? HP_SCALE : 1;
    for (int c = 0; c < 4; c++) at[c] = (int32_t)(rounded(s->sum[c], w * step) * step);
}

/* centroids: IN/OUT; one without points stays where it is. Returns how many moved. */
int32_t hp_update(const hp_sums *sums, hp_lattice lattice, hp_centroids *centroids) {
    int32_t moved = 0;
    for (int32_t j = 0; j < centroids->k; j++) {
        int32_t at[4];
        if (!sums[j].weight) continue;
        mean_on(lattice, sums + j, at);
        const int32_t xy = hp_pair(at[0], at[1]), za = hp_pair(at[2], at[3]);
        moved += xy != centroids->xy[j] || za != centroids->za[j];
        centroids->xy[j] = xy, centroids->za[j] = za;
    }
    return moved;
}

/* rgba: OUT, 4 bytes for each centroid, the 8-bit colour it stands for. */
void hp_colors_of(const hp_centroids *centroids, hp_lattice lattice, uint8_t *rgba) {
    for (int32_t j = 0; j < centroids->k; j++, rgba += 4) {
        const int32_t at[3] = {hp_low(centroids->xy[j]), hp_high(centroids->xy[j]),
                               hp_low(centroids->za[j])};
        const int64_t alpha =
            lattice == HP_RGBA8 ? rounded(hp_high(centroids->za[j]), HP_SCALE) : 255;
        for (int c = 0; c < 3; c++)
            rgba[c] = alpha ? (uint8_t)at_most(rounded(at[c] * 255, HP_SCALE * alpha), 255) : 0;
        rgba[3] = (uint8_t)alpha;
    }
}

/* The exact distortion of each cluster, from its sums alone; each (or NULL): OUT. */
int64_t hp_distortion(const hp_sums *sums, const hp_centroids *centroids, int64_t *each) {
    int64_t total = 0;
    for (int32_t j = 0; j < centroids->k; j++) {
        const int64_t at[4] = {hp_low(centroids->xy[j]), hp_high(centroids->xy[j]),
                               hp_low(centroids->za[j]), hp_high(centroids->za[j])};
        int64_t d = sums[j].square;
        for (int c = 0; c < 4; c++) d += at[c] * (at[c] * sums[j].weight - 2 * sums[j].sum[c]);
        total += d;
        if (each) each[j] = d;
    }
    return total;
}

typedef struct {
    int32_t low[4], high[4];
} halves;

/* Two centroids one standard deviation to each side of the mean, on the axis of most spread. */
static void first_halves(const hp_sums *s, const int64_t *squares, halves *h) {
    double most = -1, root = 0;
    int axis = 0;
    for (int c = 0; c < 4; c++) {
        const double mean = (double)s->sum[c] / (double)s->weight;
        const double variance = (double)squares[c] / (double)s->weight - mean * mean;
        h->low[c] = h->high[c] = (int32_t)(mean + 0.5);
        if (variance > most) most = variance, axis = c;
    }
    root = most > 0 ? sqrt(most) : 0;
    h->low[axis] -= (int32_t)root, h->high[axis] += (int32_t)root + 1;
}

static void mean_of(const hp_sums *s, int32_t at[4]) {
    if (s->weight) mean_on(HP_FINE, s, at);
}

static hp_sums rest_of(const hp_sums *all, const hp_sums *part) {
    hp_sums r = {all->weight - part->weight, {0}, all->square - part->square};
    for (int c = 0; c < 4; c++) r.sum[c] = all->sum[c] - part->sum[c];
    return r;
}

/* Two-means within each cluster. upper: OUT, the sums of its second half; gain: OUT, by how much
   the distortion falls if both halves get a centroid. squares: scratch, 4 k. room: scratch, k. */
void hp_try_splits(const hp_points *p, const int32_t *labels, const hp_sums *sums, int32_t k,
                   int rounds, hp_sums *upper, int64_t *squares, void *room, double *gain) {
    halves *half = room;
    memset(squares, 0, (size_t)k * 4 * sizeof *squares);
    for (int32_t i = 0; i < p->size; i++) {
        int64_t *s = squares + 4 * labels[i];
        const int64_t w = p->weight[i], x = hp_low(p->xy[i]), y = hp_high(p->xy[i]);
        const int64_t z = hp_low(p->za[i]), a = hp_high(p->za[i]);
        s[0] += w * x * x, s[1] += w * y * y, s[2] += w * z * z, s[3] += w * a * a;
    }
    for (int32_t j = 0; j < k; j++)
        if (sums[j].weight) first_halves(sums + j, squares + 4 * j, half + j);
    for (int round = 0; round < rounds; round++) {
        memset(upper, 0, (size_t)k * sizeof *upper);
        for (int32_t i = 0; i < p->size; i++) {
            const halves *h = half + labels[i];
            const int32_t at[4] = {hp_low(p->xy[i]), hp_high(p->xy[i]), hp_low(p->za[i]),
                                   hp_high(p->za[i])};
            int64_t low = 0, high = 0;
            for (int c = 0; c < 4; c++) {
                const int64_t a = at[c] - h->low[c], b = at[c] - h->high[c];
                low += a * a, high += b * b;
            }
            if (high >= low) continue;
            hp_sums *to = upper + labels[i];
            const int64_t w = p->weight[i];
            to->weight += w;
            for (int c = 0; c < 4; c++) to->sum[c] += w * at[c];
        }
        for (int32_t j = 0; j < k; j++) {
            const hp_sums lower = rest_of(sums + j, upper + j);
            mean_of(&lower, half[j].low), mean_of(upper + j, half[j].high);
        }
    }
    for (int32_t j = 0; j < k; j++) {
        const hp_sums lower = rest_of(sums + j, upper + j);
        const double m = (double)lower.weight, n = (double)upper[j].weight;
        gain[j] = 0;
        if (!lower.weight || !upper[j].weight) continue;
        for (int c = 0; c < 4; c++) {
            const double d = (double)lower.sum[c] / m - (double)upper[j].sum[c] / n;
            gain[j] += d * d * (m * n / (m + n));
        }
    }
}
