/* The table of logarithms. */
#include "log2.h"

/* Bit by bit: squaring a number doubles its logarithm. */
void hp_fill_log2(uint16_t table[HP_LOG2_ENTRIES]) {
    for (uint32_t i = 0; i < HP_LOG2_ENTRIES; i++) {
        uint64_t x = (uint64_t)(HP_LOG2_ENTRIES + i) << 20; /* 1 is 2^30 */
        uint32_t digits = 0;
        for (int b = 0; b < HP_LOG2_FRACTION; b++) {
            x = x * x >> 30;
            const uint32_t digit = (uint32_t)(x >> 31);
            digits = digits << 1 | digit, x >>= digit;
        }
        table[i] = (uint16_t)digits;
    }
}
