/* What the gate calls. Nothing here allocates, checks its arguments or knows of Python:
   gate.pyx has done both. IN arguments are const; OUT and IN/OUT are said where they stand.

   Points are colours in a working space: four coordinates of 14 bits (0..16320), in two planes
   of int16 pairs (first and second; third and fourth, which is 0 without alpha), so that a
   squared distance fits 31 bits and a difference int16. They stand in Z-order (Morton), cut
   into leaves of at most HP_LEAF points and nodes of at most HP_NODE, each with its bounding
   box. All arrays of points are padded by HP_PAD elements. */
#ifndef HP_KERNELS_H
#define HP_KERNELS_H
#include <stddef.h>
#include <stdint.h>

#define HP_LEAF 64
#define HP_NODE 1024
#define HP_PAD 16
#define HP_CELLS (1 << 15) /* of 512 colours, of RGB */
#define HP_SCALE 64 /* one 8-bit level in coordinates */

static inline int32_t hp_pair(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)high << 16 | ((uint32_t)low & 0xffff));
}
static inline int32_t hp_low(int32_t pair) { return (int16_t)((uint32_t)pair & 0xffff); }
static inline int32_t hp_high(int32_t pair) { return (int16_t)((uint32_t)pair >> 16); }

typedef struct {
    int32_t lo_xy, lo_za, hi_xy, hi_za;
} hp_box;

typedef struct {
    int32_t size, leaves, nodes;
    int32_t *xy, *za;
    uint32_t *weight;     /* pixels of each colour */
    int32_t *leaf, *node; /* first point of each leaf, first leaf of each node; one more at the end */
    hp_box *leaf_box, *node_box;
} hp_points;

/* Weighted sums over the points of one cluster: exact, so their order never matters. */
typedef struct {
    int64_t weight, sum[4], square;
} hp_sums;

typedef struct {
    int32_t k;
    int32_t *xy, *za; /* padded by HP_PAD */
} hp_centroids;

/* Whose each point is. Guards: see lloyd.c. */
typedef struct {
    int32_t *labels; /* -1: nobody's yet */
    hp_sums *sums;
    int32_t *leaf_guard, *node_guard;
    const uint8_t *has_moved; /* of each centroid, since the labels were right */
} hp_assignment;

#define HP_ROOM(k) (9 * (2 * (size_t)(k) + HP_PAD))

/* colors.c */
void hp_list_marked(const uint64_t *present, const uint8_t *cells, uint32_t *keys);
size_t hp_hash(const uint8_t *rgba, size_t size, uint64_t *table, int bits, uint32_t *unique);
void hp_rehash(const uint64_t *from, int from_bits, uint64_t *to, int bits);
void hp_sort_hashed(uint64_t *table, int bits, uint32_t unique, uint64_t *sorted, uint64_t *spare,
                    uint32_t *keys, uint32_t *counts);
void hp_number_hashed(const uint8_t *rgba, size_t size, const uint64_t *table, int bits,
                      uint32_t *index);
void hp_spread_labels(const uint32_t *index, size_t size, const uint16_t *labels, uint8_t *out8,
                      uint16_t *out16);
void hp_decode(const uint32_t *keys, uint32_t size, int channels, uint32_t *colors);

/* points.c */
void hp_rgb_coordinates(uint32_t color, int channels, int32_t at[4]);
void hp_place(const uint32_t *colors, int channels, hp_points *points);
void hp_count_cells(const uint32_t *keys, int32_t size, int32_t cells[33]);
void hp_coarsen(const hp_points *fine, const uint32_t *keys, int shift, hp_points *coarse,
                uint32_t *coarse_keys);
int32_t hp_sketch(const hp_points *fine, const uint32_t *keys, int channels, double budget,
                  hp_points *coarse, uint32_t *coarse_keys);
void hp_partition(hp_points *points, const uint32_t *keys);

