/* Blocks of tokens -> a DEFLATE stream (RFC 1951), each block in the code that is best for it. */
#include <string.h>
#include "kernels.h"

#define SYMBOLS (HP_LITLENS + HP_DISTANCES)
#define MOST_BITS 15
#define MOST_DESCRIBING 7

typedef struct {
    uint8_t lengths[HP_LITLENS + 2], distance_lengths[HP_DISTANCES];
    uint16_t codes[HP_LITLENS + 2], distance_codes[HP_DISTANCES];
    int litlens, distances; /* how many are described */
    uint16_t description[SYMBOLS];
    uint8_t describing[19];
    int described, describers;
    uint64_t bits; /* of the block but for its tokens' extra bits */
} code;

/* Huffman's code lengths, at most `most`: two queues, of leaves and of trees, each in order of
   weight; then leaves that are too deep move up while others, the deepest first, make room. A
   lone symbol gets one bit. */
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

/* Canonical codes, first bit lowest as they are written. */
static void make_codes(const uint8_t *lengths, int size, uint16_t *codes) {
    uint32_t next = 0;
    for (int l = 1; l <= MOST_BITS; l++, next <<= 1)
        for (int s = 0; s < size; s++) {
            if (lengths[s] != l) continue;
            uint32_t reversed = 0;
            for (int b = 0; b < l; b++) reversed |= (next >> b & 1) << (l - 1 - b);
            codes[s] = (uint16_t)reversed, next++;
        }
}

static uint64_t bits_of(const uint32_t *counts, int size, const uint8_t *lengths) {
    uint64_t bits = 0;
    for (int s = 0; s < size; s++) bits += (uint64_t)counts[s] * lengths[s];
    return bits;
}

/* Describe the code lengths, with those repeats that are shortest. Adds the bits that takes. */
static void describe(code *c) {
    uint8_t lengths[SYMBOLS];
    memcpy(lengths, c->lengths, c->litlens);
    memcpy(lengths + c->litlens, c->distance_lengths, c->distances);
    uint64_t least = UINT64_MAX;
    for (int repeats = HP_ALL_REPEATS; repeats >= 0; repeats--) {
        uint16_t description[SYMBOLS];
        uint8_t describing[19];
        uint32_t tally[19] = {0};
        uint64_t bits = 0;
        const int count = hp_describe(lengths, c->litlens + c->distances, repeats, description);
        for (int i = 0; i < count; i++) tally[description[i] & 31]++;
        huffman_lengths(tally, 19, MOST_DESCRIBING, describing);
        int describers = 19;
        while (describers > 4 && !describing[hp_describer[describers - 1]]) describers--;
        for (int s = 0; s < 19; s++) bits += (uint64_t)tally[s] * hp_describer_extra[s];
        bits += bits_of(tally, 19, describing) + 14 + 3 * (uint64_t)describers;
        if (bits >= least) continue;
        least = bits, c->described = count, c->describers = describers;
        memcpy(c->description, description, count * sizeof *description);
        memcpy(c->describing, describing, sizeof describing);
    }
    c->bits += least;
}

/* The code of the block's own counts. Decoders of old want two distances, used or not. */
static void own_code(const uint32_t *counts, code *c) {
    uint32_t distances[HP_DISTANCES];
    int used = 0;
    memcpy(distances, counts + HP_LITLENS, sizeof distances);
    for (int s = 0; s < HP_DISTANCES; s++) used += distances[s] > 0;
    for (int s = 0; used < 2; s++)
        if (!distances[s]) distances[s] = 1, used++;
    huffman_lengths(counts, HP_LITLENS, MOST_BITS, c->lengths);
    huffman_lengths(distances, HP_DISTANCES, MOST_BITS, c->distance_lengths);
    c->litlens = HP_LITLENS, c->distances = HP_DISTANCES;
    while (c->litlens > 257 && !c->lengths[c->litlens - 1]) c->litlens--;
    while (c->distances > 1 && !c->distance_lengths[c->distances - 1]) c->distances--;
    c->bits = bits_of(counts, HP_LITLENS, c->lengths) +
              bits_of(counts + HP_LITLENS, HP_DISTANCES, c->distance_lengths);
    describe(c);
}

