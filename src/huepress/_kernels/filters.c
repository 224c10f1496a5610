/* PNG's filters (PNG specification, 9) and which of them each row gets.

   Compiled once per instruction set: the filters are plain loops over bytes, for the compiler's
   own vectorization, and the choice is made in whole numbers.

   Tried: choosing by the cost of the bytes under the code of the whole image, iterated, gains
   nothing on the entropy of each row. */
#include <string.h>
#include "kernels.h"
#include "simd.h"

static inline uint8_t predicted(int left, int above, int corner) { /* Paeth's */
    int a = above - corner, b = left - corner, c = a + b;
    a = a < 0 ? -a : a, b = b < 0 ? -b : b, c = c < 0 ? -c : c;
    const int vertical = b <= c ? above : corner;
    return (uint8_t)(a <= b && a <= c ? left : vertical);
}

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

static int64_t sum_of_sizes(const uint8_t *row, size_t size) {
    int64_t sum = 0;
    for (size_t i = 0; i < size;) {
        const size_t end = size - i < 4096 ? size : i + 4096;
        uint32_t part = 0;
        for (; i < end; i++) part += row[i] < 128 ? row[i] : 256u - row[i];
        sum += part;
    }
    return sum;
}

/* The entropy but for its constant term: c log2 c, summed over the counts c and negated. Four
   tables, since a count that is wanted again at once would have to wait. */
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

/* The number of different pairs of neighbouring bytes. seen: OUT, 1024 words. */
static int64_t bigrams(const uint8_t *row, size_t size, uint64_t *seen) {
    int64_t count = 0;
    memset(seen, 0, 1024 * sizeof *seen);
    for (size_t i = 1; i < size; i++) {
        const uint32_t pair = (uint32_t)row[i - 1] << 8 | row[i];
        const uint64_t bit = UINT64_C(1) << (pair & 63);
        count += !(seen[pair >> 6] & bit);
        seen[pair >> 6] |= bit;
    }
    return count;
}

static int64_t cost(int choice, const uint8_t *row, size_t size, const uint16_t *log2,
                    uint64_t *seen) {
    if (choice == HP_LEAST_SUM) return sum_of_sizes(row, size);
    return choice == HP_LEAST_ENTROPY ? entropy(row, size, log2) : bigrams(row, size, seen);
}

/* What a greedy DEFLATE would make of a row, after the rows before it as they were filtered. */

#define WINDOW 32768
#define MOST_LENGTH 258
#define COUNTED (1 << 16) /* bytes and matches that prices remember, but for fading ones */

static size_t common(const uint8_t *a, const uint8_t *b, size_t most) {
    size_t length = 0;
    while (length < most && a[length] == b[length]) length++;
    return length;
}

static uint32_t *slot(const hp_matching *m, const uint8_t *at) {
    const uint32_t three = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
    return m->latest + (three * UINT32_C(2654435761) >> (32 - HP_HASH_BITS));
}

static void set_prices(hp_matching *m, const uint16_t *log2) {
    uint32_t total = 0;
    for (int i = 0; i <= 256; i++) total += m->counts[i];
    for (int i = 0; i <= 256; i++)
        m->prices[i] = hp_log2(log2, total) - hp_log2(log2, m->counts[i]);
    if (total <= COUNTED) return;
    for (int i = 0; i <= 256; i++) m->counts[i] -= m->counts[i] / 4;
}

/* The longest match: with the byte before, with the same place of the row before, or the latest
   one of three bytes. Returns its length, 0 if below 3. */
static size_t longest(const hp_matching *m, const uint8_t *out, size_t at, size_t end, size_t row,
                      size_t *distance) {
    const size_t most = end - at < MOST_LENGTH ? end - at : MOST_LENGTH;
    size_t best = 2;
    if (most < 3) return 0;
    const size_t distances[3] = {1, row, (uint32_t)at - *slot(m, out + at)};
    for (int i = 0; i < 3; i++) {
        if (distances[i] == 0 || distances[i] > at || distances[i] > WINDOW) continue;
        const size_t length = common(out + at, out + at - distances[i], most);
        if (length > best) best = length, *distance = distances[i];
    }
    return best > 2 ? best : 0;
}

