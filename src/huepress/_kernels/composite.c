/* Translucent pixels on a background. */
#include "by_set.h"
#include "simd.h"

/* rgb: OUT, translucent pixels as a viewer shows them on a grey background. */
void HP_NAME(hp_composite)(const uint8_t *restrict rgba, size_t size, uint8_t grey,
                           uint8_t *restrict rgb) {
    for (size_t i = 0; i < size; i++)
        for (int c = 0; c < 3; c++)
            rgb[3 * i + c] = (uint8_t)((rgba[4 * i + c] * rgba[4 * i + 3]
                                        + grey * (255 - rgba[4 * i + 3]) + 127) / 255);
}