/* clusters.c */
typedef enum { HP_FINE = 0, HP_RGB8 = 1, HP_RGBA8 = 2, HP_BEYOND = 3 } hp_lattice;
int32_t hp_update(const hp_sums *sums, hp_lattice lattice, hp_centroids *centroids);
void hp_colors_of(const hp_centroids *centroids, hp_lattice lattice, uint8_t *rgba);
int64_t hp_distortion(const hp_sums *sums, const hp_centroids *centroids, int64_t *each);
void hp_split(const hp_points *points, const int32_t *labels, const hp_sums *sums,
              const hp_centroids *centroids, int32_t more, uint64_t chance, int64_t *moments,
              double *gain, hp_centroids *wider);

/* seeding.c */
uint64_t hp_draw(uint64_t *state);
int32_t hp_variance_split(const hp_points *points, int32_t *order, int32_t *spare, void *boxes,
                          hp_centroids *seeds);
size_t hp_variance_split_box_size(void);
int32_t hp_greedy_plusplus(const hp_points *points, int candidates, uint64_t seed,
                           int32_t *nearest, int32_t *trial, int32_t *best, hp_centroids *seeds);

/* Clusters as breathing.c merges them. */
typedef struct {
    float *weight, *at[4], *cost, *least;
    int32_t *partner;
} hp_merging;

/* One scale of an image as ssimulacra2.c sees it: 8-bit sRGB at the first, below it linear
   light; of an original also its positive XYB and that blurred. Each has three planes of floats,
   padded by HP_WIDTH. */
typedef struct {
    int32_t width, height;
    const uint8_t *rgb; /* NULL below the first scale */
    const float *curve; /* linear light of the 256 levels */
    float *light, *xyb, *mean;
} hp_scale;

#define HP_WIDTH 16
#define HP_TILE 512 /* most columns and rows of a block */
#define HP_ROWS 128
#define HP_RING 16 /* rows at hand for blurring, and their length with margins */
#define HP_STRIDE (HP_TILE + 2 * HP_WIDTH)
typedef struct {
    float ring[HP_RING][9][HP_STRIDE], light[3][HP_STRIDE], mid[HP_STRIDE];
    float blurred[3][HP_TILE], sum[3][6][HP_TILE];
} hp_desk;

/* log2 of 1 or more, with 16 bits after the point; from 2048 on rounded down by up to 0.0015. */
static inline uint32_t hp_log2(const uint16_t table[1024], uint32_t x) {
#if defined(__GNUC__)
    const int power = 31 - __builtin_clz(x);
#else
    int power = 0;
    while (x >> power > 1) power++;
#endif
    return (uint32_t)power << 16 | table[((uint64_t)x << 10 >> power) & 1023];
}

/* PNG's filters by number, and ways to choose among them. */
typedef enum {
    HP_NONE, HP_SUB, HP_UP, HP_AVERAGE, HP_PAETH,
    HP_LEAST_SUM, HP_LEAST_ENTROPY, HP_FEWEST_BIGRAMS, HP_CHEAPEST_MATCHES
} hp_filter_choice;

/* What filters.c knows of the rows before: where three bytes were last, by hash; how often bytes
   and (256) matches occurred; their prices. */
#define HP_HASH_BITS 15
typedef struct {
    uint32_t latest[1 << HP_HASH_BITS], counts[257], prices[257];
} hp_matching;

#define HP_ARRANGING(k) (2 * (size_t)(k) * (k) + 7 * (size_t)(k) + 8)

/* A token of DEFLATE: bits 0-8 are its symbol, a literal or a length; of a match 9-13 the length's
   extra bits, 14-18 the distance's symbol and 19-31 its extra bits. */
typedef uint32_t hp_token;
#define HP_LITLENS 286
#define HP_DISTANCES 30
#define HP_DAMAGED UINT32_MAX
#define HP_ALL_REPEATS 7

typedef struct {
    int counts[16];
    uint16_t symbols[288];
} hp_code;

typedef struct {
    const uint8_t *next, *end;
    uint64_t bits;
    int count, beyond; /* of bits at hand; whether more were wanted than there are */
    enum { HP_BETWEEN, HP_CODED, HP_STORED, HP_DONE } state;
    int last;
    uint32_t stored;    /* bytes left of a stored block */
    const uint8_t *raw; /* the next of the bytes that the stream stands for */
    size_t raw_left, skip;
    hp_code litlen, distance;
} hp_reader;

