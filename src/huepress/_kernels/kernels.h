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
#define HP_MOST 16320 /* the highest coordinate */
#define HP_FINE_BITS 10 /* of fine colours: 4 steps to an 8-bit level, 0 to 1020 */
#define HP_FINE_MOST 1020
#define HP_CHROMA 0.8f /* what chroma counts beside lightness in Oklab */

/* Fine pixels lie as the bytes of RGBA do: second, third, last and first of the word. */
static inline uint32_t hp_fine_word(const uint8_t *p) {
    return (uint32_t)p[3] << 24 | (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}
static inline int32_t hp_pair(int32_t low, int32_t high) {
    return (int32_t)((uint32_t)high << 16 | ((uint32_t)low & 0xffff));
}
static inline int32_t hp_low(int32_t pair) { return (int16_t)((uint32_t)pair & 0xffff); }
static inline int32_t hp_high(int32_t pair) { return (int16_t)((uint32_t)pair >> 16); }

typedef struct {
    int32_t lo_xy, lo_za, hi_xy, hi_za;
} hp_box;

/* Working spaces, a sum of: */
typedef enum { HP_WITH_ALPHA = 1, HP_IN_OKLAB = 2, HP_STRAIGHT = 4 } hp_space;

typedef struct {
    hp_space space;
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

/* Unique colours by Morton code, in order, and how often each occurs. Where 32 bits don't hold the
   total, `exact` does and `counts` are scaled down; else it is NULL. `counts` are padded. */
typedef struct {
    uint32_t size, *keys, *counts;
    uint64_t *exact;
} hp_color_counts;

/* colors.c */
uint32_t hp_union_size(const hp_color_counts *a, const hp_color_counts *b);
void hp_merge_counts(const hp_color_counts *a, const hp_color_counts *b, hp_color_counts *to);
void hp_scale_counts(hp_color_counts *c, uint64_t total);
void hp_list_marked(const uint64_t *present, const uint8_t *cells, uint32_t *keys);
size_t hp_hash(const uint8_t *rgba, size_t size, uint64_t *table, int bits, uint32_t *unique);
void hp_rehash(const uint64_t *from, int from_bits, uint64_t *to, int bits);
void hp_sort_hashed(uint64_t *table, int bits, int fine, uint32_t unique, uint64_t *sorted,
                    uint64_t *spare, uint32_t *keys, uint32_t *counts);
void hp_number_hashed(const uint8_t *rgba, size_t size, const uint64_t *table, int bits,
                      uint32_t *index);
void hp_spread_labels(const uint32_t *index, size_t size, const uint16_t *labels, uint8_t *out8,
                      uint16_t *out16);
void hp_decode(const uint32_t *keys, uint32_t size, int channels, uint32_t *colors);
void hp_decode_fine(const uint32_t *keys, uint32_t size, uint32_t *colors);
void hp_decode_rounded(const uint32_t *keys, uint32_t size, uint32_t *colors);
void hp_round(const uint8_t *fine, size_t size, uint8_t *rgb);

/* sorting.c */
#define HP_HIGH_BITS 16
void hp_encode(const uint8_t *pixels, size_t size, int fine, uint32_t *codes);
#define HP_BUCKET_BITS 10
#define HP_BUCKETS (1 << HP_BUCKET_BITS)
uint32_t hp_split_codes(const uint32_t *codes, size_t size, uint32_t *buckets, uint32_t *starts);
uint32_t hp_sort_buckets(uint32_t *codes, size_t size, const uint32_t *starts, uint32_t *spare);
void hp_count_codes(const uint32_t *sorted, size_t size, uint32_t *keys, uint32_t *counts);
void hp_number_codes(const uint32_t *keys, uint32_t unique, uint32_t *codes, size_t size,
                     uint32_t *starts);

/* spaces.c */
void hp_set_light(const float *fine_table);
int32_t hp_alpha_step(hp_space space);
void hp_coordinates(hp_space space, uint32_t color, int32_t at[4]);
void hp_fine_coordinates(hp_space space, uint32_t fine, int32_t at[4]);
uint32_t hp_nearest_color(hp_space space, const int32_t at[4]);

/* points.c */
void hp_place(const uint32_t *colors, hp_points *points);
void hp_place_fine(const uint32_t *colors, hp_points *points);
void hp_count_cells(const uint32_t *keys, int32_t size, int32_t cells[33]);
void hp_coarsen(const hp_points *fine, const uint32_t *keys, int shift, hp_points *coarse,
                uint32_t *coarse_keys);
int32_t hp_sketch(const hp_points *fine, const uint32_t *keys, int channels, int unit,
                  double budget, hp_points *coarse, uint32_t *coarse_keys);
void hp_partition(hp_points *points, const uint32_t *keys);

/* clusters.c */
typedef enum { HP_FINE = 0, HP_BEYOND = 1, HP_EIGHT_BIT = 2 } hp_lattice;
int32_t hp_update(const hp_sums *sums, hp_space space, hp_lattice lattice,
                  hp_centroids *centroids);
void hp_colors_of(const hp_centroids *centroids, hp_space space, uint8_t *rgba);
int64_t hp_distortion(const hp_sums *sums, const hp_centroids *centroids, int64_t *each);
void hp_split(const hp_points *points, const int32_t *labels, const hp_sums *sums,
              const hp_centroids *centroids, int32_t more, uint64_t chance, int64_t *moments,
              double *gain, hp_centroids *wider);

void hp_settle_alpha(const hp_points *points, const int32_t *labels, int32_t kept,
                     hp_centroids *centroids, int64_t *weights, int8_t *is);

/* seeding.c */
uint64_t hp_draw(uint64_t *state);
int32_t hp_variance_split(const hp_points *points, int32_t *order, int32_t *spare, void *boxes,
                          hp_centroids *seeds);
size_t hp_variance_split_box_size(void);
int32_t hp_greedy_plusplus(const hp_points *points, int candidates, uint64_t seed,
                           int32_t *nearest, int32_t *trial, int32_t *best, hp_centroids *seeds);

/* An image to be mapped: its pixels' colours as points, and the codebook. */
enum { HP_NEAR = 0, HP_EXACT = 1, HP_FAR = 2 };
typedef struct {
    int32_t width, height;
    const uint32_t *index; /* the number of each pixel's colour */
    const int32_t *xy, *za;
    const uint8_t *fit; /* of each colour: how near the nearest in the codebook is */
    uint8_t *tolerance; /* of each pixel, see texture.c */
} hp_canvas;

/* What texture.c works on. */
#define HP_QUIET 128
#define HP_TEXTURE(width) (21 * (size_t)(width) + 20)
typedef struct {
    int32_t *ring;   /* colours of 5 rows, 10 for each column */
    int32_t *sums;   /* 5 for each column, and for 4 more */
    int32_t *wide;   /* 5 for each column: of it and its neighbours */
    float *variance; /* of each pixel in the row */
} hp_texture;

/* canvas.c */
void hp_measure_fit(const hp_points *p, const int32_t *labels, const hp_centroids *centroids,
                    uint8_t *fit);
void hp_place_shades(const hp_canvas *c, const uint8_t *shades, const uint8_t *mask, int32_t side,
                     uint8_t *labels);
void hp_look_around(const hp_centroids *book, uint8_t *around);
uint64_t hp_squared_error(const uint32_t *colors, const uint32_t *index, int channels, size_t size,
                          const uint8_t *labels8, const uint16_t *labels16, const uint8_t *book);

/* bind.c */
int hp_opacity(hp_space space, int32_t za);
void hp_keep(uint32_t *bonds, int32_t size, int fine, const uint32_t *kept, int32_t count);
void hp_bind_points(const hp_points *p, const hp_centroids *book, uint32_t *bonds, int32_t *labels);
void hp_bind_pixels(const hp_points *p, const hp_centroids *book, uint32_t *bonds,
                    const uint32_t *index, size_t size, uint8_t *labels);

/* What dither.c works on. */
#define HP_SHADES 16
typedef struct {
    const hp_centroids *book;
    int32_t share, cap; /* share is of 65536 */
    int32_t *residuals; /* 8 for each of width + 2 pixels */
    uint8_t *labels;    /* OUT */
} hp_diffusion;

/* What trellis.c works on. Candidates for matches are `span` columns (a multiple of HP_PAD) around
   each pixel in `rows` rows above, then the last HP_PAST pixels; each is a state. HP_PAD after the
   first of the latter there are HP_AROUND more, for literals. */
#define HP_BIT 64
#define HP_BARRED (1 << 28) /* given as the cost of what may not be, which becomes: */
#define HP_NEVER 1e30f      /* more than any distortion */
#define HP_DEAREST (1 << 16) /* most for a literal, or for a match that may be */
#define HP_AROUND 16        /* candidates for literals: those nearest to a pixel's own label */
#define HP_PAST 4
#define HP_MOST_ROWS 64
#define HP_MARGIN 64
#define HP_SEGMENT 64 /* pixels between decisions, */
#define HP_LAG 64     /* and how far back these reach */

/* What all rows share. The last `ring` rows have a plane each of residuals and of colours, row y
   plane y % ring, with HP_MARGIN more than `width` on both sides. */
typedef struct {
    int32_t rows, span, stride, ring;
    const hp_centroids *book;
    float step;
    int32_t across, down, cap; /* the first two of 65536 */
    const float *rates;     /* what distortion costs at each tolerance */
    const float *match;     /* cost to begin a match, of each state */
    const int32_t *offset;  /* in labels, from a pixel to what each state above copies */
    const float *fence;     /* 0 within the row, HP_NEVER beside it */
    const float *lead;      /* from HP_PAST - x on: of each distance HP_NEVER if x is less */
    const int32_t *nearest; /* the label nearest to each colour, and of each label: */
    const uint8_t *around;  /* HP_AROUND labels near it, the nearest first */
    const int32_t *around_xy, *around_za;
    const float *literal;   /* their costs */
    int32_t *left_xy, *left_za, *plane_xy, *plane_za;
    int32_t next;           /* the first row that nobody works on yet */
    int32_t *done;          /* of each row: its pixels that are decided */
    uint8_t *labels;        /* OUT */
    uint8_t *copies;        /* OUT, of each pixel 0 or the state that it is copied by, from 1; or NULL. Rows
                               have a byte before their first pixel */
} hp_trellis;

typedef struct {
    int32_t state, start;
    uint32_t past; /* the last four labels, the last one lowest */
} hp_step;

/* What a row is worked on with. */
typedef struct {
    int32_t y, rows;          /* which row, and how many above it are there to copy from */
    uint8_t *labels, *copies; /* of the row */
    const int32_t *above_xy[HP_MOST_ROWS], *above_za[HP_MOST_ROWS]; /* planes of rows above it */
    float *cost;                                               /* of each state */
    int32_t *start, *residual_xy, *residual_za;
    int32_t *target_xy, *target_za;                            /* of each pixel, padded, as are: */
    int32_t *loud;                                             /* 1 where errors are passed on */
    float *rate;
    int32_t *around;                                           /* the label nearest to the colour */
    hp_step *steps;                                            /* width + 1 */
    float base;                                                /* cost and residual of the best path */
    int32_t origin_xy, origin_za;
    uint32_t cycle[HP_PAST]; /* what each state within the row repeats */
    int32_t decided, left_xy, left_za; /* labels that are, and what they leave */
} hp_row;

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

/* parse.c */
typedef struct {
    const uint8_t *raw, *hints; /* of each byte what it was copied by; 0: nobody knows */
    const int32_t *distances;   /* of each hint, 1 to 32768 */
    size_t at;                  /* the next byte */
    hp_token lengths[259];      /* of each length the part of the token that says it */
} hp_parser;
void hp_open_parser(hp_parser *p);
uint32_t hp_parse(hp_parser *p, size_t end, hp_token *to, uint32_t room);

/* blocks.c */
void hp_fill_log2(uint16_t table[1024]);
int hp_describe(const uint8_t *lengths, int size, int repeats, uint16_t *to);
int hp_cut(const hp_token *tokens, uint32_t size, uint32_t unit, const uint16_t *log2,
           hp_piece *pieces, int32_t *order);

/* huffman.c */
uint64_t hp_renamed_bits(const hp_piece *pieces, int count, const uint8_t *names);
void hp_write_blocks(hp_writer *w, const hp_token *tokens, const hp_piece *pieces, int count,
                     int is_last);
void hp_align(hp_writer *w);

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
typedef void hp_tolerate(const hp_canvas *c, int32_t first, int32_t last, hp_texture *t,
                         uint8_t *tolerance);
typedef void hp_rate(float strength, float rates[HP_QUIET]);
typedef void hp_weigh_smooth(const hp_canvas *c, hp_texture *t, uint8_t *importance);
typedef void hp_map_cheaply(const hp_canvas *c, hp_trellis *t, hp_row *row);
typedef void hp_diffuse(const hp_canvas *c, hp_diffusion *d);
typedef void hp_mix(const hp_canvas *c, int32_t size, const hp_centroids *book, hp_space space,
                    int32_t share, int32_t cap, uint8_t *shades);
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
    hp_tolerate hp_tolerate_##set;                                                                 \
    hp_rate hp_rate_##set;                                                                         \
    hp_weigh_smooth hp_weigh_smooth_##set;                                                         \
    hp_map_cheaply hp_map_cheaply_##set;                                                           \
    hp_diffuse hp_diffuse_##set;                                                                   \
    hp_mix hp_mix_##set;                                                                           \
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
    hp_tolerate *tolerate;
    hp_rate *rate;
    hp_weigh_smooth *weigh_smooth;
    hp_map_cheaply *map_cheaply;
    hp_diffuse *diffuse;
    hp_mix *mix;
    hp_filter *filter;
    hp_arrange *arrange;
} hp_set;
int hp_sets(hp_set out[HP_MOST_SETS]);

#endif
