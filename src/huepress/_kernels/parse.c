/* Rows of labels -> DEFLATE's tokens, by the copies that labels were chosen to be (trellis.c).

   Of each byte a hint says from what distance it was copied. A match goes on as long as the hints
   do, or as they say nothing and the bytes are still equal: so it swallows literals that happen
   to continue it, and the numbers of filters between rows. Hints may be wrong; bytes are always
   compared.

   On photographs that ends 3 % larger than libdeflate's level 10, in a tenth of its time. Looking
   for literals anywhere before, by hash, made files 2 to 3 % larger: far matches take as many bits
   as the literals, and make distances less alike. */
#include "kernels.h"

#define LEAST 3
#define LONGEST 258

void hp_open_parser(hp_parser *p) {
    for (int code = 0; code < 29; code++)
        for (int i = 0; i < 1 << hp_length_extra[code] && hp_length_base[code] + i <= LONGEST; i++)
            p->lengths[hp_length_base[code] + i] = (hp_token)(257 + code) | (hp_token)i << 9;
}

static inline hp_token distance_bits(uint32_t distance) {
    uint32_t d = distance - 1, code = d, extra = 0;
    if (d >= 4) {
        int bits = 0;
        while (d >> (bits + 2)) bits++; /* 2^(bits + 1) <= d < 2^(bits + 2) */
        code = (uint32_t)(2 * bits + 2) + (d >> bits & 1), extra = d & ((1u << bits) - 1);
    }
    return code << 14 | extra << 19;
}

/* How far a match at `at` goes that its hint, or none, allows; no farther than to know that the
   longest leaves enough for another. */
static inline size_t hinted(const hp_parser *p, size_t at, size_t distance, size_t end) {
    const uint8_t hint = p->hints[at];
    const size_t most = end - at > LONGEST + LEAST ? at + LONGEST + LEAST : end;
    size_t to = at;
    while (to < most && (p->hints[to] == hint || !p->hints[to]) &&
           p->raw[to] == p->raw[to - distance])
        to++;
    return to - at;
}

/* to: OUT, the tokens of raw bytes from `p->at` up to `end`, or as many as there is room for;
   returns how many. Matches reach back to the first byte of all. */
uint32_t hp_parse(hp_parser *p, size_t end, hp_token *to, uint32_t room) {
    uint32_t count = 0;
    while (p->at < end && count < room) {
        const size_t at = p->at;
        const size_t distance = p->hints[at] ? (size_t)p->distances[p->hints[at]] : 0;
        size_t length = distance && distance <= at ? hinted(p, at, distance, end) : 0;
        if (length < LEAST) {
            to[count++] = p->raw[at];
            length = 1;
        } else {
            if (length > LONGEST) length = length < LONGEST + LEAST ? LONGEST - LEAST : LONGEST;
            to[count++] = p->lengths[length] | distance_bits((uint32_t)distance);
        }
        p->at = at + length;
    }
    return count;
}
