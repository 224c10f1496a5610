/* Unique colours: found, counted, sorted, numbered, and merged.

   A colour is a word: 0xAARRGGBB of 8-bit channels; or "fine", opaque with three channels of 10
   bits, each 0 to HP_MAX_FINE, red << 20 | green << 10 | blue. Pixels of four bytes hold either.

   Its key is its Morton code: the bits of all channels in turn, the highest ones first. Sorted by
   keys, colours stand in Z-order: those that are near in the order are near each other. */
#ifndef HP_COLORS_H
#define HP_COLORS_H
#include "core.h"

#define HP_MAX_UNIQUE (INT32_MAX - HP_PAD) /* colours: points are numbered by int32, and padded */

#define HP_FINE_BITS 10
#define HP_MAX_FINE 1020 /* four steps to an 8-bit level */
#define HP_FINE_STEP (HP_LEVEL / 4) /* one step in coordinates */
static_assert(HP_MAX_FINE == 4 * 255 && HP_MAX_FINE < 1 << HP_FINE_BITS, "fine colours are levels");
static_assert(4 * HP_FINE_STEP == HP_LEVEL, "fine colours have whole coordinates");

/* The colour that a pixel of four bytes holds. */
static inline uint32_t hp_color_at(const uint8_t *pixel) {
    return (uint32_t)pixel[3] << 24 | (uint32_t)pixel[0] << 16 | (uint32_t)pixel[1] << 8 | pixel[2];
}

/* Keys and colours: colors.c */
#define HP_SPREAD_ENTRIES (1 << HP_FINE_BITS)
void hp_fill_spread(int depth, int channels, uint32_t spread[HP_SPREAD_ENTRIES]);
void hp_keys_of_pixels(const uint8_t *pixels, size_t size, int is_fine, uint32_t *keys);
void hp_decode_keys(const uint32_t *keys, uint32_t size, int channels, uint32_t *colors);
void hp_decode_fine_keys(const uint32_t *keys, uint32_t size, uint32_t *colors);
void hp_decode_rounded_keys(const uint32_t *keys, uint32_t size, uint32_t *colors);
void hp_round_pixels(const uint8_t *fine, size_t size, uint8_t *rgb);

/* The key of a colour of four channels, or of a fine one. spread: hp_fill_spread's for both. */
static inline uint32_t hp_key_of(uint32_t color, int is_fine,
                                 const uint32_t spread[HP_SPREAD_ENTRIES]) {
    if (is_fine)
        return spread[color >> 20] << 2 | spread[color >> 10 & 1023] << 1 | spread[color & 1023];
    return spread[color >> 24] << 3 | spread[color >> 16 & 255] << 2 |
           spread[color >> 8 & 255] << 1 | spread[color & 255];
}

/* RGB pixels, by a bit for each of the 2^24 colours: color_index.c, and color_counts.c for the
   list. The bits stand in cells of HP_CELL_COLORS at their keys. */
#define HP_CELL_COLORS 512
#define HP_CELL_WORDS (HP_CELL_COLORS / 64)
#define HP_CELLS ((1 << 24) / HP_CELL_COLORS)
#define HP_COLOR_WORDS (HP_CELLS * HP_CELL_WORDS)
void hp_list_marked_colors(const uint64_t *present, const uint8_t *is_cell_used, uint32_t *keys);

/* Pixels of four bytes, by a hash table: color_hash.c */
size_t hp_hash_colors(const uint8_t *pixels, size_t size, uint64_t *table, int bits,
                      uint32_t *unique);
void hp_grow_hash_table(const uint64_t *from, int from_bits, uint64_t *to, int bits);
void hp_sort_hashed_colors(uint64_t *table, int bits, int is_fine, uint32_t unique,
                           uint64_t *sorted, uint64_t *spare, uint32_t *keys, uint32_t *counts);
void hp_number_hashed_pixels(const uint8_t *pixels, size_t size, const uint64_t *table, int bits,
                             uint32_t *index);

/* The same by sorting the pixels, where they have many colours: color_sort.c */
#define HP_BUCKET_BITS 10
#define HP_BUCKETS (1 << HP_BUCKET_BITS)
#define HP_PREFIX_BITS 16
uint32_t hp_split_into_buckets(const uint32_t *keys, size_t size, uint32_t *buckets,
                               uint32_t *starts);
uint32_t hp_sort_buckets(uint32_t *keys, size_t size, const uint32_t *starts, uint32_t *spare);
void hp_count_sorted_keys(const uint32_t *sorted, size_t size, uint32_t *keys, uint32_t *counts);
void hp_number_keys(const uint32_t *unique_keys, uint32_t unique, uint32_t *keys, size_t size,
                    uint32_t *starts);

/* One pass of a radix sort, stable: by `bits` bits of each word from `shift` up. OUT. `at` is
   scratch, 2^bits + 1 words. */
#define HP_DEFINE_RADIX_PASS(name, word)                                                           \
    static void name(const word *from, word *to, size_t size, int shift, int bits, uint32_t *at) { \
        const uint32_t mask = (UINT32_C(1) << bits) - 1;                                           \
        memset(at, 0, ((size_t)mask + 2) * sizeof *at);                                            \
        for (size_t i = 0; i < size; i++) at[(from[i] >> shift & mask) + 1]++;                     \
        for (uint32_t d = 0; d <= mask; d++) at[d + 1] += at[d];                                   \
        for (size_t i = 0; i < size; i++) to[at[from[i] >> shift & mask]++] = from[i];             \
    }

/* Unique colours by key, in order, and how often each occurs: color_counts.c. Where 32 bits don't
   hold the total, `exact` holds the counts and `counts` are scaled down; else it is NULL. `counts`
   are padded. */
typedef struct {
    uint32_t size, *keys, *counts;
    uint64_t *exact;
} hp_color_counts;

uint32_t hp_union_size(const hp_color_counts *a, const hp_color_counts *b);
void hp_merge_counts(const hp_color_counts *a, const hp_color_counts *b, hp_color_counts *merged);
void hp_scale_counts(hp_color_counts *c, uint64_t total);

/* Labels of colours to labels of pixels: color_counts.c */
void hp_expand_labels(const uint32_t *index, size_t size, const uint16_t *labels, uint8_t *bytes,
                      uint16_t *words);
#define HP_MAX_SQUARED (1 << 29) /* pixels at a time */
static_assert(HP_MAX_SQUARED <= UINT64_MAX / (4 * UINT64_C(255) * 255 * 65025),
              "the largest squared errors of so many fit 64 bits");
uint64_t hp_squared_error(const uint32_t *colors, const uint32_t *index, int channels, size_t size,
                          const uint8_t *bytes, const uint16_t *words, const uint8_t *codebook);

#endif
