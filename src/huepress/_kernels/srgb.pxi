# The curve of sRGB (IEC 61966-2-1), in scalars: all tables and other parts take it from here.

def srgb_to_linear(double value):
    """Return the linear light of an sRGB value, both 0 to 1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def linear_to_srgb(double light):
    """Return the sRGB value of linear light, both 0 to 1."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def srgb_to_linear_table(int steps):
    """Return the linear light of `steps` + 1 sRGB values from 0 to 1 (array of double)."""
    check_steps(steps)
    return array("d", [srgb_to_linear(<double>i / steps) for i in range(steps + 1)])


def linear_to_srgb_table(int steps):
    """Return the sRGB values of `steps` + 1 amounts of light from 0 to 1 (array of double)."""
    check_steps(steps)
    return array("d", [linear_to_srgb(<double>i / steps) for i in range(steps + 1)])


cdef check_steps(int steps):
    if not 1 <= steps < 1 << 24:
        raise ValueError(f"a table of {steps} steps")


# What kernels use: 256 levels, and four steps to each.
cdef float light_of[256]
cdef float fine_light_of[HP_MAX_FINE + 1]


cdef fill_curve():
    for step, light in enumerate(srgb_to_linear_table(HP_MAX_FINE)):
        fine_light_of[step] = light
    for level in range(256):
        light_of[level] = fine_light_of[4 * level]
    hp_set_linear_table(fine_light_of)


fill_curve()
