/* An image beside a codebook of up to 256 colours: what mapping one to the other needs to know. */
#ifndef HP_CANVAS_H
#define HP_CANVAS_H
#include "clusters.h"

/* How near a colour is to the codebook. */
typedef enum {
    HP_NEAR = 0,
    HP_EXACT = 1, /* the codebook has it */
    HP_FAR = 2    /* so far that dots of the codebook's colours can be seen on it */
} hp_nearness;

typedef struct {
    int32_t width, height;
    const uint32_t *index;   /* the number of each pixel's colour */
    const int32_t *xy, *za;  /* where the colours lie */
    const uint8_t *nearness; /* of each colour */
    uint8_t *tolerance;      /* of each pixel: texture.c */
} hp_canvas;

/* canvas.c */
#define HP_NEIGHBORS 16 /* of each entry of a codebook: those nearest to it, the nearest first */
static_assert(HP_NEIGHBORS % HP_PAD == 0, "vectors fill neighbours");
#define HP_THRESHOLDS 16 /* levels of a threshold map, and entries that are mixed for a colour */
void hp_measure_nearness(const hp_points *points, const int32_t *labels,
                         const hp_centroids *codebook, uint8_t *nearness);
void hp_find_neighbors(const hp_centroids *codebook, uint8_t *neighbors);
void hp_apply_threshold_map(const hp_canvas *c, const uint8_t *mixtures, const uint8_t *map,
                            int32_t side, uint8_t *labels);

/* Tolerance, texture.c: how much error a pixel may gain, one of HP_TOLERANCES steps; and
   HP_UNDITHERED is added where dithering leaves the pixel alone. */
#define HP_TOLERANCES 128
#define HP_UNDITHERED HP_TOLERANCES
static_assert(HP_TOLERANCES - 1 + HP_UNDITHERED <= UINT8_MAX, "tolerances are bytes");

/* Scratch for sums over a window that slides over the image. */
#define HP_WINDOW_REACH 2
#define HP_WINDOW_SIDE (2 * HP_WINDOW_REACH + 1)
#define HP_WINDOW_SUMS 5 /* of four coordinates and of their squares */
typedef struct {
    int32_t *rows[HP_WINDOW_SIDE];        /* of pixels: the width of xy, then as many of za */
    int32_t *column_sums[HP_WINDOW_SUMS]; /* of the width, and HP_WINDOW_REACH on both sides */
    int32_t *window_sums[HP_WINDOW_SUMS]; /* of the width, as is: */
    float *variance;                      /* around each pixel of a row, in square levels */
} hp_window;

/* constraints.c */
void hp_find_kept_colors(uint32_t *constraints, int32_t size, int is_fine, const uint32_t *kept,
                         int32_t count);
void hp_constrain_points(const hp_points *points, const hp_centroids *codebook,
                         uint32_t *constraints, int32_t *labels);
void hp_constrain_pixels(const hp_points *points, const hp_centroids *codebook,
                         uint32_t *constraints, const uint32_t *index, size_t size,
                         uint8_t *labels);

/* dither.c */
typedef struct {
    const hp_centroids *codebook;
    int32_t share, cap;    /* of a residual, in 65536ths, what goes on; and the most of it */
    int32_t *residuals[2]; /* scratch, for two rows: four coordinates of width + 2 pixels */
    uint8_t *labels;       /* OUT */
} hp_diffusion;

#endif
