/* The update step, distortions, and what a split of each cluster would gain.
   Doubles here never meet a fused multiply-add (built with -ffp-contract=off): the same results
   everywhere. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kernels.h"

static inline int64_t rounded(int64_t sum, int64_t weight) { return (2 * sum + weight) / (2 * weight); }

/* The mean on the lattice that the codebook may use. The lattice point nearest to the mean is the
   best centroid for this cluster: its distortion is the cluster's own plus weight x the squared
   distance to the mean. In `rgb` rounding each coordinate finds it; else hp_nearest_color does, up
   to rounding. */
static void mean_on(hp_space space, hp_lattice lattice, const hp_sums *s, int32_t at[4]) {
    const int64_t w = s->weight;
    if (lattice == HP_EIGHT_BIT && space) {
        for (int c = 0; c < 4; c++) at[c] = (int32_t)rounded(s->sum[c], w);
        hp_coordinates(space, hp_nearest_color(space, at), at);
        return;
    }
    const int64_t step = lattice == HP_EIGHT_BIT ? HP_SCALE : 1;
    for (int c = 0; c < 4; c++) at[c] = (int32_t)(rounded(s->sum[c], w * step) * step);
}

/* Past the mean, by most of the way from the old place to it: fewer iterations for the same
   distortion (Lee, Baek, Sung 1997, "Modified K-means algorithm for vector quantizer design"). */
static void reach_beyond(const hp_centroids *c, int32_t j, int32_t at[4]) {
    const int32_t old[4] = {hp_low(c->xy[j]), hp_high(c->xy[j]), hp_low(c->za[j]),
                            hp_high(c->za[j])};
    for (int i = 0; i < 4; i++) {
        at[i] += (at[i] - old[i]) * 3 / 4;
        at[i] = at[i] < 0 ? 0 : at[i] > HP_MOST ? HP_MOST : at[i];
    }
}

/* centroids: IN/OUT; one without points stays where it is. Returns how many moved. */
int32_t hp_update(const hp_sums *sums, hp_space space, hp_lattice lattice,
                  hp_centroids *centroids) {
    int32_t moved = 0;
    for (int32_t j = 0; j < centroids->k; j++) {
        int32_t at[4];
        if (!sums[j].weight) continue;
        mean_on(space, lattice, sums + j, at);
        if (lattice == HP_BEYOND) reach_beyond(centroids, j, at);
        const int32_t xy = hp_pair(at[0], at[1]), za = hp_pair(at[2], at[3]);
        moved += xy != centroids->xy[j] || za != centroids->za[j];
        centroids->xy[j] = xy, centroids->za[j] = za;
    }
    return moved;
}

