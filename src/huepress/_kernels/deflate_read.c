/* DEFLATE streams to tokens: literals, and matches as lengths and distances.

   Streams may come in parts, each compressed after a copy of the bytes before it, so that
   matches reach back as in one stream; the tokens of that copy are skipped here. Codes are read
   bit by bit: even so it takes a hundredth of the time that compressing took. */
#include "deflate.h"

const uint16_t hp_length_base[HP_LITLENS - HP_FIRST_LENGTH] = {
    3,  4,  5,  6,  7,  8,  9,  10, 11, 13,  15,  17,  19,  23, 27,
    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
const uint8_t hp_length_extra[HP_LITLENS - HP_FIRST_LENGTH] = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
const uint8_t hp_distance_extra[HP_DISTANCES] = {
    0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
    6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
const uint8_t hp_precode_order[HP_PRECODE] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                              11, 4,  12, 3, 13, 2, 14, 1, 15};
const uint8_t hp_precode_extra[HP_PRECODE] = {[16] = 2, [17] = 3, [18] = 7};

/* lengths, distances: OUT, of the fixed code. */
void hp_fixed_lengths(uint8_t lengths[HP_FIXED_LITLENS], uint8_t distances[HP_DISTANCES]) {
    memset(lengths, 8, 144), memset(lengths + 144, 9, 112);
    memset(lengths + 256, 7, 24), memset(lengths + 280, 8, 8);
    memset(distances, 5, HP_DISTANCES);
}

/* Take the next bits; zeros beyond the end. */
static uint32_t take(hp_reader *r, int count) {
    while (r->bit_count < count) {
        if (r->next < r->end)
            r->bits |= (uint64_t)*r->next++ << r->bit_count;
        else
            r->is_past_end = 1;
        r->bit_count += 8;
    }
    const uint32_t value = (uint32_t)(r->bits & ((UINT64_C(1) << count) - 1));
    r->bits >>= count, r->bit_count -= count;
    return value;
}

/* code: OUT, the canonical code of these lengths. Returns 0 if there are more symbols than
   codes. */
static int make_code(hp_code *code, const uint8_t *lengths, int size) {
    int at[HP_MAX_CODE_LENGTH + 1], left = 1;
    memset(code->counts, 0, sizeof code->counts);
    for (int s = 0; s < size; s++) code->counts[lengths[s]]++;
    code->counts[0] = 0, at[1] = 0;
    for (int l = 1; l <= HP_MAX_CODE_LENGTH; l++) {
        left = 2 * left - code->counts[l];
        if (left < 0) return 0;
        if (l < HP_MAX_CODE_LENGTH) at[l + 1] = at[l] + code->counts[l];
    }
    for (int s = 0; s < size; s++)
        if (lengths[s]) code->symbols[at[lengths[s]]++] = (uint16_t)s;
    return 1;
}

/* Read a symbol, or -1 if there is no such code. Canonical codes count upwards within a length,
   from where the shorter ones ended. */
static int decode(hp_reader *r, const hp_code *code) {
    int value = 0, first = 0, index = 0;
    for (int l = 1; l <= HP_MAX_CODE_LENGTH; l++) {
        value |= (int)take(r, 1);
        const int count = code->counts[l];
        if (value - first < count) return code->symbols[index + value - first];
        index += count, first = (first + count) << 1, value <<= 1;
    }
    return -1;
}

/* Read the codes of a block; returns 0 if they are damaged. */
static int read_codes(hp_reader *r) {
    const int litlens = (int)take(r, 5) + 257, distances = (int)take(r, 5) + 1;
    const int size = litlens + distances, count = (int)take(r, 4) + 4;
    uint8_t lengths[HP_SYMBOLS] = {0};
    if (litlens > HP_LITLENS || distances > HP_DISTANCES) return 0;
    for (int i = 0; i < count; i++) lengths[hp_precode_order[i]] = (uint8_t)take(r, 3);
    if (!make_code(&r->litlen, lengths, HP_PRECODE)) return 0;
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

static int use_fixed_codes(hp_reader *r) {
    uint8_t lengths[HP_FIXED_LITLENS], distances[HP_DISTANCES];
    hp_fixed_lengths(lengths, distances);
    return make_code(&r->litlen, lengths, HP_FIXED_LITLENS) &&
           make_code(&r->distance, distances, HP_DISTANCES);
}

/* Read the head of a block; returns 0 if it is damaged. */
static int open_block(hp_reader *r) {
    r->is_last = (int)take(r, 1);
    const int kind = (int)take(r, 2);
    if (kind == 0) {
        take(r, r->bit_count & 7);
        r->stored = take(r, 16);
        r->state = HP_IN_STORED_BLOCK;
        return (take(r, 16) ^ r->stored) == 0xffff;
    }
    r->state = HP_IN_CODED_BLOCK;
    return kind == 1 ? use_fixed_codes(r) : kind == 2 && read_codes(r);
}

static hp_token match(int length, int distance, uint32_t distance_extra) {
    int code = HP_LITLENS - HP_FIRST_LENGTH - 1;
    while (hp_length_base[code] > length) code--;
    return hp_length_part((uint32_t)code, (uint32_t)(length - hp_length_base[code])) |
           hp_distance_part((uint32_t)distance, distance_extra);
}

/* Make the tokens of a symbol that was read: one, or fewer bytes' if some of them are to be
   skipped; a match that is cut short may leave literals. to: OUT, at most two. Returns how many,
   or -1 if the stream is damaged. */
static int put_tokens(hp_reader *r, int symbol, hp_token *to) {
    int length = 1, distance = 0;
    uint32_t distance_extra = 0;
    if (symbol >= HP_FIRST_LENGTH) {
        const int code = symbol - HP_FIRST_LENGTH;
        length = hp_length_base[code] + (int)take(r, hp_length_extra[code]);
        distance = decode(r, &r->distance);
        if (distance < 0) return -1;
        distance_extra = take(r, hp_distance_extra[distance]);
    }
    if ((size_t)length > r->raw_left) return -1;
    r->raw += length, r->raw_left -= length;
    const int cut = r->skip < (size_t)length ? (int)r->skip : length;
    r->skip -= cut, length -= cut;
    if (symbol >= HP_FIRST_LENGTH && length >= HP_MIN_MATCH) {
        to[0] = match(length, distance, distance_extra);
        return 1;
    }
    for (int i = 0; i < length; i++) to[i] = r->raw[i - length];
    return length;
}

/* Read tokens on from where the reader stands. r: IN/OUT. tokens: OUT, at most `most` of them,
   which is 2 or more. Returns how many; HP_DAMAGED if this is no stream, or one of more or fewer
   bytes. */
uint32_t hp_read_tokens(hp_reader *r, hp_token *tokens, uint32_t most) {
    uint32_t count = 0;
    while (r->state != HP_DONE && most - count >= 2) {
        int symbol, written;
        if (r->state == HP_BETWEEN_BLOCKS) {
            if (!open_block(r)) return HP_DAMAGED;
            continue;
        }
        if (r->state == HP_IN_STORED_BLOCK)
            symbol = r->stored ? (int)(r->stored--, take(r, 8)) : HP_END_OF_BLOCK;
        else
            symbol = decode(r, &r->litlen);
        if (r->is_past_end || symbol < 0 || symbol >= HP_LITLENS) return HP_DAMAGED;
        if (symbol == HP_END_OF_BLOCK) {
            r->state = r->is_last ? HP_DONE : HP_BETWEEN_BLOCKS;
            continue;
        }
        written = put_tokens(r, symbol, tokens + count);
        if (written < 0 || r->is_past_end) return HP_DAMAGED;
        count += (uint32_t)written;
    }
    return r->state == HP_DONE && r->raw_left ? HP_DAMAGED : count;
}

/* Set a reader at the beginning of a whole stream, of the `raw_size` bytes at `raw`; the first
   `skip` of these make no tokens. r: OUT. */
void hp_open_reader(hp_reader *r, const uint8_t *stream, size_t size, const uint8_t *raw,
                    size_t raw_size, size_t skip) {
    memset(r, 0, sizeof *r);
    r->next = stream, r->end = stream + size;
    r->raw = raw, r->raw_left = raw_size, r->skip = skip;
}
