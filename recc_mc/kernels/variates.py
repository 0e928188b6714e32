"""Standardised variates (mean 0, sd 1) from uniforms and from random words.

Scalar factors come as uniforms in (0, 1) and pass the monotone inverse CDF in full precision:
designs need it. Cell noise comes as 32-bit words and is computed in single precision, whose
absolute error, at most 1e-6 in units of the standard deviation, is tested over the whole range.
"""

import numpy as np

from recc_mc.kernels.elementary import bits_to_single, fma, log_unit, single_to_bits
from recc_mc.kernels.options import LANES, inline, kernel, offset, tile_code

#: Codes of the error distributions.
NORMAL, UNIFORM, TRIANGULAR = 0, 1, 2

#: No normal of :func:`normal_pair_single` is larger in absolute value.
LARGEST_SINGLE_NORMAL = 6.77

_SQRT3 = 1.7320508075688772
_SQRT6 = 2.449489742783178


@inline
def normal(u):
    """Phi^-1(u) for u in (0, 1), relative error about 1e-15.

    Source: Wichura 1988, algorithm AS 241 (PPND16). Numerator and denominator of all three
    regions are computed and then selected, so that lanes need no branch and only one division.
    """
    q = u - 0.5
    tail = min(u, 1.0 - u)
    c = fma(-q, q, 0.180625)
    n0 = fma(2.5090809287301226727e3, c, 3.3430575583588128105e4)
    n0 = fma(n0, c, 6.7265770927008700853e4)
    n0 = fma(n0, c, 4.5921953931549871457e4)
    n0 = fma(n0, c, 1.3731693765509461125e4)
    n0 = fma(n0, c, 1.9715909503065514427e3)
    n0 = fma(n0, c, 1.3314166789178437745e2)
    n0 = fma(n0, c, 3.3871328727963666080e0) * q
    d0 = fma(5.2264952788528545610e3, c, 2.8729085735721942674e4)
    d0 = fma(d0, c, 3.9307895800092710610e4)
    d0 = fma(d0, c, 2.1213794301586595867e4)
    d0 = fma(d0, c, 5.3941960214247511077e3)
    d0 = fma(d0, c, 6.8718700749205790830e2)
    d0 = fma(d0, c, 4.2313330701600911252e1)
    d0 = fma(d0, c, 1.0)
    root = np.sqrt(-log_unit(tail))
    s = root - 1.6
    n1 = fma(7.74545014278341407640e-4, s, 2.27238449892691845833e-2)
    n1 = fma(n1, s, 2.41780725177450611770e-1)
    n1 = fma(n1, s, 1.27045825245236838258e0)
    n1 = fma(n1, s, 3.64784832476320460504e0)
    n1 = fma(n1, s, 5.76949722146069140550e0)
    n1 = fma(n1, s, 4.63033784615654529590e0)
    n1 = fma(n1, s, 1.42343711074968357734e0)
    d1 = fma(1.05075007164441684324e-9, s, 5.47593808499534494600e-4)
    d1 = fma(d1, s, 1.51986665636164571966e-2)
    d1 = fma(d1, s, 1.48103976427480074590e-1)
    d1 = fma(d1, s, 6.89767334985100004550e-1)
    d1 = fma(d1, s, 1.67638483018380384940e0)
    d1 = fma(d1, s, 2.05319162663775882187e0)
    d1 = fma(d1, s, 1.0)
    t = root - 5.0
    n2 = fma(2.01033439929228813265e-7, t, 2.71155556874348757815e-5)
    n2 = fma(n2, t, 1.24266094738807843860e-3)
    n2 = fma(n2, t, 2.65321895265761230930e-2)
    n2 = fma(n2, t, 2.96560571828504891230e-1)
    n2 = fma(n2, t, 1.78482653991729133580e0)
    n2 = fma(n2, t, 5.46378491116411436990e0)
    n2 = fma(n2, t, 6.65790464350110377720e0)
    d2 = fma(2.04426310338993978564e-15, t, 1.42151175831644588870e-7)
    d2 = fma(d2, t, 1.84631831751005468180e-5)
    d2 = fma(d2, t, 7.86869131145613259100e-4)
    d2 = fma(d2, t, 1.48753612908506148525e-2)
    d2 = fma(d2, t, 1.36929880922735805310e-1)
    d2 = fma(d2, t, 5.99832206555887937690e-1)
    d2 = fma(d2, t, 1.0)
    far = root > 5.0
    n1 = n2 if far else n1
    d1 = d2 if far else d1
    central = abs(q) <= 0.425
    n1 = -n1 if q < 0.0 else n1
    return (n0 if central else n1) / (d0 if central else d1)


@inline
def uniform(u):
    """Uniform variate on [-sqrt(3), sqrt(3)]."""
    return _SQRT3 * (2.0 * u - 1.0)


@inline
def triangular(u):
    """Symmetric triangular variate on [-sqrt(6), sqrt(6)]."""
    tail = min(u, 1.0 - u)
    size = _SQRT6 * (1.0 - np.sqrt(2.0 * tail))
    return -size if u < 0.5 else size


