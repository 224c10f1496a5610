/* PNG's filters (PNG specification, 9), and which of them each row gets.

   The filters are plain loops over bytes, which the compiler vectorizes for each instruction set;
   the choice is made in whole numbers.

   Tried: choosing by what the bytes cost in the code of the whole image, iterated, gains nothing
   over the entropy of each row. */
#include "by_set.h"
#include "deflate.h"
#include "simd.h"

/* Paeth's predictor. */
static inline uint8_t predicted(int left, int above, int corner) {
    int a = above - corner, b = left - corner, c = a + b;
    a = a < 0 ? -a : a, b = b < 0 ? -b : b, c = c < 0 ? -c : c;
    const int vertical = b <= c ? above : corner;
    return (uint8_t)(a <= b && a <= c ? left : vertical);
}

/* Filter one row. out: OUT. */
static void filter_row(int kind, const uint8_t *restrict row, const uint8_t *restrict above,
                       size_t size, size_t pixel, uint8_t *restrict out) {
    const size_t first = pixel < size ? pixel : size;
    const uint8_t *restrict left = row, *restrict corner = above;
    size_t i = 0;
    switch (kind) {
    case HP_SUB:
        for (; i < first; i++) out[i] = row[i];
        for (; i < size; i++) out[i] = (uint8_t)(row[i] - left[i - pixel]);
        break;
    case HP_UP:
        for (; i < size; i++) out[i] = (uint8_t)(row[i] - above[i]);
        break;
    case HP_AVERAGE:
        for (; i < first; i++) out[i] = (uint8_t)(row[i] - (above[i] >> 1));
        for (; i < size; i++) out[i] = (uint8_t)(row[i] - ((left[i - pixel] + above[i]) >> 1));
        break;
    case HP_PAETH:
        for (; i < first; i++) out[i] = (uint8_t)(row[i] - above[i]);
        for (; i < size; i++)
            out[i] = (uint8_t)(row[i] - predicted(left[i - pixel], above[i], corner[i - pixel]));
        break;
    default: memcpy(out, row, size);
    }
}

/* The sum of the distances of bytes from 0, as signed numbers. */
static int64_t sum_of_distances(const uint8_t *row, size_t size) {
    int64_t sum = 0;
    for (size_t i = 0; i < size;) {
        const size_t end = size - i < 4096 ? size : i + 4096;
        uint32_t part = 0;
        for (; i < end; i++) part += row[i] < 128 ? row[i] : 256u - row[i];
        sum += part;
    }
    return sum;
}

/* The entropy but for a constant: c log2 c, summed over the counts c, with a minus. There are
   four tables of counts, as the same count twice in succession would have to wait for itself. */
static int64_t entropy(const uint8_t *row, size_t size, const uint16_t *log2) {
    uint32_t counts[4][256] = {{0}};
    size_t i = 0;
    for (; i + 4 <= size; i += 4)
        for (int t = 0; t < 4; t++) counts[t][row[i + t]]++;
    for (; i < size; i++) counts[0][row[i]]++;
    int64_t sum = 0;
    for (int v = 0; v < 256; v++) {
        const uint32_t c = counts[0][v] + counts[1][v] + counts[2][v] + counts[3][v];
        if (c > 1) sum += (int64_t)c * hp_log2(log2, c);
    }
    return -sum;
}

/* The number of different pairs of neighbouring bytes. seen: scratch, HP_BIGRAM_WORDS. */
static int64_t bigrams(const uint8_t *row, size_t size, uint64_t *seen) {
    int64_t count = 0;
    memset(seen, 0, HP_BIGRAM_WORDS * sizeof *seen);
    for (size_t i = 1; i < size; i++) {
        const uint32_t pair = (uint32_t)row[i - 1] << 8 | row[i];
        const uint64_t bit = UINT64_C(1) << (pair & 63);
        count += !(seen[pair >> 6] & bit);
        seen[pair >> 6] |= bit;
    }
    return count;
}

/* What a way of choosing finds of a row: the least wins. */
static int64_t cost_of(int choice, const uint8_t *row, size_t size, const uint16_t *log2,
                    uint64_t *seen) {
    if (choice == HP_LEAST_SUM) return sum_of_distances(row, size);
    return choice == HP_LEAST_ENTROPY ? entropy(row, size, log2) : bigrams(row, size, seen);
}

/* What a greedy DEFLATE would make of a row, after the rows before it, as they were filtered. */

#define MAX_COUNTED (1 << 16) /* from this sum of counts on, older ones fade */
#define COUNT 32              /* what a byte or a match adds to its count */
enum { MATCH = HP_MATCH_SYMBOLS - 1 };

static size_t common_length(const uint8_t *a, const uint8_t *b, size_t most) {
    size_t length = 0;
    while (length < most && a[length] == b[length]) length++;
    return length;
}

/* Where the place of three bytes is kept. */
static uint32_t *slot(hp_match_model *m, const uint8_t *at) {
    const uint32_t three = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
    return m->latest + (three * UINT32_C(2654435761) >> (32 - HP_MATCH_HASH_BITS));
}

/* Set the bits of each symbol by how often it occurred. m: IN/OUT. */
static void set_prices(hp_match_model *m, const uint16_t *log2) {
    uint32_t total = 0;
    for (int i = 0; i < HP_MATCH_SYMBOLS; i++) total += m->counts[i];
    for (int i = 0; i < HP_MATCH_SYMBOLS; i++)
        m->prices[i] = hp_log2(log2, total) - hp_log2(log2, m->counts[i]);
    if (total <= MAX_COUNTED) return;
    for (int i = 0; i < HP_MATCH_SYMBOLS; i++) m->counts[i] -= m->counts[i] / 4;
}