/* Bits of the row that ends at `end`, in fractions; stops at `most`. */
static uint64_t match_bits(const hp_matching *m, const uint8_t *out, size_t end, size_t row,
                           uint64_t most, const uint16_t *log2) {
    uint64_t bits = 0;
    size_t distance = 0;
    for (size_t at = end - row, length; at < end && bits < most; at += length ? length : 1) {
        length = longest(m, out, at, end, row, &distance);
        bits += m->prices[length ? 256 : out[at]];
        if (!length) continue;
        const uint32_t far = hp_log2(log2, (uint32_t)distance) / 4 * 3;
        bits += (far > 2 << 16 ? far - (2 << 16) : 0) + hp_log2(log2, (uint32_t)length) / 2;
    }
    return bits;
}

/* Take a row in: count what it is made of, and make it known to later ones. */
static void remember(hp_matching *m, const uint8_t *out, size_t end, size_t row) {
    size_t distance = 0;
    for (size_t at = end - row, length; at < end; at += length ? length : 1) {
        length = longest(m, out, at, end, row, &distance);
        m->counts[length ? 256 : out[at]] += 32;
        for (size_t i = at; i < at + (length ? length : 1) && i + 3 <= end; i++)
            *slot(m, out + i) = (uint32_t)i;
    }
}

/* As below, each row's filter by what its matches cost; m: OUT. On screenshots up to 3 % smaller
   than the other choices. */
static void filter_by_matches(const uint8_t *rows, size_t size, size_t count, size_t pixel,
                              const uint16_t *log2, const uint8_t *zeros, hp_matching *m,
                              uint8_t *out) {
    memset(m, 0, sizeof *m);
    for (int i = 0; i <= 256; i++) m->counts[i] = 1;
    const uint8_t *above = zeros;
    for (size_t y = 0, end = size + 1; y < count; y++, end += size + 1) {
        uint8_t *to = out + end - size - 1;
        uint64_t least = UINT64_MAX;
        int best = HP_NONE;
        set_prices(m, log2);
        for (int kind = HP_NONE; kind <= HP_PAETH; kind++) {
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

/* rows: `count` of `size` bytes. pixel: the distance in bytes of neighbouring pixels. choice: one
   filter for all rows, or how each row's is chosen (the first if tied). log2: hp_fill_log2's.
   spare: OUT, one row of zeros and one more row. seen: OUT, 1024 words. m: OUT. out: OUT, each row after
   the number of its filter. */
void HP_NAME(hp_filter)(const uint8_t *rows, size_t size, size_t count, size_t pixel, int choice,
                        const uint16_t *log2, uint8_t *spare, uint64_t *seen, hp_matching *m,
                        uint8_t *out) {
    const uint8_t *above = spare;
    uint8_t *trial = spare + size;
    memset(spare, 0, size);
    if (choice == HP_CHEAPEST_MATCHES) {
        filter_by_matches(rows, size, count, pixel, log2, spare, m, out);
        return;
    }
    for (size_t y = 0; y < count; y++, out += size + 1) {
        const uint8_t *row = rows + y * size;
        int best = choice;
        if (choice > HP_PAETH) {
            int64_t least = INT64_MAX;
            for (int kind = HP_NONE; kind <= HP_PAETH; kind++) {
                filter_row(kind, row, above, size, pixel, trial);
                const int64_t bits = cost(choice, trial, size, log2, seen);
                if (bits < least) least = bits, best = kind;
            }
        }
        out[0] = (uint8_t)best;
        filter_row(best, row, above, size, pixel, out + 1);
        above = row;
    }
}
