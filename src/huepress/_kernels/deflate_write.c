/* Blocks of tokens to a DEFLATE stream, each block in the code that is best for it. */
#include "deflate.h"

#define MAX_PRECODE_LENGTH 7

typedef struct {
    uint8_t lengths[HP_FIXED_LITLENS], distance_lengths[HP_DISTANCES];
    uint16_t codes[HP_FIXED_LITLENS], distance_codes[HP_DISTANCES];
    int litlens, distances;       /* how many of each are described */
    uint16_t symbols[HP_SYMBOLS]; /* the description, in symbols of the precode, */
    int symbol_count;             /* so many; 0: the code is the fixed one */
    uint8_t precode_lengths[HP_PRECODE];
    int precode_size;             /* how many of these are written */
    uint64_t bits;                /* of the block but for its tokens' extra bits */
} block_code;

/* lengths: OUT, those of Huffman's code, at most `most`. Two queues, of leaves and of trees, are
   both in order of weight; then leaves that are too deep move up, and others, the deepest first,
   make room for them. A single symbol gets one bit. */
static void huffman_lengths(const uint32_t *counts, int size, int most, uint8_t *lengths) {
    uint64_t leaves[HP_LITLENS], weights[2 * HP_LITLENS];
    int16_t parents[2 * HP_LITLENS];
    int depths[2 * HP_LITLENS], by_depth[HP_LITLENS] = {0}, n = 0;
    memset(lengths, 0, size);
    for (int s = 0; s < size; s++) {
        if (!counts[s]) continue;
        const uint64_t leaf = (uint64_t)counts[s] << 16 | (uint64_t)s;
        int at = n++;
        for (; at > 0 && leaves[at - 1] > leaf; at--) leaves[at] = leaves[at - 1];
        leaves[at] = leaf;
    }
    if (n == 0) return;
    if (n == 1) {
        lengths[leaves[0] & 0xffff] = 1;
        return;
    }
    for (int i = 0; i < n; i++) weights[i] = leaves[i] >> 16;
    const int root = 2 * n - 2;
    for (int leaf = 0, tree = n, next = n; next <= root; next++) {
        weights[next] = 0;
        for (int child = 0; child < 2; child++) {
            const int is_leaf = leaf < n && (tree == next || weights[leaf] <= weights[tree]);
            const int least = is_leaf ? leaf++ : tree++;
            weights[next] += weights[least], parents[least] = (int16_t)next;
        }
    }
    depths[root] = 0;
    int64_t excess = -(INT64_C(1) << most); /* Kraft's sum less what there is */
    for (int i = root - 1; i >= 0; i--) {
        depths[i] = depths[parents[i]] + 1;
        if (i >= n) continue;
        const int depth = depths[i] < most ? depths[i] : most;
        by_depth[depth]++, excess += INT64_C(1) << (most - depth);
    }
    for (; excess > 0; excess--) {
        int depth = most - 1;
        while (!by_depth[depth]) depth--;
        by_depth[depth]--, by_depth[depth + 1] += 2, by_depth[most]--;
    }
    for (int depth = most, i = 0; depth > 0; depth--)
        for (int j = 0; j < by_depth[depth]; j++)
            lengths[leaves[i++] & 0xffff] = (uint8_t)depth;
}

/* codes: OUT, canonical ones, with the first bit lowest, as they are written. */
static void make_codes(const uint8_t *lengths, int size, uint16_t *codes) {
    uint32_t next = 0;
    for (int l = 1; l <= HP_MAX_CODE_LENGTH; l++, next <<= 1)
        for (int s = 0; s < size; s++) {
            if (lengths[s] != l) continue;
            uint32_t reversed = 0;
            for (int b = 0; b < l; b++) reversed |= (next >> b & 1) << (l - 1 - b);
            codes[s] = (uint16_t)reversed, next++;
        }
}

/* The bits of all symbols in a code. */
static uint64_t bits_of(const uint32_t *counts, int size, const uint8_t *lengths) {
    uint64_t bits = 0;
    for (int s = 0; s < size; s++) bits += (uint64_t)counts[s] * lengths[s];
    return bits;
}