/* rgba: OUT, 4 bytes for each centroid, the 8-bit colour it stands for. */
void hp_colors_of(const hp_centroids *centroids, hp_space space, uint8_t *rgba) {
    for (int32_t j = 0; j < centroids->k; j++, rgba += 4) {
        const int32_t at[4] = {hp_low(centroids->xy[j]), hp_high(centroids->xy[j]),
                               hp_low(centroids->za[j]), hp_high(centroids->za[j])};
        const uint32_t color = hp_nearest_color(space, at);
        for (int c = 0; c < 3; c++) rgba[c] = (uint8_t)(color >> (16 - 8 * c));
        rgba[3] = (uint8_t)(color >> 24);
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

static int descending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static double nth_largest(const double *values, double *sorted, int32_t size, int32_t n) {
    memcpy(sorted, values, (size_t)size * sizeof *values);
    qsort(sorted, (size_t)size, sizeof *sorted, descending);
    return sorted[n - 1];
}

/* Second moments, upper triangle: xx xy xz xa, yy yz ya, zz za, aa. */
static void add_moments(const hp_points *p, const int32_t *labels, int64_t *moments) {
    for (int32_t i = 0; i < p->size; i++) {
        int64_t *m = moments + 10 * labels[i];
        const int64_t w = p->weight[i], x = hp_low(p->xy[i]), y = hp_high(p->xy[i]);
        const int64_t z = hp_low(p->za[i]), a = hp_high(p->za[i]);
        const int64_t wx = w * x, wy = w * y, wz = w * z;
        m[0] += wx * x, m[1] += wx * y, m[2] += wx * z, m[3] += wx * a;
        m[4] += wy * y, m[5] += wy * z, m[6] += wy * a;
        m[7] += wz * z, m[8] += wz * a, m[9] += w * a * a;
    }
}

/* The largest eigenvalue of a cluster's covariance matrix, and its axis, by power iteration. */
static double main_axis(const hp_sums *s, const int64_t *moments, double axis[4]) {
    double mean[4], cov[4][4], value = 0;
    int widest = 0;
    for (int c = 0; c < 4; c++) mean[c] = (double)s->sum[c] / (double)s->weight;
    for (int r = 0, i = 0; r < 4; r++)
        for (int c = r; c < 4; c++, i++)
            cov[r][c] = cov[c][r] = (double)moments[i] / (double)s->weight - mean[r] * mean[c];
    for (int c = 1; c < 4; c++)
        if (cov[c][c] > cov[widest][widest]) widest = c;
    for (int c = 0; c < 4; c++) axis[c] = cov[widest][c];
    for (int step = 0; step < 6; step++) {
        double next[4] = {0}, norm = 0;
        for (int r = 0; r < 4; r++) norm += axis[r] * axis[r];
        norm = norm > 0 ? sqrt(norm) : 1;
        for (int r = 0; r < 4; r++)
            for (int c = 0; c < 4; c++) next[r] += cov[r][c] * axis[c] / norm;
        value = 0;
        for (int c = 0; c < 4; c++) value += next[c] * axis[c] / norm, axis[c] = next[c];
    }
    double norm = 0;
    for (int c = 0; c < 4; c++) norm += axis[c] * axis[c];
    for (int c = 0; c < 4; c++) axis[c] = norm > 0 ? axis[c] / sqrt(norm) : 0;
    return value > 0 ? value : 0;
}

static int32_t within(double x) { return x < 0 ? 0 : x > HP_MOST ? HP_MOST : (int32_t)(x + 0.5); }

/* Split the `more` clusters that gain most by it, if they were Gaussian: 2/pi of their variance
   along the main axis; the halves lie sqrt(2/pi) deviations to each side of the mean. wider: OUT,
   k + more centroids; where fewer than `more` clusters have points, the rest coincide with the first
   and stay empty. chance: 0, or what to draw from, for a gain to count 0.25 to 1.25 times. moments:
   scratch, zeroed, 10 k. gain: scratch, 2 k. Tried: two-means within
   each cluster; four times as long and no better. */
void hp_split(const hp_points *p, const int32_t *labels, const hp_sums *sums,
              const hp_centroids *centroids, int32_t more, uint64_t chance, int64_t *moments,
              double *gain, hp_centroids *wider) {
    const double share = 0.6366197723675814; /* 2/pi */
    const int32_t k = centroids->k;
    double axis[4];
    add_moments(p, labels, moments);
    for (int32_t j = 0; j < k; j++) {
        wider->xy[j] = centroids->xy[j], wider->za[j] = centroids->za[j];
        gain[j] = sums[j].weight ? main_axis(sums + j, moments + 10 * j, axis) * sums[j].weight : 0;
        if (chance) gain[j] *= 0.25 + (double)(hp_draw(&chance) >> 11) / 9007199254740992.0;
    }
    const double least = nth_largest(gain, gain + k, k, more);
    int32_t to = k;
    for (int32_t j = 0; j < k && to < k + more; j++) {
        if (gain[j] < least || !sums[j].weight) continue;
        const double reach = sqrt(share * main_axis(sums + j, moments + 10 * j, axis));
        int32_t low[4], high[4];
        for (int c = 0; c < 4; c++) {
            const double mean = (double)sums[j].sum[c] / (double)sums[j].weight;
            low[c] = within(mean - reach * axis[c]), high[c] = within(mean + reach * axis[c]);
        }
        wider->xy[j] = hp_pair(low[0], low[1]), wider->za[j] = hp_pair(low[2], low[3]);
        wider->xy[to] = hp_pair(high[0], high[1]), wider->za[to++] = hp_pair(high[2], high[3]);
    }
    for (; to < k + more; to++) wider->xy[to] = wider->xy[0], wider->za[to] = wider->za[0];
}

static void set_alpha(hp_space space, uint32_t alpha, hp_centroids *c, int32_t j) {
    int32_t at[4] = {hp_low(c->xy[j]), hp_high(c->xy[j]), hp_low(c->za[j]), hp_high(c->za[j])};
    const uint32_t color = hp_nearest_color(space, at) & UINT32_C(0xffffff);
    const int straight = space & HP_STRAIGHT;
    hp_coordinates(space, alpha || straight ? alpha << 24 | color : 0, at);
    c->xy[j] = hp_pair(at[0], at[1]), c->za[j] = hp_pair(at[2], at[3]);
}

/* Which of those that may change shall be of a kind: the one with the most weight of it, but not
   the only one of the other. */
static int32_t best_for(const int64_t *weights, const int8_t *is, int32_t kept, int32_t k,
                        int kind) {
    int32_t best = -1, others = 0;
    for (int32_t j = 0; j < k; j++) others += is[j] == 1 - kind;
    for (int32_t j = kept; j < k; j++)
        if ((is[j] == 2 || others > 1) &&
            (best < 0 || weights[3 * j + kind] > weights[3 * best + kind]))
            best = j;
    return best;
}

/* Make a centroid opaque if most of its weight is, and clear if most is that: alpha of 255 and 0
   shall stay exact. If there are opaque points, one centroid at least is opaque; likewise clear; but
   one alone stands for all. The first `kept` stay as they are. centroids: IN/OUT, 8-bit colours.
   weights: scratch, 3 k, zeroed. is: scratch, k. */
void hp_settle_alpha(const hp_points *p, const int32_t *labels, int32_t kept,
                     hp_centroids *centroids, int64_t *weights, int8_t *is) {
    int needed[3] = {0}, found[3] = {0};
    for (int32_t i = 0; i < p->size; i++) {
        const int kind = hp_opacity(p->space, p->za[i]);
        weights[3 * labels[i] + kind] += p->weight[i];
        needed[kind] = 1;
    }
    for (int32_t j = 0; j < centroids->k; j++) {
        const int64_t *w = weights + 3 * j, all = w[0] + w[1] + w[2];
        is[j] = (int8_t)(j < kept                  ? hp_opacity(p->space, centroids->za[j])
                         : 2 * w[1] >= all && w[1] ? 1
                         : 2 * w[0] >= all && w[0] ? 0
                                                   : 2);
        found[is[j]] = 1;
    }
    for (int kind = 1; kind >= 0; kind--) {
        if (!needed[kind] || found[kind] || centroids->k == 1) continue;
        const int32_t j = best_for(weights, is, kept, centroids->k, kind);
        if (j >= 0) is[j] = (int8_t)kind;
    }
    for (int32_t j = kept; j < centroids->k; j++)
        if (is[j] < 2) set_alpha(p->space, is[j] ? 255 : 0, centroids, j);
}