static void fixed_code(const uint32_t *counts, code *c) {
    hp_fixed_lengths(c->lengths, c->distance_lengths);
    c->litlens = HP_LITLENS + 2, c->distances = HP_DISTANCES, c->described = 0;
    c->bits = bits_of(counts, HP_LITLENS, c->lengths) +
              bits_of(counts + HP_LITLENS, HP_DISTANCES, c->distance_lengths);
}

/* Up to 57 bits. */
static inline void put(hp_writer *w, uint64_t value, int count) {
    w->bits |= value << w->count, w->count += count;
    if (w->end - w->next >= 8) {
        for (int i = 0; i < 8; i++) w->next[i] = (uint8_t)(w->bits >> 8 * i);
        const int bytes = w->count >> 3;
        w->next += bytes, w->count &= 7;
        w->bits = bytes < 8 ? w->bits >> 8 * bytes : 0;
        return;
    }
    for (; w->count >= 8; w->count -= 8, w->bits >>= 8) {
        if (w->next < w->end)
            *w->next++ = (uint8_t)w->bits;
        else
            w->full = 1;
    }
}

static void put_head(hp_writer *w, const code *c, int is_last) {
    uint16_t codes[19];
    put(w, (uint64_t)is_last | (c->described ? 2 : 1) << 1, 3);
    if (!c->described) return;
    make_codes(c->describing, 19, codes);
    put(w, (uint64_t)(c->litlens - 257), 5);
    put(w, (uint64_t)(c->distances - 1), 5);
    put(w, (uint64_t)(c->describers - 4), 4);
    for (int i = 0; i < c->describers; i++) put(w, c->describing[hp_describer[i]], 3);
    for (int i = 0; i < c->described; i++) {
        const int symbol = c->description[i] & 31;
        put(w, codes[symbol], c->describing[symbol]);
        put(w, (uint64_t)(c->description[i] >> 8), hp_describer_extra[symbol]);
    }
}

static void put_tokens(hp_writer *w, const code *c, const hp_token *token, const hp_token *end) {
    for (; token < end; token++) {
        const int symbol = (int)(*token & 511);
        uint64_t bits = c->codes[symbol];
        int count = c->lengths[symbol];
        if (symbol > 256) {
            const int distance = (int)(*token >> 14 & 31);
            bits |= (uint64_t)(*token >> 9 & 31) << count;
            count += hp_length_extra[symbol - 257];
            bits |= (uint64_t)c->distance_codes[distance] << count;
            count += c->distance_lengths[distance];
            bits |= (uint64_t)(*token >> 19) << count;
            count += hp_distance_extra[distance];
        }
        put(w, bits, count);
    }
    put(w, c->codes[256], c->lengths[256]);
}

/* Bits of the blocks if each literal had another name, but for their tokens' extra bits. pieces:
   hp_cut's. names: of the literals, each once. */
uint64_t hp_renamed_bits(const hp_piece *pieces, int count, const uint8_t *names) {
    uint32_t counts[SYMBOLS];
    uint64_t bits = 0;
    code own;
    for (int i = 0; i < count; i++) {
        memcpy(counts, pieces[i].counts, sizeof counts);
        for (int s = 0; s < 256; s++) counts[names[s]] = pieces[i].counts[s];
        own_code(counts, &own);
        bits += own.bits + 3; /* of the head that says which code it is */
    }
    return bits;
}

/* tokens, pieces: hp_cut's. is_last: whether the last of them ends the stream, which is then
   filled up to a whole byte. w: IN/OUT; `full` says that there was no room for all. */
void hp_write_blocks(hp_writer *w, const hp_token *tokens, const hp_piece *pieces, int count,
                     int is_last) {
    code own, fixed;
    for (int i = 0; i < count && !w->full; i++) {
        own_code(pieces[i].counts, &own);
        fixed_code(pieces[i].counts, &fixed);
        code *c = own.bits < fixed.bits ? &own : &fixed;
        make_codes(c->lengths, c->litlens, c->codes);
        make_codes(c->distance_lengths, c->distances, c->distance_codes);
        put_head(w, c, is_last && i == count - 1);
        put_tokens(w, c, tokens + (i ? pieces[i - 1].end : 0), tokens + pieces[i].end);
    }
    if (is_last && w->count) put(w, 0, 8 - w->count);
}

/* Fill up to a whole byte by an empty stored block, so that another stream may follow. */
void hp_align(hp_writer *w) {
    put(w, 0, 3);
    if (w->count) put(w, 0, 8 - w->count);
    put(w, 0xffff0000u, 32);
}
