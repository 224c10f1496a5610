/* Growing the number of centroids: splitting the clusters that gain most by it. The doubles here
   meet no fused multiply-add (-ffp-contract=off), so that they are the same everywhere. */
#include <math.h>
#include <stdlib.h>
#include "clusters.h"

/* For qsort. */
static int descending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* sorted: OUT, the values in descending order. */
static double nth_largest(const double *values, double *sorted, int32_t size, int32_t n) {
    memcpy(sorted, values, (size_t)size * sizeof *values);
    qsort(sorted, (size_t)size, sizeof *sorted, descending);
    return sorted[n - 1];
}

/* Sum up the second moments of each cluster, the upper triangle of a matrix: xx xy xz xa, yy yz ya,
   zz za, aa. moments: IN/OUT. */
static void add_moments(const hp_points *p, const int32_t *labels, int64_t *moments) {
    for (int32_t i = 0; i < p->size; i++) {
        int64_t *m = moments + HP_MOMENTS * labels[i];
        const int64_t w = p->weight[i], x = hp_low(p->xy[i]), y = hp_high(p->xy[i]);
        const int64_t z = hp_low(p->za[i]), a = hp_high(p->za[i]);
        const int64_t wx = w * x, wy = w * y, wz = w * z;
        m[0] += wx * x, m[1] += wx * y, m[2] += wx * z, m[3] += wx * a;
        m[4] += wy * y, m[5] += wy * z, m[6] += wy * a;
        m[7] += wz * z, m[8] += wz * a, m[9] += w * a * a;
    }
}

/* The largest eigenvalue of a cluster's covariance matrix, and its axis (OUT), by power
   iteration. */
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

static int32_t coordinate(double x) {
    return x < 0 ? 0 : x > HP_MAX_COORDINATE ? HP_MAX_COORDINATE : (int32_t)(x + 0.5);
}

/* Split those `more` clusters in two that gain most by it, as if they were Gaussian: 2/pi of
   their variance along the main axis; the halves lie sqrt(2/pi) deviations to each side of the
   mean. wider: OUT, k + more centroids; if fewer than `more` clusters have points, the rest
   stand where the first one does and stay empty. random: 0, or a seed for random numbers, by
   which gains count 0.25 to 1.25 times. moments: scratch, zeroed, HP_MOMENTS k. gains, sorted:
   scratch, k each. Tried: two-means within each cluster takes four times as long and is no
   better. */
void hp_split_clusters(const hp_points *p, const int32_t *labels, const hp_sums *sums,
                       const hp_centroids *centroids, int32_t more, uint64_t random,
                       int64_t *moments, double *gains, double *sorted, hp_centroids *wider) {
    const double gaussian = 0.6366197723675814; /* 2/pi */
    const int32_t k = centroids->k;
    double axis[4];
    add_moments(p, labels, moments);
    for (int32_t j = 0; j < k; j++) {
        wider->xy[j] = centroids->xy[j], wider->za[j] = centroids->za[j];
        gains[j] = 0;
        if (sums[j].weight)
            gains[j] = main_axis(sums + j, moments + HP_MOMENTS * j, axis) * sums[j].weight;
        if (random) gains[j] *= 0.25 + (double)(hp_next_random(&random) >> 11) / 9007199254740992.0;
    }
    const double least = nth_largest(gains, sorted, k, more);
    int32_t to = k;
    for (int32_t j = 0; j < k && to < k + more; j++) {
        if (gains[j] < least || !sums[j].weight) continue;
        const double reach = sqrt(gaussian * main_axis(sums + j, moments + HP_MOMENTS * j, axis));
        int32_t low[4], high[4];
        for (int c = 0; c < 4; c++) {
            const double mean = (double)sums[j].sum[c] / (double)sums[j].weight;
            low[c] = coordinate(mean - reach * axis[c]);
            high[c] = coordinate(mean + reach * axis[c]);
        }
        wider->xy[j] = hp_pair(low[0], low[1]), wider->za[j] = hp_pair(low[2], low[3]);
        wider->xy[to] = hp_pair(high[0], high[1]), wider->za[to++] = hp_pair(high[2], high[3]);
    }
    for (; to < k + more; to++) wider->xy[to] = wider->xy[0], wider->za[to] = wider->za[0];
}
