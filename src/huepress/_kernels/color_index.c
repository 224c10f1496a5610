/* RGB pixels to unique colours in Z-order, their counts, and the number of each pixel's colour.

   There is one bit for each of the 2^24 colours, at its key. A colour's number is the count of
   bits before its own. No branch depends on a colour; and the colours come out sorted, whatever
   the order in which they appear in the image. Tried: hashing and then sorting takes 1.5 to 2
   times as long, because of mispredicted branches; cells of 512 colours found through a hashed
   directory, twice as long; looking numbers up again for the labels instead of keeping them
   saves 4 bytes a pixel and takes a sixth longer. */
#include "bits.h"
#include "by_set.h"
#include "simd.h"

#define LOW_BITS(key) ((UINT64_C(1) << ((key) & 63)) - 1)
static_assert(HP_CELL_COLORS == 1 << 9, "a key's cell is its bits from 9 up");

/* shifted: OUT, the spread bits of red, green and blue where they stand in a key. */
static void fill_shifted(uint32_t shifted[3][256]) {
    uint32_t spread[HP_SPREAD_ENTRIES];
    hp_fill_spread(8, 3, spread);
    for (int v = 0; v < 256; v++)
        for (int c = 0; c < 3; c++) shifted[c][v] = spread[v] << (2 - c);
}

static inline uint32_t key_of(const uint8_t *rgb, const uint32_t (*shifted)[256]) {
    return shifted[0][rgb[0]] | shifted[1][rgb[1]] | shifted[2][rgb[2]];
}

/* present: OUT, HP_COLOR_WORDS words of 64 colours, a bit set for each colour that occurs.
   is_cell_used: IN/OUT, zeroed; whether a cell has any colour: the words of others are neither
   cleared nor read, so that their memory is never touched. before: OUT, how many colours come
   before those of each word. Returns the number of unique colours. */
uint32_t HP_NAME(hp_mark_colors)(const uint8_t *rgb, size_t size, uint64_t *present,
                                 uint8_t *is_cell_used, uint32_t *before) {
    uint32_t shifted[3][256], unique = 0;
    fill_shifted(shifted);
    for (size_t i = 0; i < size; i++) {
        const uint32_t key = key_of(rgb + 3 * i, shifted);
        if (!is_cell_used[key >> 9]) {
            memset(present + (key >> 9) * HP_CELL_WORDS, 0, HP_CELL_WORDS * sizeof *present);
            is_cell_used[key >> 9] = 1;
        }
        present[key >> 6] |= UINT64_C(1) << (key & 63);
    }
    for (int cell = 0; cell < HP_CELLS; cell++) {
        if (!is_cell_used[cell]) continue;
        for (int w = HP_CELL_WORDS * cell; w < HP_CELL_WORDS * (cell + 1); w++)
            before[w] = unique, unique += hp_count_bits(present[w]);
    }
    return unique;
}

/* index: OUT, the number of each pixel's colour. counts: IN/OUT, zeroed; how many pixels have
   each. Two loops: in one, numbers would wait for counts, which might overwrite what they are
   read from, and it takes twice as long. */
void HP_NAME(hp_number_pixels)(const uint8_t *rgb, size_t size, const uint64_t *present,
                               const uint32_t *before, uint32_t *index, uint32_t *counts) {
    uint32_t shifted[3][256];
    fill_shifted(shifted);
    for (size_t i = 0; i < size; i++) {
        const uint32_t key = key_of(rgb + 3 * i, shifted);
        index[i] = before[key >> 6] + hp_count_bits(present[key >> 6] & LOW_BITS(key));
    }
    for (size_t i = 0; i < size; i++) counts[index[i]]++;
}