/* Tokens up to `end` that share a code. */
typedef struct {
    uint32_t end, counts[HP_LITLENS + HP_DISTANCES];
    uint64_t bits, merged; /* estimated; when merged with the next piece */
} hp_piece;

typedef struct {
    uint8_t *next, *end;
    uint64_t bits;
    int count, full;
} hp_writer;

/* tokens.c */
extern const uint16_t hp_length_base[29];
extern const uint8_t hp_length_extra[29], hp_distance_extra[HP_DISTANCES];
extern const uint8_t hp_describer[19], hp_describer_extra[19]; /* of code lengths */
void hp_fixed_lengths(uint8_t lengths[288], uint8_t distances[HP_DISTANCES]);
void hp_open_reader(hp_reader *r, const uint8_t *stream, size_t size, const uint8_t *raw,
                    size_t raw_size, size_t skip);
uint32_t hp_read_tokens(hp_reader *r, hp_token *to, uint32_t room);

/* blocks.c */
void hp_fill_log2(uint16_t table[1024]);
int hp_describe(const uint8_t *lengths, int size, int repeats, uint16_t *to);
int hp_cut(const hp_token *tokens, uint32_t size, uint32_t unit, const uint16_t *log2,
           hp_piece *pieces, int32_t *order);

/* huffman.c */
uint64_t hp_renamed_bits(const hp_piece *pieces, int count, const uint8_t *names);
void hp_write_blocks(hp_writer *w, const hp_token *tokens, const hp_piece *pieces, int count,
                     int is_last);

/* histogram.c, lloyd.c, breathing.c, filters.c, arrange.c and ssimulacra2.c, once for each instruction set */
typedef uint32_t hp_mark(const uint8_t *rgb, size_t size, uint64_t *present, uint8_t *cells,
                         uint32_t *before);
typedef void hp_number(const uint8_t *rgb, size_t size, const uint64_t *present,
                       const uint32_t *before, uint32_t *index, uint32_t *counts);
typedef void hp_bound(hp_points *);
typedef int64_t hp_assign(const hp_points *, int32_t first, int32_t last,
                          const hp_centroids *centroids, const hp_centroids *moves,
                          hp_assignment *to, int32_t *room);
typedef void hp_merge(hp_merging *m, int32_t count, int32_t k);
typedef void hp_compose(const uint8_t *rgba, size_t size, uint8_t grey, uint8_t *rgb);
typedef void hp_halve(const hp_scale *from, hp_scale *to, int32_t first, int32_t last,
                      hp_desk *desk);
typedef void hp_look(const hp_scale *scale, const hp_scale *original, int structure,
                     int32_t block, hp_desk *desk, double norms[18]);
typedef void hp_filter(const uint8_t *rows, size_t size, size_t count, size_t pixel, int choice,
                       const uint16_t *log2, uint8_t *spare, uint64_t *seen, hp_matching *m,
                       uint8_t *out);
typedef void hp_arrange(const uint8_t *labels, size_t width, size_t height, int k, int rounds,
                        const uint16_t *log2, int32_t *room, int32_t *order);
#define HP_DECLARE(set)                                                                            \
    hp_mark hp_mark_##set;                                                                         \
    hp_number hp_number_##set;                                                                     \
    hp_bound hp_bound_##set;                                                                       \
    hp_assign hp_assign_##set;                                                                     \
    hp_merge hp_merge_##set;                                                                       \
    hp_compose hp_compose_##set;                                                                   \
    hp_halve hp_halve_##set;                                                                       \
    hp_look hp_look_##set;                                                                         \
    hp_filter hp_filter_##set;                                                                     \
    hp_arrange hp_arrange_##set;
HP_DECLARE(scalar)
HP_DECLARE(sse2)
HP_DECLARE(avx2)
HP_DECLARE(avx512)
HP_DECLARE(neon)

/* dispatch.c */
#define HP_MOST_SETS 4
typedef struct {
    const char *name;
    hp_mark *mark;
    hp_number *number;
    hp_bound *bound;
    hp_assign *assign;
    hp_merge *merge;
    hp_compose *compose;
    hp_halve *halve;
    hp_look *look;
    hp_filter *filter;
    hp_arrange *arrange;
} hp_set;
int hp_sets(hp_set out[HP_MOST_SETS]);

#endif
