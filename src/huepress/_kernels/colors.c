/* Colours and their keys: from one to the other, and from 10 bits a channel to 8. */
#include "colors.h"

/* spread: OUT, for each value of `depth` bits the same bits `channels` apart. */
void hp_fill_spread(int depth, int channels, uint32_t spread[HP_SPREAD_ENTRIES]) {
    for (uint32_t v = 0; v < UINT32_C(1) << depth; v++) {
        spread[v] = 0;
        for (int b = 0; b < depth; b++) spread[v] |= (v >> b & 1) << (channels * b);
    }
}

/* keys: OUT, of pixels of four bytes. */
void hp_keys_of_pixels(const uint8_t *pixels, size_t size, int is_fine, uint32_t *keys) {
    uint32_t spread[HP_SPREAD_ENTRIES];
    hp_fill_spread(is_fine ? HP_FINE_BITS : 8, is_fine ? 3 : 4, spread);
    for (size_t i = 0; i < size; i++)
        keys[i] = hp_key_of(hp_color_at(pixels + 4 * i), is_fine, spread);
}

/* gathered: OUT, for each part of a key that holds three bits of each channel, these bits where
   they stand in a colour. */
static void fill_gathered(int channels, int depth, uint32_t gathered[4096]) {
    for (uint32_t part = 0; part < UINT32_C(1) << 3 * channels; part++) {
        gathered[part] = 0;
        for (int b = 0; b < 3 * channels; b++)
            gathered[part] |= (part >> b & 1) << (b % channels * depth + b / channels);
    }
}

/* colors: OUT, 0xAARRGGBB. */
void hp_decode_keys(const uint32_t *keys, uint32_t size, int channels, uint32_t *colors) {
    uint32_t gathered[4096];
    const int step = 3 * channels;
    const uint32_t low = (UINT32_C(1) << step) - 1;
    const uint32_t opaque = channels == 3 ? UINT32_C(0xff000000) : 0;
    fill_gathered(channels, 8, gathered);
    for (uint32_t i = 0; i < size; i++)
        colors[i] = opaque | gathered[keys[i] >> 2 * step] << 6 |
                    gathered[keys[i] >> step & low] << 3 | gathered[keys[i] & low];
}

/* colors: OUT, fine ones. */
void hp_decode_fine_keys(const uint32_t *keys, uint32_t size, uint32_t *colors) {
    uint32_t gathered[4096];
    fill_gathered(3, HP_FINE_BITS, gathered);
    for (uint32_t i = 0; i < size; i++)
        colors[i] = gathered[keys[i] >> 27] << 9 | gathered[keys[i] >> 18 & 511] << 6 |
                    gathered[keys[i] >> 9 & 511] << 3 | gathered[keys[i] & 511];
}

static inline uint32_t rounded(uint32_t ten_bits) { return ((ten_bits & 1023) + 2) >> 2; }

/* colors: OUT, fine ones rounded to 8 bits: 0xffRRGGBB. */
void hp_decode_rounded_keys(const uint32_t *keys, uint32_t size, uint32_t *colors) {
    hp_decode_fine_keys(keys, size, colors);
    for (uint32_t i = 0; i < size; i++)
        colors[i] = UINT32_C(0xff000000) | rounded(colors[i] >> 20) << 16 |
                    rounded(colors[i] >> 10) << 8 | rounded(colors[i]);
}

/* rgb: OUT, fine pixels rounded to 8 bits. */
void hp_round_pixels(const uint8_t *fine, size_t size, uint8_t *rgb) {
    for (size_t i = 0; i < size; i++) {
        const uint32_t color = hp_color_at(fine + 4 * i);
        for (int c = 0; c < 3; c++) rgb[3 * i + c] = (uint8_t)rounded(color >> (20 - 10 * c));
    }
}
