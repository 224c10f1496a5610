/* K-means on weighted points: assignment, update, and how centroids are found. */
#ifndef HP_CLUSTERS_H
#define HP_CLUSTERS_H
#include "points.h"

/* Weighted sums over the points of one cluster: exact, so that their order doesn't matter. */
typedef struct {
    int64_t weight, sum[4], square;
} hp_sums;

typedef struct {
    int32_t k;
    int32_t *xy, *za; /* padded */
} hp_centroids;

/* What an update makes of centroids. */
typedef enum {
    HP_MEAN = 0,        /* the mean of their points */
    HP_BEYOND_MEAN = 1, /* a place somewhat beyond it */
    HP_EIGHT_BIT = 2    /* the 8-bit colour nearest to it */
} hp_target;

/* The assignment of points to centroids; a box's guard: see assign.c. */
typedef struct {
    int32_t *labels; /* -1: none yet */
    hp_sums *sums;
    int32_t *leaf_guard, *node_guard;
    const uint8_t *has_moved; /* of each centroid, since the labels were found */
} hp_assignment;

/* A list of some centroids, those of a lower number first. */
typedef struct {
    int32_t *xy, *za, *number; /* HP_CANDIDATES(k) each */
} hp_candidates;
#define HP_CANDIDATES(k) (2 * (size_t)(k) + HP_PAD)

/* Scratch of one thread. */
typedef struct {
    hp_candidates moved_near_node, near_node, near_leaf;
} hp_assign_scratch;

/* Clusters while pairs of them are merged: merging.c. All arrays have room for hp_padded(count). */
typedef struct {
    float *weight, *at[4];              /* IN/OUT */
    float *cost, *least_cost;           /* scratch */
    int32_t *partner;                   /* scratch */
} hp_merging;

/* centroids.c */
int32_t hp_update_centroids(const hp_sums *sums, hp_space space, hp_target target,
                            hp_centroids *centroids);
void hp_add_sums(hp_sums *sums, hp_sums *part, int32_t k);
void hp_centroid_colors(const hp_centroids *centroids, hp_space space, uint8_t *rgba);
int64_t hp_distortion(const hp_sums *sums, const hp_centroids *centroids);
void hp_snap_alpha(const hp_points *points, const int32_t *labels, int32_t kept,
                   hp_centroids *centroids, int64_t *weights, int8_t *kinds);

/* splitting.c */
#define HP_MOMENTS 10 /* of second order, of four coordinates */
void hp_split_clusters(const hp_points *points, const int32_t *labels, const hp_sums *sums,
                       const hp_centroids *centroids, int32_t more, uint64_t random,
                       int64_t *moments, double *gains, double *sorted, hp_centroids *wider);

/* seeding.c */
typedef struct {
    int32_t begin, end;  /* of its points in the order */
    int32_t axis, limit; /* the best cut: points with less than `limit` along `axis` go left */
    double gain;         /* by which the cut lowers the squared error */
} hp_seed_box;
uint64_t hp_next_random(uint64_t *state);
int32_t hp_seed_by_variance(const hp_points *points, int32_t *order, int32_t *spare,
                            hp_seed_box *heap, hp_centroids *seeds);
int32_t hp_seed_by_plusplus(const hp_points *points, int candidates, uint64_t seed,
                            int32_t *nearest, int32_t *trial, int32_t *best, hp_centroids *seeds);

#endif
