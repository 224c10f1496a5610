/* SSIMULACRA 2: the error norms of an image beside its reference, at several scales. */
#ifndef HP_SSIMULACRA2_H
#define HP_SSIMULACRA2_H
#include "core.h"

/* An image at one scale: as it came, 8-bit sRGB, at the first; below it in linear light. A
   reference has its positive XYB, too, and that blurred. Each is three planes of floats, padded
   at the end. */
typedef struct {
    int32_t width, height;
    const uint8_t *rgb; /* NULL below the first scale */
    const float *curve; /* the linear light of the 256 levels */
    float *light, *xyb, *mean;
} hp_scale;

/* Images are worked on in tiles of at most HP_TILE_COLUMNS x HP_TILE_ROWS pixels. */
#define HP_TILE_COLUMNS 512
#define HP_TILE_ROWS 128
#define HP_TILE_STRIDE (HP_TILE_COLUMNS + 2 * HP_PAD)
#define HP_RING_ROWS 16 /* rows that are kept for blurring */
#define HP_NORMS 18     /* three channels x (structure lost, edges added, edges removed) x 2 */

/* Scratch of one thread. */
typedef struct {
    float ring[HP_RING_ROWS][9][HP_TILE_STRIDE], light[3][HP_TILE_STRIDE], mid[HP_TILE_STRIDE];
    float blurred[3][HP_TILE_COLUMNS], sum[3][HP_NORMS / 3][HP_TILE_COLUMNS];
} hp_tile_buffers;

#endif
