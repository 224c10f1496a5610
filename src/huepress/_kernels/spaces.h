/* Working spaces, in which distances are taken: from colours to coordinates and back. */
#ifndef HP_SPACES_H
#define HP_SPACES_H
#include "colors.h"

/* A working space is a sum of these. Without HP_OKLAB it is sRGB. With alpha, colours are
   premultiplied, so that what can't be seen doesn't count; unless HP_STRAIGHT is there, too. */
typedef enum { HP_WITH_ALPHA = 1, HP_OKLAB = 2, HP_STRAIGHT = 4 } hp_space;

#define HP_CHROMA_WEIGHT 0.8f /* of a and b beside lightness in Oklab */

void hp_set_linear_table(const float *fine_table);
int32_t hp_alpha_step(hp_space space);
void hp_color_coordinates(hp_space space, uint32_t color, int32_t at[4]);
void hp_fine_coordinates(hp_space space, uint32_t fine, int32_t at[4]);
uint32_t hp_nearest_color(hp_space space, const int32_t at[4]);

/* Alpha of 0 and 255 is kept exact, so clear and opaque points are told from those between. */
typedef enum { HP_CLEAR = 0, HP_OPAQUE = 1, HP_TRANSLUCENT = 2 } hp_opacity_kind;
#define HP_OPACITY_KINDS 3
static_assert(HP_CLEAR + HP_OPAQUE == 1 && HP_TRANSLUCENT == 2,
              "of clear and opaque, the other kind is 1 - kind");
hp_opacity_kind hp_opacity(hp_space space, int32_t za);

#endif