@inline
def log_single(x, complement):
    """Natural logarithm of a positive normal single (Cephes logf), given 1 - x of its own.

    Next to 1 the logarithm is as exact as 1 - x is, which x itself cannot tell.
    """
    bits = single_to_bits(x)
    k = np.int32(np.int32(bits - np.int32(0x3F3504F3)) >> np.int32(23))
    f = bits_to_single(np.int32(bits - np.int32(k << np.int32(23)))) - np.float32(1.0)
    f = -complement if k == np.int32(0) else f
    e = np.float32(k)
    p = fma(np.float32(7.0376836292e-2), f, np.float32(-1.1514610310e-1))
    p = fma(p, f, np.float32(1.1676998740e-1))
    p = fma(p, f, np.float32(-1.2420140846e-1))
    p = fma(p, f, np.float32(1.4249322787e-1))
    p = fma(p, f, np.float32(-1.6668057665e-1))
    p = fma(p, f, np.float32(2.0000714765e-1))
    p = fma(p, f, np.float32(-2.4999993993e-1))
    p = fma(p, f, np.float32(3.3333331174e-1))
    z = f * f
    y = fma(p, f * z, np.float32(-0.5) * z)
    return fma(e, np.float32(0.69314718056), f + y)


@inline
def normal_pair_single(word, other):
    """Two independent normals of two words, R cos and R sin of Box and Muller 1958.

    R^2 = -2 ln((word + 1/2) 2^-32), angle = 2 pi other 2^-32; at most 6.77 in absolute value. Half
    the cost of an inverse CDF, whose monotony cell noise has no use for.
    """
    u = fma(np.float32(np.uint32(word)), np.float32(2.0**-32), np.float32(2.0**-33))
    v = fma(np.float32(~np.uint32(word)), np.float32(2.0**-32), np.float32(2.0**-33))
    radius = np.sqrt(np.float32(-2.0) * log_single(u, v))
    # A quarter turn is 2^30 steps: which quarter is nearest, and the angle from there.
    turned = np.int32(np.uint32(other) + np.uint32(0x20000000))
    quarter = np.int32(turned >> np.int32(30))
    part = np.int32(np.int32(np.uint32(other)) - np.int32(quarter << np.int32(30)))
    # 2 pi / 2^32 in two pieces: in one, its rounding would show in the sixth digit of R sin.
    p = np.float32(part)
    y = fma(p, np.float32(1.462918119976564e-09), p * np.float32(-4.0709404333582863e-17))
    z = y * y
    sine = fma(np.float32(-1.9515295891e-4), z, np.float32(8.3321608736e-3))
    sine = fma(sine, z, np.float32(-1.6666654611e-1))
    sine = fma(sine * z, y, y)
    cosine = fma(np.float32(2.443315711809948e-5), z, np.float32(-1.388731625493765e-3))
    cosine = fma(cosine, z, np.float32(4.166664568298827e-2))
    cosine = fma(cosine * z, z, fma(np.float32(-0.5), z, np.float32(1.0)))
    odd = (quarter & np.int32(1)) != 0
    first = sine if odd else cosine
    second = cosine if odd else sine
    first = -first if ((quarter + np.int32(1)) & np.int32(2)) != 0 else first
    second = -second if (quarter & np.int32(2)) != 0 else second
    return radius * first, radius * second


@inline
def _tail_single(word):
    """(x, t): x = 2u - 1 and t = 1 - |x|, each with its own full relative precision.

    u = (word + 1/2) 2^-32. Both come from the integer, so neither end loses digits.
    """
    centred = np.int32(np.uint32(word) ^ np.uint32(0x80000000))
    rest = np.int32((centred ^ ~np.int32(centred >> np.int32(31))) & np.int32(0x7FFFFFFF))
    x = fma(np.float32(centred), np.float32(2.0**-31), np.float32(2.0**-32))
    t = fma(np.float32(rest), np.float32(2.0**-31), np.float32(2.0**-32))
    return x, t


@inline
def uniform_single(word):
    """Uniform variate of a random word."""
    x, _ = _tail_single(word)
    return np.float32(_SQRT3) * x


@inline
def triangular_single(word):
    """Symmetric triangular variate of a random word."""
    x, t = _tail_single(word)
    size = np.float32(_SQRT6) * (np.float32(1.0) - np.sqrt(t))
    return -size if x < np.float32(0.0) else size


@kernel
def fill_scalar_variates(variate, u, column, first, out):
    """Variates ``out`` (sample,) of one row of the unit-cube block, from sample ``first`` on."""
    tile_code()
    first = offset(first)
    if variate == NORMAL:
        for s in range(out.shape[0]):
            out[s] = normal(u[column, first + s])
    elif variate == UNIFORM:
        for s in range(out.shape[0]):
            out[s] = uniform(u[column, first + s])
    elif variate == TRIANGULAR:
        for s in range(out.shape[0]):
            out[s] = triangular(u[column, first + s])


@kernel
def fill_cell_variates(variate, words, xi):
    """Variates ``xi`` (object, lane) of random words; the objects are a multiple of two."""
    tile_code()
    if variate == NORMAL:
        for i in range(0, words.shape[0], 2):
            for lane in range(LANES):
                a, b = normal_pair_single(words[i, lane], words[i + 1, lane])
                xi[i, lane] = a
                xi[i + 1, lane] = b
    elif variate == UNIFORM:
        for i in range(words.shape[0]):
            for lane in range(LANES):
                xi[i, lane] = uniform_single(words[i, lane])
    elif variate == TRIANGULAR:
        for i in range(words.shape[0]):
            for lane in range(LANES):
                xi[i, lane] = triangular_single(words[i, lane])
