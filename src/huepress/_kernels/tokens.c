/* A DEFLATE stream (RFC 1951) -> its tokens: literals, and matches as length and distance.

   Streams may come in parts, each compressed after a copy of the bytes before it, so that matches
   reach back as in one piece; the tokens of that copy are skipped here. Reads bit by bit: even so
   it takes a hundredth of the time that compressing did. */
#include <string.h>
#include "kernels.h"

const uint16_t hp_length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                     31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
const uint8_t hp_length_extra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                     2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
const uint8_t hp_distance_extra[30] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                       6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
const uint8_t hp_describer[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
const uint8_t hp_describer_extra[19] = {[16] = 2, [17] = 3, [18] = 7};

void hp_fixed_lengths(uint8_t lengths[288], uint8_t distances[HP_DISTANCES]) {
    memset(lengths, 8, 144), memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24), memset(lengths + 280, 8, 8);
    memset(distances, 5, HP_DISTANCES);
}

/* The next bits; zeros beyond the end. */
static uint32_t take(hp_reader *r, int count) {
    while (r->count < count) {
        if (r->next < r->end)
            r->bits |= (uint64_t)*r->next++ << r->count;
        else
            r->beyond = 1;
        r->count += 8;
    }
    const uint32_t value = (uint32_t)(r->bits & ((UINT64_C(1) << count) - 1));
    r->bits >>= count, r->count -= count;
    return value;
}

/* Returns 0 if more symbols have codes than there are codes. */
static int make_code(hp_code *code, const uint8_t *lengths, int size) {
    int at[16], left = 1;
    memset(code->counts, 0, sizeof code->counts);
    for (int s = 0; s < size; s++) code->counts[lengths[s]]++;
    code->counts[0] = 0, at[1] = 0;
    for (int l = 1; l <= 15; l++) {
        left = 2 * left - code->counts[l];
        if (left < 0) return 0;
        if (l < 15) at[l + 1] = at[l] + code->counts[l];
    }
    for (int s = 0; s < size; s++)
        if (lengths[s]) code->symbols[at[lengths[s]]++] = (uint16_t)s;
    return 1;
}

/* Canonical codes count upwards within a length, from where the shorter ones ended. */
static int decode(hp_reader *r, const hp_code *code) {
    int value = 0, first = 0, index = 0;
    for (int l = 1; l <= 15; l++) {
        value |= (int)take(r, 1);
        const int count = code->counts[l];
        if (value - first < count) return code->symbols[index + value - first];
        index += count, first = (first + count) << 1, value <<= 1;
    }
    return -1;
}

static int read_lengths(hp_reader *r) {
    const int litlens = (int)take(r, 5) + 257, distances = (int)take(r, 5) + 1;
    const int size = litlens + distances, count = (int)take(r, 4) + 4;
    uint8_t lengths[HP_LITLENS + 2 + 32] = {0};
    if (litlens > HP_LITLENS || distances > HP_DISTANCES) return 0;
    for (int i = 0; i < count; i++) lengths[hp_describer[i]] = (uint8_t)take(r, 3);
    if (!make_code(&r->litlen, lengths, 19)) return 0;
    for (int i = 0; i < size;) {
        const int symbol = decode(r, &r->litlen);
        int repeat = 1, value = symbol;
        if (symbol < 0 || (symbol == 16 && i == 0)) return 0;
        if (symbol == 16) value = lengths[i - 1], repeat = 3 + (int)take(r, 2);
        if (symbol == 17) value = 0, repeat = 3 + (int)take(r, 3);
        if (symbol == 18) value = 0, repeat = 11 + (int)take(r, 7);
        if (repeat > size - i) return 0;
        memset(lengths + i, value, repeat);
        i += repeat;
    }
    return make_code(&r->distance, lengths + litlens, distances) &&
           make_code(&r->litlen, lengths, litlens);
}

static int fixed_lengths(hp_reader *r) {
    uint8_t lengths[288], distances[HP_DISTANCES];
    hp_fixed_lengths(lengths, distances);
    return make_code(&r->litlen, lengths, 288) && make_code(&r->distance, distances, HP_DISTANCES);
}

/* Read the head of a block; returns 0 if it is damaged. */
static int open_block(hp_reader *r) {
    r->last = (int)take(r, 1);
    const int kind = (int)take(r, 2);
    if (kind == 0) {
        take(r, r->count & 7);
        r->stored = take(r, 16);
        r->state = HP_STORED;
        return (take(r, 16) ^ r->stored) == 0xffff;
    }
    r->state = HP_CODED;
    return kind == 1 ? fixed_lengths(r) : kind == 2 && read_lengths(r);
}

static hp_token match(int length, int distance, uint32_t distance_rest) {
    int s = 28;
    while (hp_length_base[s] > length) s--;
    const hp_token rest = (hp_token)(length - hp_length_base[s]);
    return (hp_token)(257 + s) | rest << 9 | (hp_token)distance << 14 | distance_rest << 19;
}

/* Put a token for `length` bytes, or less for what of them is skipped; returns how many it took,
   or -1. A match that is cut short may leave literals. */
static int put(hp_reader *r, int symbol, hp_token *to) {
    int length = 1, distance = 0;
    uint32_t rest = 0;
    if (symbol > 256) {
        length = hp_length_base[symbol - 257] + (int)take(r, hp_length_extra[symbol - 257]);
        distance = decode(r, &r->distance);
        if (distance < 0) return -1;
        rest = take(r, hp_distance_extra[distance]);
    }
    if ((size_t)length > r->raw_left) return -1;
    r->raw += length, r->raw_left -= length;
    const int cut = r->skip < (size_t)length ? (int)r->skip : length;
    r->skip -= cut, length -= cut;
    if (symbol > 256 && length >= 3) {
        to[0] = match(length, distance, rest);
        return 1;
    }
    for (int i = 0; i < length; i++) to[i] = r->raw[i - length];
    return length;
}

/* r: IN/OUT, as hp_open_reader left it or this did. to: OUT, room for `room` tokens, 2 or more.
   Returns how many were read, fewer only at the end; HP_DAMAGED if the stream isn't one of the raw
   bytes' length. */
uint32_t hp_read_tokens(hp_reader *r, hp_token *to, uint32_t room) {
    uint32_t count = 0;
    while (r->state != HP_DONE && room - count >= 2) {
        int symbol, written;
        if (r->state == HP_BETWEEN) {
            if (!open_block(r)) return HP_DAMAGED;
            continue;
        }
        if (r->state == HP_STORED)
            symbol = r->stored ? (int)(r->stored--, take(r, 8)) : 256;
        else
            symbol = decode(r, &r->litlen);
        if (r->beyond || symbol < 0 || symbol >= HP_LITLENS) return HP_DAMAGED;
        if (symbol == 256) {
            r->state = r->last ? HP_DONE : HP_BETWEEN;
            continue;
        }
        written = put(r, symbol, to + count);
        if (written < 0 || r->beyond) return HP_DAMAGED;
        count += (uint32_t)written;
    }
    return r->state == HP_DONE && r->raw_left ? HP_DAMAGED : count;
}

/* stream: a whole one, of the `raw_size` bytes at `raw`, the first `skip` of which are a copy of
   what came before. */
void hp_open_reader(hp_reader *r, const uint8_t *stream, size_t size, const uint8_t *raw,
                    size_t raw_size, size_t skip) {
    memset(r, 0, sizeof *r);
    r->next = stream, r->end = stream + size;
    r->raw = raw, r->raw_left = raw_size, r->skip = skip;
}
