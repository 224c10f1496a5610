/* Logarithms in whole numbers, for estimates of bits that are the same on every machine. */
#ifndef HP_LOG2_H
#define HP_LOG2_H
#include <stdint.h>
#include "bits.h"

#define HP_LOG2_FRACTION 16 /* binary digits after the point */
#define HP_LOG2_ENTRIES 1024

/* table: OUT, the fractions of log2(1024 to 2047). */
void hp_fill_log2(uint16_t table[HP_LOG2_ENTRIES]);

/* log2 of 1 or more, in 65536ths; from 2048 on rounded down by up to 0.0015. */
static inline uint32_t hp_log2(const uint16_t table[HP_LOG2_ENTRIES], uint32_t x) {
    const int power = hp_highest_bit(x);
    return (uint32_t)power << HP_LOG2_FRACTION |
           table[((uint64_t)x << 10 >> power) & (HP_LOG2_ENTRIES - 1)];
}

#endif
