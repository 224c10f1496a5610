/* The search for labels that take few bits: trellis.c.

   A path through a row is in one state at each pixel. The states are, in this order:

     rows x span           the pixel copies its label from one of `rows` rows above it, in one of
                           `span` columns around it (a multiple of HP_PAD)
     HP_MAX_RUN_DISTANCE   it repeats the label of one of the last pixels, the nearest first
     padding to HP_PAD     never reached
     HP_NEIGHBORS          its label is a literal: one of those near the colour's own */
#ifndef HP_TRELLIS_H
#define HP_TRELLIS_H
#include "canvas.h"

#define HP_MAX_ROWS 64
#define HP_MAX_RUN_DISTANCE 4
#define HP_MARGIN 64  /* columns on each side of the image in planes; the largest span */
#define HP_SEGMENT 64 /* pixels from one decision about labels to the next, */
#define HP_LAG 64     /* and how many before them are not decided yet */
static_assert(HP_MAX_RUN_DISTANCE * 8 == 32, "the last labels fit a word");
static_assert(HP_MAX_RUN_DISTANCE <= HP_PAD, "literals stand HP_PAD after runs");
static_assert(HP_MARGIN % HP_PAD == 0, "vectors end within the margin");

/* Costs are in units of 1/HP_COST_PER_BIT bits. */
#define HP_COST_PER_BIT 64
#define HP_MAX_COST (1 << 16)   /* of a literal, or of beginning a match */
#define HP_FORBIDDEN (1 << 28)  /* instead of a cost: may not be. It becomes */
#define HP_UNREACHABLE 1e30f    /* more than any distortion */
static_assert(HP_MAX_COST < 1 << 24 && HP_MAX_COST < HP_FORBIDDEN, "floats hold costs exactly");

/* What all rows share. Planes hold something of each pixel of the last `planes` rows, row y in
   plane y % planes, with HP_MARGIN columns more on both sides: `stride` in all. */
typedef struct {
    int32_t rows, span, stride, planes;
    const hp_centroids *codebook;
    float step;                 /* what a match costs for each of its pixels */
    int32_t across, down, cap;  /* shares of a residual that go on, in 65536ths; the most of it */
    const float *rates;         /* what distortion costs at each tolerance */
    float *match_cost;          /* of each state that copies, to begin with it; padded */
    int32_t *offset;            /* of these, where the label stands that a pixel copies; padded */
    float *border_cost;         /* of each column of a plane: 0 in the image, else HP_UNREACHABLE */
    float *start_cost;          /* from HP_MAX_RUN_DISTANCE - x on, of each run: HP_UNREACHABLE
                                   if it would begin before the row; 2 HP_PAD */
    const int32_t *nearest;     /* the label nearest to each colour of the image */
    uint8_t *neighbors;         /* HP_NEIGHBORS of each label, */
    int32_t *neighbor_xy, *neighbor_za; /* where they lie, */
    float *literal_cost;        /* and what they cost */
    int32_t *residual_xy, *residual_za, *color_xy, *color_za; /* planes, of decided pixels */
    int32_t next_row;           /* the first row that no thread works on yet */
    int32_t *decided;           /* of each row: how many of its pixels */
    uint8_t *labels;            /* OUT */
    uint8_t *copies;            /* OUT, of each pixel 0 or the state that it was copied by, from
                                   1; or NULL. Rows have a byte before their first pixel */
} hp_trellis;

/* How the best path to a pixel ends. */
typedef struct {
    int32_t state, start; /* in which state, and since which pixel */
    uint32_t past;        /* its last labels, the last one lowest */
} hp_trellis_step;

/* One thread's work on one row. Arrays of pixels are padded. */
typedef struct {
    int32_t y, rows;          /* which row; how many rows above it there are to copy from */
    uint8_t *labels, *copies; /* of the row */
    const int32_t *above_xy[HP_MAX_ROWS], *above_za[HP_MAX_ROWS]; /* planes of the rows above */
    float *cost;              /* of the best path to each state, */
    int32_t *start, *residual_xy, *residual_za; /* where it came to the state; its residual */
    int32_t *target_xy, *target_za; /* of each pixel, its colour and what comes from above, */
    int32_t *passes_error;    /* 1 where errors are passed on, */
    float *rate;              /* what distortion costs, */
    int32_t *nearest;         /* and the label nearest to its colour */
    hp_trellis_step *steps;   /* width + 1 */
    float best_cost;          /* of the best path so far, */
    int32_t best_xy, best_za; /* and its residual */
    uint32_t cycle[HP_MAX_RUN_DISTANCE]; /* labels that each run repeats, the next one highest */
    int32_t decided;          /* how many pixels are, */
    int32_t decided_xy, decided_za; /* and what residual they leave */
} hp_trellis_row;

#endif
