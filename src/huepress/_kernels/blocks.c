/* Tokens -> DEFLATE blocks (RFC 1951), cut where the code should change.

   libdeflate parses as well as any, but cuts blocks by rough statistics as it goes. Here its tokens
   are cut anew: pieces of equal length, merged with their neighbours while that saves bits, the
   best first; then each boundary moves to where it is cheapest. Costs are those of the entropy
   and of the description of the code, whose lengths stand in the order of the symbols and are
   shorter if neighbours are alike.

   (Writing them is huffman.c's.)

   That takes 0.3 to 0.9 % off a photograph and 1 to 3.5 % off a screenshot, in some hundredths of
   the time that compressing took. An exact search over all cuts finds 0.02 % more. Tried: counts
   made more alike for a shorter description (as zopfli does) gain 0.02 %; an optimal parser of our
   own, with binary trees and the costs of these blocks, 0.3 to 0.6 % in the time of libdeflate's;
   zopfli itself 0.5 to 1.5 % in fifteen times that. */
#include <string.h>
#include "kernels.h"

#define SYMBOLS (HP_LITLENS + HP_DISTANCES)
#define FRACTION 16 /* binary digits of hp_log2 */
#define FINEST_STEP 8

/* table: OUT, the fractions of log2(1024 to 2047); bit by bit, by squaring. */
void hp_fill_log2(uint16_t table[1024]) {
    for (uint32_t i = 0; i < 1024; i++) {
        uint64_t x = (uint64_t)(1024 + i) << 20; /* 1 is 2^30 */
        uint32_t bits = 0;
        for (int b = 0; b < FRACTION; b++) {
            x = x * x >> 30;
            const uint32_t bit = (uint32_t)(x >> 31);
            bits = bits << 1 | bit, x >>= bit;
        }
        table[i] = (uint16_t)bits;
    }
}

/* The symbols of the code lengths' own code: 0 to 15 stand for themselves, 16 repeats the last 3
   to 6 times, 17 and 18 are 3 to 10 and 11 to 138 zeros. repeats: which of them to use, one bit
   each. to: OUT, each symbol with its extra bits from bit 8 up; room for `size`. */
int hp_describe(const uint8_t *lengths, int size, int repeats, uint16_t *to) {
    int count = 0;
    for (int i = 0, end; i < size; i = end) {
        const int value = lengths[i];
        for (end = i + 1; end < size && lengths[end] == value; end++) {}
        int run = end - i;
        if (value) to[count++] = (uint16_t)value, run--;
        while (!value && run >= 11 && repeats & 4) {
            const int part = run < 138 ? run : 138;
            to[count++] = (uint16_t)(18 | (part - 11) << 8), run -= part;
        }
        while (!value && run >= 3 && repeats & 2) {
            const int part = run < 10 ? run : 10;
            to[count++] = (uint16_t)(17 | (part - 3) << 8), run -= part;
        }
        while (value && run >= 3 && repeats & 1) {
            const int part = run == 7 ? 4 : run < 6 ? run : 6; /* 7 is 4 and 3, not 6 and 1 */
            to[count++] = (uint16_t)(16 | (part - 3) << 8), run -= part;
        }
        while (run-- > 0) to[count++] = (uint16_t)value;
    }
    return count;
}

/* What is used of an alphabet that must have at least `least` symbols. */
static int used(const uint8_t *lengths, int size, int least) {
    while (size > least && !lengths[size - 1]) size--;
    return size;
}

/* Estimated bits of the symbols, in fractions; and their code's lengths. lengths: OUT. */
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
        const uint32_t length = (each + (1 << (FRACTION - 1))) >> FRACTION;
        bits += (uint64_t)each * counts[s];
        lengths[s] = (uint8_t)(length < 1 ? 1 : length > 15 ? 15 : length);
    }
    return bits;
}

/* Estimated bits of a block but for its tokens' extra bits. */
static uint64_t estimate(const uint32_t *counts, const uint16_t *log2) {
    uint8_t lengths[SYMBOLS], unused[19];
    uint16_t description[SYMBOLS];
    uint32_t tally[19] = {0}, extra = 0;
    uint64_t bits = estimate_code(counts, HP_LITLENS, log2, lengths);
    const int litlens = used(lengths, HP_LITLENS, 257);
    bits += estimate_code(counts + HP_LITLENS, HP_DISTANCES, log2, lengths + litlens);
    const int size = litlens + used(lengths + litlens, HP_DISTANCES, 1);
    const int count = hp_describe(lengths, size, HP_ALL_REPEATS, description);
    for (int i = 0; i < count; i++) {
        const int symbol = description[i] & 31;
        tally[symbol]++, extra += hp_describer_extra[symbol];
    }
    bits += estimate_code(tally, 19, log2, unused);
    return (bits >> FRACTION) + extra + 3 + 14 + 3 * 15;
}