/* Encode the code lengths, with those repeats that take the fewest bits, and add these bits. c:
   IN/OUT. */
static void describe(block_code *c) {
    uint8_t lengths[HP_SYMBOLS];
    memcpy(lengths, c->lengths, c->litlens);
    memcpy(lengths + c->litlens, c->distance_lengths, c->distances);
    uint64_t least = UINT64_MAX;
    for (int repeats = HP_ALL_REPEATS; repeats >= 0; repeats--) {
        uint16_t symbols[HP_SYMBOLS];
        uint8_t precode_lengths[HP_PRECODE];
        uint32_t counts[HP_PRECODE] = {0};
        uint64_t bits = 0;
        const int count = hp_encode_lengths(lengths, c->litlens + c->distances, repeats, symbols);
        for (int i = 0; i < count; i++) counts[symbols[i] & 31]++;
        huffman_lengths(counts, HP_PRECODE, MAX_PRECODE_LENGTH, precode_lengths);
        int size = HP_PRECODE;
        while (size > 4 && !precode_lengths[hp_precode_order[size - 1]]) size--;
        for (int s = 0; s < HP_PRECODE; s++) bits += (uint64_t)counts[s] * hp_precode_extra[s];
        bits += bits_of(counts, HP_PRECODE, precode_lengths) + 14 + 3 * (uint64_t)size;
        if (bits >= least) continue;
        least = bits, c->symbol_count = count, c->precode_size = size;
        memcpy(c->symbols, symbols, count * sizeof *symbols);
        memcpy(c->precode_lengths, precode_lengths, sizeof precode_lengths);
    }
    c->bits += least;
}

/* c: OUT, the best code for a block's counts. Old decoders want two distances, used or not. */
static void make_best_code(const uint32_t *counts, block_code *c) {
    uint32_t distances[HP_DISTANCES];
    int used = 0;
    memcpy(distances, counts + HP_LITLENS, sizeof distances);
    for (int s = 0; s < HP_DISTANCES; s++) used += distances[s] > 0;
    for (int s = 0; used < 2; s++)
        if (!distances[s]) distances[s] = 1, used++;
    huffman_lengths(counts, HP_LITLENS, HP_MAX_CODE_LENGTH, c->lengths);
    huffman_lengths(distances, HP_DISTANCES, HP_MAX_CODE_LENGTH, c->distance_lengths);
    c->litlens = HP_LITLENS, c->distances = HP_DISTANCES;
    while (c->litlens > HP_FIRST_LENGTH && !c->lengths[c->litlens - 1]) c->litlens--;
    while (c->distances > 1 && !c->distance_lengths[c->distances - 1]) c->distances--;
    c->bits = bits_of(counts, HP_LITLENS, c->lengths) +
              bits_of(counts + HP_LITLENS, HP_DISTANCES, c->distance_lengths);
    describe(c);
}

/* c: OUT, the fixed code. */
static void make_fixed_code(const uint32_t *counts, block_code *c) {
    hp_fixed_lengths(c->lengths, c->distance_lengths);
    c->litlens = HP_FIXED_LITLENS, c->distances = HP_DISTANCES, c->symbol_count = 0;
    c->bits = bits_of(counts, HP_LITLENS, c->lengths) +
              bits_of(counts + HP_LITLENS, HP_DISTANCES, c->distance_lengths);
}

/* Write up to 57 bits. w: IN/OUT. */
static inline void put(hp_writer *w, uint64_t value, int count) {
    w->bits |= value << w->bit_count, w->bit_count += count;
    if (w->end - w->next >= 8) {
        for (int i = 0; i < 8; i++) w->next[i] = (uint8_t)(w->bits >> 8 * i);
        const int bytes = w->bit_count >> 3;
        w->next += bytes, w->bit_count &= 7;
        w->bits = bytes < 8 ? w->bits >> 8 * bytes : 0;
        return;
    }
    for (; w->bit_count >= 8; w->bit_count -= 8, w->bits >>= 8) {
        if (w->next < w->end)
            *w->next++ = (uint8_t)w->bits;
        else
            w->is_full = 1;
    }
}

