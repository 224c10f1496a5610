/* Tokens to DEFLATE blocks, cut where the code should change.

   libdeflate parses as well as any, but cuts blocks by rough statistics as it goes. Here its tokens
   are cut anew: into blocks of equal length, merged with their neighbours while that saves bits,
   the best pair first; then each boundary moves to where it is cheapest. Costs are those of the
   entropy and of the description of the code, whose lengths stand in the order of the symbols and
   take fewer bits if neighbours are alike. (deflate_write.c writes them.)

   That takes 0.3 to 0.9 % off a photograph and 1 to 3.5 % off a screenshot, in some hundredths
   of the time that compressing took. An exact search over all cuts finds 0.02 % more. Tried:
   counts made more alike for a shorter description (as zopfli does) gain 0.02 %; an optimal
   parser of our own, with binary trees and the costs of these blocks, 0.3 to 0.6 % in the time
   of libdeflate's; zopfli itself 0.5 to 1.5 % in fifteen times that. */
#include "deflate.h"

#define FINEST_STEP 8 /* tokens by which a boundary moves at last */

/* symbols: OUT, code lengths in symbols of the precode, each with its extra bits from bit 8 up;
   at most `size`. 0 to 15 stand for themselves, 16 repeats the last 3 to 6 times, 17 and 18 are
   3 to 10 and 11 to 138 zeros. repeats: which of these three to use, one bit each. Returns how
   many symbols. */
int hp_encode_lengths(const uint8_t *lengths, int size, int repeats, uint16_t *symbols) {
    int count = 0;
    for (int i = 0, end; i < size; i = end) {
        const int value = lengths[i];
        for (end = i + 1; end < size && lengths[end] == value; end++) {}
        int run = end - i;
        if (value) symbols[count++] = (uint16_t)value, run--;
        while (!value && run >= 11 && repeats & 4) {
            const int part = run < 138 ? run : 138;
            symbols[count++] = (uint16_t)(18 | (part - 11) << 8), run -= part;
        }
        while (!value && run >= 3 && repeats & 2) {
            const int part = run < 10 ? run : 10;
            symbols[count++] = (uint16_t)(17 | (part - 3) << 8), run -= part;
        }
        while (value && run >= 3 && repeats & 1) {
            const int part = run == 7 ? 4 : run < 6 ? run : 6; /* 7 is 4 and 3, not 6 and 1 */
            symbols[count++] = (uint16_t)(16 | (part - 3) << 8), run -= part;
        }
        while (run-- > 0) symbols[count++] = (uint16_t)value;
    }
    return count;
}

/* How many symbols must be described: up to the last that is used, but at least `least`. */
static int used(const uint8_t *lengths, int size, int least) {
    while (size > least && !lengths[size - 1]) size--;
    return size;
}

/* The estimated bits of all symbols in their best code, in 65536ths. lengths: OUT, those of the
   code. */
static uint64_t estimate_code(const uint32_t *counts, int size, const uint16_t *log2,
                              uint8_t *lengths) {
    uint64_t bits = 0;
    uint32_t total = 0;
    for (int s = 0; s < size; s++) total += counts[s];
    const uint32_t whole = total ? hp_log2(log2, total) : 0;
    for (int s = 0; s < size; s++) {
        if (!counts[s]) {
            lengths[s] = 0;
            continue;
        }
        const uint32_t each = whole - hp_log2(log2, counts[s]);
        const uint32_t length = (each + (1 << (HP_LOG2_FRACTION - 1))) >> HP_LOG2_FRACTION;
        bits += (uint64_t)each * counts[s];
        lengths[s] = (uint8_t)hp_clamp((int32_t)length, 1, HP_MAX_CODE_LENGTH);
    }
    return bits;
}

/* The estimated bits of a block but for the extra bits of its tokens. */
static uint64_t estimate(const uint32_t *counts, const uint16_t *log2) {
    uint8_t lengths[HP_SYMBOLS], unused[HP_PRECODE];
    uint16_t symbols[HP_SYMBOLS];
    uint32_t precode_counts[HP_PRECODE] = {0}, extra = 0;
    uint64_t bits = estimate_code(counts, HP_LITLENS, log2, lengths);
    const int litlens = used(lengths, HP_LITLENS, HP_FIRST_LENGTH);
    bits += estimate_code(counts + HP_LITLENS, HP_DISTANCES, log2, lengths + litlens);
    const int size = litlens + used(lengths + litlens, HP_DISTANCES, 1);
    const int count = hp_encode_lengths(lengths, size, HP_ALL_REPEATS, symbols);
    for (int i = 0; i < count; i++) {
        const int symbol = symbols[i] & 31;
        precode_counts[symbol]++, extra += hp_precode_extra[symbol];
    }
    bits += estimate_code(precode_counts, HP_PRECODE, log2, unused);
    return (bits >> HP_LOG2_FRACTION) + extra + 3 + 14 + 3 * 15;
}

