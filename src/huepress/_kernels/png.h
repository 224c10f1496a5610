/* Rows of a PNG: their filters, and an order of the palette that suits these. */
#ifndef HP_PNG_H
#define HP_PNG_H
#include "core.h"
#include "log2.h"

/* Filters by their numbers in PNG, and ways to choose one for each row. */
typedef enum {
    HP_NO_FILTER, HP_SUB, HP_UP, HP_AVERAGE, HP_PAETH,
    HP_LEAST_SUM,       /* of the bytes' distances from 0 */
    HP_LEAST_ENTROPY,
    HP_FEWEST_BIGRAMS,  /* different pairs of bytes */
    HP_CHEAPEST_MATCHES /* by what a greedy DEFLATE would make of the row */
} hp_filter_choice;

#define HP_BIGRAM_WORDS (65536 / 64) /* a bit for each pair of bytes */

/* What a greedy DEFLATE knows of the rows before. */
#define HP_MATCH_HASH_BITS 15
#define HP_MATCH_SYMBOLS 257 /* bytes, and that there is a match */
typedef struct {
    uint32_t latest[1 << HP_MATCH_HASH_BITS]; /* where three bytes stood last, by their hash */
    uint32_t counts[HP_MATCH_SYMBOLS], prices[HP_MATCH_SYMBOLS];
} hp_match_model;

/* Scratch of the search for an order of k colours. */
typedef struct {
    int32_t *matrix, *weights;        /* k x k */
    int32_t *cost, *growth, *reverse; /* k + 1: of each distance; by how much it grows; backwards */
    int32_t *rows, *columns, *ties;   /* k */
} hp_order_scratch;

#endif
