/* DEFLATE (RFC 1951): streams to tokens, tokens to blocks, and blocks to streams. */
#ifndef HP_DEFLATE_H
#define HP_DEFLATE_H
#include "core.h"
#include "log2.h"

#define HP_LITLENS 286    /* symbols of literals, the end of a block, and lengths */
#define HP_DISTANCES 30   /* symbols of distances */
#define HP_SYMBOLS (HP_LITLENS + HP_DISTANCES)
#define HP_END_OF_BLOCK 256
#define HP_FIRST_LENGTH 257
#define HP_FIXED_LITLENS 288 /* in the fixed code, with two that never occur */
#define HP_PRECODE 19     /* symbols of the code that code lengths are written in */
#define HP_MAX_CODE_LENGTH 15
#define HP_MIN_MATCH 3
#define HP_MAX_MATCH 258
#define HP_MAX_DISTANCE 32768   /* the largest distance */

/* A token: in bits 0-8 its symbol, a literal or a length; of a match, in bits 9-13 the extra
   bits of the length, in 14-18 the symbol of the distance, and in 19-31 the extra bits of that. */
typedef uint32_t hp_token;
#define HP_DAMAGED UINT32_MAX /* in place of a count of tokens */
static_assert(HP_LITLENS <= 1 << 9 && HP_DISTANCES <= 1 << 5, "symbols fit a token");

/* A match is the sum of these. */
static inline hp_token hp_length_part(uint32_t code, uint32_t extra) {
    return (HP_FIRST_LENGTH + code) | extra << 9;
}
static inline hp_token hp_distance_part(uint32_t code, uint32_t extra) {
    return code << 14 | extra << 19;
}
static inline int hp_token_symbol(hp_token t) { return (int)(t & 511); }
static inline uint32_t hp_token_length_extra(hp_token t) { return t >> 9 & 31; }
static inline int hp_token_distance(hp_token t) { return (int)(t >> 14 & 31); }
static inline uint32_t hp_token_distance_extra(hp_token t) { return t >> 19; }

/* Count a token's symbols, `by` times; UINT32_MAX takes one away. counts: IN/OUT, HP_SYMBOLS. */
static inline void hp_count_token(uint32_t *counts, hp_token token, uint32_t by) {
    const int symbol = hp_token_symbol(token);
    counts[symbol] += by;
    if (symbol >= HP_FIRST_LENGTH) counts[HP_LITLENS + hp_token_distance(token)] += by;
}

/* Streams to tokens: deflate_read.c */
extern const uint16_t hp_length_base[HP_LITLENS - HP_FIRST_LENGTH];
extern const uint8_t hp_length_extra[HP_LITLENS - HP_FIRST_LENGTH]; /* how many extra bits */
extern const uint8_t hp_distance_extra[HP_DISTANCES];
extern const uint8_t hp_precode_order[HP_PRECODE], hp_precode_extra[HP_PRECODE];

typedef struct {
    int counts[HP_MAX_CODE_LENGTH + 1];  /* of codes of each length */
    uint16_t symbols[HP_FIXED_LITLENS];  /* by code */
} hp_code;

typedef struct {
    const uint8_t *next, *end;
    uint64_t bits;   /* read from the stream and not used yet, */
    int bit_count;   /* so many */
    int is_past_end; /* whether more bits were wanted than there are */
    enum { HP_BETWEEN_BLOCKS, HP_IN_CODED_BLOCK, HP_IN_STORED_BLOCK, HP_DONE } state;
    int is_last;        /* whether this block is */
    uint32_t stored;    /* bytes left of a stored block */
    const uint8_t *raw; /* the next of the bytes that the stream stands for, */
    size_t raw_left;    /* how many of them are left, */
    size_t skip;        /* and how many of these make no tokens */
    hp_code litlen, distance;
} hp_reader;

void hp_fixed_lengths(uint8_t lengths[HP_FIXED_LITLENS], uint8_t distances[HP_DISTANCES]);
void hp_open_reader(hp_reader *r, const uint8_t *stream, size_t size, const uint8_t *raw,
                    size_t raw_size, size_t skip);
uint32_t hp_read_tokens(hp_reader *r, hp_token *tokens, uint32_t most);

/* Bytes to tokens, by what they are said to be copies of: deflate_copies.c */
typedef struct {
    const uint8_t *raw, *hints; /* of each byte what it was copied by; 0: not known */
    const int32_t *distances;   /* of each hint, 1 to HP_MAX_DISTANCE */
    size_t at;                  /* the next byte */
    hp_token lengths[HP_MAX_MATCH + 1]; /* of each length, the part of a token that says it */
} hp_copy_parser;
void hp_open_copy_parser(hp_copy_parser *p);
uint32_t hp_parse_copies(hp_copy_parser *p, size_t end, hp_token *tokens, uint32_t most);

/* Tokens to blocks: deflate_split.c */
typedef struct {
    uint32_t end, counts[HP_SYMBOLS]; /* of the tokens from the block before up to `end` */
    uint64_t bits, merged_bits;       /* estimated; and of it merged with the next block */
} hp_block;
#define HP_ALL_REPEATS 7
int hp_encode_lengths(const uint8_t *lengths, int size, int repeats, uint16_t *symbols);
int hp_split_blocks(const hp_token *tokens, uint32_t size, uint32_t unit, const uint16_t *log2,
                    hp_block *blocks, int32_t *order);

/* Blocks to streams: deflate_write.c */
typedef struct {
    uint8_t *next, *end;
    uint64_t bits; /* not written yet, */
    int bit_count; /* so many */
    int is_full;   /* whether there was no room for all */
} hp_writer;
uint64_t hp_permuted_bits(const hp_block *blocks, int count, const uint8_t *permutation);
void hp_write_blocks(hp_writer *w, const hp_token *tokens, const hp_block *blocks, int count,
                     int is_last);
void hp_align(hp_writer *w);

#endif