/* The longest match among three: with the byte before, with the same place of the row before,
   and with the last place of the same three bytes. Returns its length, 0 if there is none.
   distance: OUT. */
static size_t longest_match(hp_match_model *m, const uint8_t *out, size_t at, size_t end,
                            size_t row, size_t *distance) {
    const size_t most = end - at < HP_MAX_MATCH ? end - at : HP_MAX_MATCH;
    size_t best = HP_MIN_MATCH - 1;
    if (most < HP_MIN_MATCH) return 0;
    const size_t distances[3] = {1, row, (uint32_t)at - *slot(m, out + at)};
    for (int i = 0; i < 3; i++) {
        if (distances[i] == 0 || distances[i] > at || distances[i] > HP_MAX_DISTANCE) continue;
        const size_t length = common_length(out + at, out + at - distances[i], most);
        if (length > best) best = length, *distance = distances[i];
    }
    return best >= HP_MIN_MATCH ? best : 0;
}

/* The bits of a row that ends at `end`, in 65536ths; or at least `most`. A distance is taken to
   cost three quarters of its logarithm but for two bits, and a length half of its own. */
static uint64_t match_bits(hp_match_model *m, const uint8_t *out, size_t end, size_t row,
                           uint64_t most, const uint16_t *log2) {
    uint64_t bits = 0;
    size_t distance = 0;
    for (size_t at = end - row, length; at < end && bits < most; at += length ? length : 1) {
        length = longest_match(m, out, at, end, row, &distance);
        bits += m->prices[length ? MATCH : out[at]];
        if (!length) continue;
        const uint32_t far = hp_log2(log2, (uint32_t)distance) / 4 * 3;
        bits += (far > 2 << 16 ? far - (2 << 16) : 0) + hp_log2(log2, (uint32_t)length) / 2;
    }
    return bits;
}

/* Count what a row is made of, and let later rows find its bytes. m: IN/OUT. */
static void remember(hp_match_model *m, const uint8_t *out, size_t end, size_t row) {
    size_t distance = 0;
    for (size_t at = end - row, length; at < end; at += length ? length : 1) {
        length = longest_match(m, out, at, end, row, &distance);
        m->counts[length ? MATCH : out[at]] += COUNT;
        for (size_t i = at; i < at + (length ? length : 1) && i + HP_MIN_MATCH <= end; i++)
            *slot(m, out + i) = (uint32_t)i;
    }
}

/* Give each row the filter after which its matches are cheapest. On screenshots that ends up to 3 %
   smaller than the other choices. m: scratch. out: OUT. */
static void filter_by_matches(const uint8_t *rows, size_t size, size_t count, size_t pixel,
                              const uint16_t *log2, const uint8_t *zeros, hp_match_model *m,
                              uint8_t *out) {
    memset(m, 0, sizeof *m);
    for (int i = 0; i < HP_MATCH_SYMBOLS; i++) m->counts[i] = 1;
    const uint8_t *above = zeros;
    for (size_t y = 0, end = size + 1; y < count; y++, end += size + 1) {
        uint8_t *to = out + end - size - 1;
        uint64_t least = UINT64_MAX;
        int best = HP_NO_FILTER;
        set_prices(m, log2);
        for (int kind = HP_NO_FILTER; kind <= HP_PAETH; kind++) {
            to[0] = (uint8_t)kind;
            filter_row(kind, rows + y * size, above, size, pixel, to + 1);
            const uint64_t bits = match_bits(m, out, end, size + 1, least, log2);
            if (bits < least) least = bits, best = kind;
        }
        to[0] = (uint8_t)best;
        filter_row(best, rows + y * size, above, size, pixel, to + 1);
        remember(m, out, end, size + 1);
        above = rows + y * size;
    }
}

/* Filter `count` rows of `size` bytes. pixel: how far apart neighbouring pixels are, in bytes.
   choice: an hp_filter_choice; if tied, the first. zeros: a row of them. trial: scratch, a row.
   seen: scratch, HP_BIGRAM_WORDS. m: scratch, for HP_CHEAPEST_MATCHES only. out: OUT, each row
   after the number of its filter. */
void HP_NAME(hp_filter_rows)(const uint8_t *rows, size_t size, size_t count, size_t pixel,
                             int choice, const uint16_t *log2, const uint8_t *zeros,
                             uint8_t *trial, uint64_t *seen, hp_match_model *m, uint8_t *out) {
    const uint8_t *above = zeros;
    if (choice == HP_CHEAPEST_MATCHES) {
        filter_by_matches(rows, size, count, pixel, log2, zeros, m, out);
        return;
    }
    for (size_t y = 0; y < count; y++, out += size + 1) {
        const uint8_t *row = rows + y * size;
        int best = choice;
        if (choice > HP_PAETH) {
            int64_t least = INT64_MAX;
            for (int kind = HP_NO_FILTER; kind <= HP_PAETH; kind++) {
                filter_row(kind, row, above, size, pixel, trial);
                const int64_t bits = cost_of(choice, trial, size, log2, seen);
                if (bits < least) least = bits, best = kind;
            }
        }
        out[0] = (uint8_t)best;
        filter_row(best, row, above, size, pixel, out + 1);
        above = row;
    }
}