/* Add a token's symbols to the counts, or take them away. */
static void count(uint32_t *counts, hp_token token, uint32_t by) {
    const int symbol = (int)(token & 511);
    counts[symbol] += by;
    if (symbol > 256) counts[HP_LITLENS + (token >> 14 & 31)] += by;
}

/* Find out the bits of a piece when merged with the next. */
static void try_merge(hp_piece *a, const hp_piece *b, const uint16_t *log2) {
    uint32_t counts[SYMBOLS];
    for (int s = 0; s < SYMBOLS; s++) counts[s] = a->counts[s] + b->counts[s];
    counts[256] = 1;
    a->merged = estimate(counts, log2);
}

static void join(hp_piece *a, const hp_piece *b) {
    for (int s = 0; s < SYMBOLS; s++) a->counts[s] += b->counts[s];
    a->counts[256] = 1, a->bits = a->merged, a->end = b->end;
}

/* Merge neighbours while that saves bits, or costs none. pieces: IN/OUT, `count` of them. order:
   OUT, `count`. Returns how many are left. */
static int merge(hp_piece *pieces, int count, int32_t *order, const uint16_t *log2) {
    for (int i = 0; i < count; i++) order[i] = i;
    for (int i = 0; i + 1 < count; i++) try_merge(pieces + i, pieces + i + 1, log2);
    while (count > 1) {
        int64_t most = -1;
        int best = 0;
        for (int i = 0; i + 1 < count; i++) {
            const hp_piece *a = pieces + order[i], *b = pieces + order[i + 1];
            const int64_t saved = (int64_t)(a->bits + b->bits - a->merged);
            if (saved > most) most = saved, best = i;
        }
        if (most < 0) break;
        hp_piece *a = pieces + order[best];
        join(a, pieces + order[best + 1]);
        count--;
        memmove(order + best + 1, order + best + 2, (count - best - 1) * sizeof *order);
        if (best + 1 < count) try_merge(a, pieces + order[best + 1], log2);
        if (best) try_merge(pieces + order[best - 1], a, log2);
    }
    for (int i = 0; i < count; i++)
        if (order[i] != i) pieces[i] = pieces[order[i]];
    return count;
}

/* Move the tokens between two ends from one piece to the other. */
static void shift(const hp_token *tokens, hp_piece *a, hp_piece *b, uint32_t end) {
    hp_piece *from = end < a->end ? a : b, *to = end < a->end ? b : a;
    const uint32_t low = end < a->end ? end : a->end, high = end < a->end ? a->end : end;
    for (uint32_t t = low; t < high; t++) count(from->counts, tokens[t], UINT32_MAX);
    for (uint32_t t = low; t < high; t++) count(to->counts, tokens[t], 1);
    a->end = end;
}

/* Move the boundary of two neighbours by `step` tokens as often as that saves bits. start: where
   the first of them starts. */
static void settle(const hp_token *tokens, hp_piece *a, hp_piece *b, uint32_t start, int64_t step,
                   const uint16_t *log2) {
    for (;;) {
        const int64_t end = a->end + step;
        if (end <= (int64_t)start || end >= (int64_t)b->end) return;
        const uint32_t before = a->end;
        shift(tokens, a, b, (uint32_t)end);
        const uint64_t first = estimate(a->counts, log2), second = estimate(b->counts, log2);
        if (first + second >= a->bits + b->bits) {
            shift(tokens, a, b, before);
            return;
        }
        a->bits = first, b->bits = second;
    }
}

/* tokens: `size` of them. unit: the tokens of the pieces to start from. pieces: OUT,
   one for each unit that is begun, or one if there are no tokens. order: OUT, as many. Returns how many blocks the first of them
   now are. */
int hp_cut(const hp_token *tokens, uint32_t size, uint32_t unit, const uint16_t *log2,
           hp_piece *pieces, int32_t *order) {
    int n = 0;
    for (uint32_t start = 0; start < size || n == 0; start += unit) {
        hp_piece *piece = pieces + n++;
        memset(piece, 0, sizeof *piece);
        piece->end = size - start < unit ? size : start + unit;
        for (uint32_t t = start; t < piece->end; t++) count(piece->counts, tokens[t], 1);
        piece->counts[256] = 1, piece->bits = estimate(piece->counts, log2);
    }
    n = merge(pieces, n, order, log2);
    for (int64_t step = unit / 2; step >= FINEST_STEP; step /= 2)
        for (int i = 0; i + 1 < n; i++) {
            const uint32_t start = i ? pieces[i - 1].end : 0;
            settle(tokens, pieces + i, pieces + i + 1, start, -step, log2);
            settle(tokens, pieces + i, pieces + i + 1, start, step, log2);
        }
    return merge(pieces, n, order, log2);
}
