/* RGB pixels -> unique colours in Z-order, their counts, and the number of each pixel's colour.

   One bit for each of the 2^24 colours, at its Morton code (channel bits interleaved: near in code
   is near in colour). A colour's number is the count of bits before its own. No branch depends on
   a colour, and the colours come out sorted, in an order that does not depend on where in the
   image they appeared. Tried: hashing and then sorting takes 1.5 to 2 times as long, by mispredicted
   branches; cells of 512 colours found through a hashed directory, twice; looking numbers up again
   for the labels instead of keeping them saves 4 bytes per pixel and takes a sixth longer. */
#include "kernels.h"
#include "simd.h"

#if defined(__POPCNT__) || defined(__aarch64__)
#define ones(x) ((uint32_t)__builtin_popcountll(x))
#else
static inline uint32_t ones(uint64_t x) { /* Hacker's Delight, 5-1 */
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(x * UINT64_C(0x0101010101010101) >> 56);
}
#endif

#define LOW_BITS(code) ((UINT64_C(1) << ((code) & 63)) - 1)

static void spread_bits(uint32_t spread[3][256]) {
    for (int v = 0; v < 256; v++) {
        uint32_t bits = 0;
        for (int b = 0; b < 8; b++) bits |= (uint32_t)(v >> b & 1) << (3 * b);
        spread[0][v] = bits << 2, spread[1][v] = bits << 1, spread[2][v] = bits;
    }
}

static inline uint32_t code_of(const uint8_t *rgb, const uint32_t (*spread)[256]) {
    return spread[0][rgb[0]] | spread[1][rgb[1]] | spread[2][rgb[2]];
}

/* present: OUT, 2^18 words of 64 colours. cells: IN/OUT, zeroed: whether any of 8 words has a
   colour; the other cells are neither cleared nor looked at, nor their memory paged in. before:
   OUT, the colours before each word. Returns the number of unique colours. */
uint32_t HP_NAME(hp_mark)(const uint8_t *rgb, size_t size, uint64_t *present, uint8_t *cells,
                          uint32_t *before) {
    uint32_t spread[3][256], unique = 0;
    spread_bits(spread);
    for (size_t i = 0; i < size; i++) {
        const uint32_t code = code_of(rgb + 3 * i, spread);
        if (!cells[code >> 9]) {
            memset(present + (code >> 9) * 8, 0, 8 * sizeof *present);
            cells[code >> 9] = 1;
        }
        present[code >> 6] |= UINT64_C(1) << (code & 63);
    }
    for (int cell = 0; cell < HP_CELLS; cell++)
        for (int w = 8 * cell; cells[cell] && w < 8 * cell + 8; w++)
            before[w] = unique, unique += ones(present[w]);
    return unique;
}

/* index: OUT, the number of each pixel's colour. counts: IN/OUT, the pixels of each. Two loops: in
   one, look-ups wait for counts that might be what they read, and it takes twice as long. */
void HP_NAME(hp_number)(const uint8_t *rgb, size_t size, const uint64_t *present,
                        const uint32_t *before, uint32_t *index, uint32_t *counts) {
    uint32_t spread[3][256];
    spread_bits(spread);
    for (size_t i = 0; i < size; i++) {
        const uint32_t code = code_of(rgb + 3 * i, spread);
        index[i] = before[code >> 6] + ones(present[code >> 6] & LOW_BITS(code));
    }
    for (size_t i = 0; i < size; i++) counts[index[i]]++;
}