/* Estimate the bits of a block merged with the next. a: OUT merged_bits. */
static void try_merge(hp_block *a, const hp_block *b, const uint16_t *log2) {
    uint32_t counts[HP_SYMBOLS];
    for (int s = 0; s < HP_SYMBOLS; s++) counts[s] = a->counts[s] + b->counts[s];
    counts[HP_END_OF_BLOCK] = 1;
    a->merged_bits = estimate(counts, log2);
}

/* Merge a block with the next. a: IN/OUT. */
static void join(hp_block *a, const hp_block *b) {
    for (int s = 0; s < HP_SYMBOLS; s++) a->counts[s] += b->counts[s];
    a->counts[HP_END_OF_BLOCK] = 1, a->bits = a->merged_bits, a->end = b->end;
}

/* Merge neighbours as long as that saves bits, or costs none. blocks: IN/OUT, `count` of them.
   order: scratch, `count`. Returns how many are left. */
static int merge(hp_block *blocks, int count, int32_t *order, const uint16_t *log2) {
    for (int i = 0; i < count; i++) order[i] = i;
    for (int i = 0; i + 1 < count; i++) try_merge(blocks + i, blocks + i + 1, log2);
    while (count > 1) {
        int64_t most = -1;
        int best = 0;
        for (int i = 0; i + 1 < count; i++) {
            const hp_block *a = blocks + order[i], *b = blocks + order[i + 1];
            const int64_t saved = (int64_t)(a->bits + b->bits - a->merged_bits);
            if (saved > most) most = saved, best = i;
        }
        if (most < 0) break;
        hp_block *a = blocks + order[best];
        join(a, blocks + order[best + 1]);
        count--;
        memmove(order + best + 1, order + best + 2, (count - best - 1) * sizeof *order);
        if (best + 1 < count) try_merge(a, blocks + order[best + 1], log2);
        if (best) try_merge(blocks + order[best - 1], a, log2);
    }
    for (int i = 0; i < count; i++)
        if (order[i] != i) blocks[i] = blocks[order[i]];
    return count;
}

/* Move the boundary of two neighbours to `end`. a, b: IN/OUT. */
static void move_boundary(const hp_token *tokens, hp_block *a, hp_block *b, uint32_t end) {
    hp_block *from = end < a->end ? a : b, *to = end < a->end ? b : a;
    const uint32_t low = end < a->end ? end : a->end, high = end < a->end ? a->end : end;
    for (uint32_t t = low; t < high; t++) hp_count_token(from->counts, tokens[t], UINT32_MAX);
    for (uint32_t t = low; t < high; t++) hp_count_token(to->counts, tokens[t], 1);
    a->end = end;
}

/* Move the boundary of two neighbours by `step` tokens, as often as that saves bits. start:
   where the first of them begins. a, b: IN/OUT. */
static void optimize_boundary(const hp_token *tokens, hp_block *a, hp_block *b, uint32_t start,
                              int64_t step, const uint16_t *log2) {
    for (;;) {
        const int64_t end = a->end + step;
        if (end <= (int64_t)start || end >= (int64_t)b->end) return;
        const uint32_t before = a->end;
        move_boundary(tokens, a, b, (uint32_t)end);
        const uint64_t first = estimate(a->counts, log2), second = estimate(b->counts, log2);
        if (first + second >= a->bits + b->bits) {
            move_boundary(tokens, a, b, before);
            return;
        }
        a->bits = first, b->bits = second;
    }
}

/* Split tokens into blocks. unit: how many tokens each block has at the start. blocks: OUT, with
   room for one for each unit that is begun, or for one if there are no tokens. order: scratch,
   as many. Returns how many blocks there are. */
int hp_split_blocks(const hp_token *tokens, uint32_t size, uint32_t unit, const uint16_t *log2,
                    hp_block *blocks, int32_t *order) {
    int n = 0;
    for (uint32_t start = 0; start < size || n == 0; start += unit) {
        hp_block *block = blocks + n++;
        memset(block, 0, sizeof *block);
        block->end = size - start < unit ? size : start + unit;
        for (uint32_t t = start; t < block->end; t++) hp_count_token(block->counts, tokens[t], 1);
        block->counts[HP_END_OF_BLOCK] = 1, block->bits = estimate(block->counts, log2);
    }
    n = merge(blocks, n, order, log2);
    for (int64_t step = unit / 2; step >= FINEST_STEP; step /= 2)
        for (int i = 0; i + 1 < n; i++) {
            const uint32_t start = i ? blocks[i - 1].end : 0;
            optimize_boundary(tokens, blocks + i, blocks + i + 1, start, -step, log2);
            optimize_boundary(tokens, blocks + i, blocks + i + 1, start, step, log2);
        }
    return merge(blocks, n, order, log2);
}