static void put_header(hp_writer *w, const block_code *c, int is_last) {
    uint16_t codes[HP_PRECODE];
    put(w, (uint64_t)is_last | (c->symbol_count ? 2 : 1) << 1, 3);
    if (!c->symbol_count) return;
    make_codes(c->precode_lengths, HP_PRECODE, codes);
    put(w, (uint64_t)(c->litlens - HP_FIRST_LENGTH), 5);
    put(w, (uint64_t)(c->distances - 1), 5);
    put(w, (uint64_t)(c->precode_size - 4), 4);
    for (int i = 0; i < c->precode_size; i++) put(w, c->precode_lengths[hp_precode_order[i]], 3);
    for (int i = 0; i < c->symbol_count; i++) {
        const int symbol = c->symbols[i] & 31;
        put(w, codes[symbol], c->precode_lengths[symbol]);
        put(w, (uint64_t)(c->symbols[i] >> 8), hp_precode_extra[symbol]);
    }
}

static void put_tokens(hp_writer *w, const block_code *c, const hp_token *token,
                       const hp_token *end) {
    for (; token < end; token++) {
        const int symbol = hp_token_symbol(*token);
        uint64_t bits = c->codes[symbol];
        int count = c->lengths[symbol];
        if (symbol >= HP_FIRST_LENGTH) {
            const int distance = hp_token_distance(*token);
            bits |= (uint64_t)hp_token_length_extra(*token) << count;
            count += hp_length_extra[symbol - HP_FIRST_LENGTH];
            bits |= (uint64_t)c->distance_codes[distance] << count;
            count += c->distance_lengths[distance];
            bits |= (uint64_t)hp_token_distance_extra(*token) << count;
            count += hp_distance_extra[distance];
        }
        put(w, bits, count);
    }
    put(w, c->codes[HP_END_OF_BLOCK], c->lengths[HP_END_OF_BLOCK]);
}

/* The bits of blocks if their literals were permuted, but for the extra bits of their tokens.
   permutation: for each literal another, each once. */
uint64_t hp_permuted_bits(const hp_block *blocks, int count, const uint8_t *permutation) {
    uint32_t counts[HP_SYMBOLS];
    uint64_t bits = 0;
    block_code best;
    for (int i = 0; i < count; i++) {
        memcpy(counts, blocks[i].counts, sizeof counts);
        for (int s = 0; s < 256; s++) counts[permutation[s]] = blocks[i].counts[s];
        make_best_code(counts, &best);
        bits += best.bits + 3; /* that say which code it is */
    }
    return bits;
}

/* Write the blocks of some tokens. is_last: whether the last of them ends the stream, which is then
   filled up to a whole byte. w: IN/OUT. */
void hp_write_blocks(hp_writer *w, const hp_token *tokens, const hp_block *blocks, int count,
                     int is_last) {
    block_code best, fixed;
    for (int i = 0; i < count && !w->is_full; i++) {
        make_best_code(blocks[i].counts, &best);
        make_fixed_code(blocks[i].counts, &fixed);
        block_code *c = best.bits < fixed.bits ? &best : &fixed;
        make_codes(c->lengths, c->litlens, c->codes);
        make_codes(c->distance_lengths, c->distances, c->distance_codes);
        put_header(w, c, is_last && i == count - 1);
        put_tokens(w, c, tokens + (i ? blocks[i - 1].end : 0), tokens + blocks[i].end);
    }
    if (is_last && w->bit_count) put(w, 0, 8 - w->bit_count);
}

/* Fill up to a whole byte by an empty stored block, so that another stream can follow. w:
   IN/OUT. */
void hp_align(hp_writer *w) {
    put(w, 0, 3);
    if (w->bit_count) put(w, 0, 8 - w->bit_count);
    put(w, 0xffff0000u, 32);
}
