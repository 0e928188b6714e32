"""Elementary functions that LLVM can vectorise, bit-identical on every IEEE machine.

``math.log`` and its siblings are calls into the system's libm: they stop vectorisation and differ
between platforms in the last bit. These are branch-free polynomials over explicit fused
multiply-adds, so a lane's result depends neither on its neighbours nor on the processor.
"""

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload

from recc_mc.kernels.options import inline


@intrinsic
def fma(typingctx, a, b, c):
    """Return a * b + c with one rounding, for three floats of one width."""
    if not (isinstance(a, types.Float) and a == b == c):
        return None

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return a(a, b, c), generate


@intrinsic
def trailing_zeros(typingctx, x):
    """Return how many of the lowest bits of an unsigned 64-bit integer other than 0 are 0."""
    if x != types.uint64:
        return None

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(x), generate


def _bitcast(source, target, llvm_type):
    """Make an intrinsic that reads the bits of one type as another of the same width."""

    @intrinsic
    def cast(typingctx, value):
        if value != source:
            return None

        def generate(context, builder, signature, arguments):
            return builder.bitcast(arguments[0], llvm_type)

        return target(source), generate

    return cast


float_to_bits = _bitcast(types.float64, types.int64, ir.IntType(64))
bits_to_float = _bitcast(types.int64, types.float64, ir.DoubleType())
single_to_bits = _bitcast(types.float32, types.int32, ir.IntType(32))
bits_to_single = _bitcast(types.int32, types.float32, ir.FloatType())

#: Largest argument of :func:`exp_near_zero`.
NEAR_ZERO = 0.34657

_LOG2_E = 1.44269504088896338700
#: 1.5 * 2^52: added to a small number, leaves its nearest integer in the low bits.
_ROUNDER = 6755399441055744.0
#: 1.5 * 2^23, the same in single precision.
_SINGLE_ROUNDER = 12582912.0
_LN2 = 0.69314718055994530942
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_MANTISSA = np.int64(52)
_SQRT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)


@inline
def log(x):
    """Natural logarithm of a positive normal number (fdlibm's reduction and R(z), < 1 ulp)."""
    bits = float_to_bits(x)
    # x = 2^k m with m in [sqrt(1/2), sqrt(2)).
    k = (bits - _SQRT_HALF_BITS) >> _MANTISSA
    f = bits_to_float(bits - (k << _MANTISSA)) - 1.0
    e = np.float64(k)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = fma(
        w,
        fma(w, fma(w, 0.1479819860511658591, 0.1818357216161805012), 0.2857142874366239149),
        0.6666666666666735130,
    )
    even = fma(w, fma(w, 0.1531383769920937332, 0.2222219843214978396), 0.3999999999940941908)
    half = 0.5 * f * f
    rest = fma(s, fma(z, odd, fma(w, even, half)), e * _LN2_LOW)
    return fma(e, _LN2_HIGH, f - (half - rest))


def by_width(double, single):
    """Make a function of one float, which is one of two by the width of its argument.

    Kernels of the data path are written once: their constants take the type of their arrays, and
    what differs by more than rounding is chosen so. Compiled is the precision that is asked for.
    """

    def chosen(x):
        raise NotImplementedError("compiled code only")

    @overload(chosen, jit_options={"error_model": "numpy", "forceinline": True})
    def choose(x):
        function = single if x == types.float32 else double
        return lambda x: function(x)

    return chosen


def constant_by_width(double, single):
    """Make a constant that depends on the width of a float, and has it."""

    def chosen(x):
        raise NotImplementedError("compiled code only")

    @overload(chosen, jit_options={"error_model": "numpy", "forceinline": True})
    def choose(x):
        value = np.float32(single) if x == types.float32 else double
        return lambda x: value

    return chosen


@inline
def _log_unit_double(x):
    """Natural logarithm of 0 < x <= 1 to an absolute error of 3e-16 (1 + |ln x|); finite at 0.

    For sums of r ln r, where relative accuracy next to 1 buys nothing: a fifth fewer operations
    than :func:`log`, and r = 0 needs no guard, because 0 times any finite number is 0.
    """
    bits = float_to_bits(x)
    k = (bits - _SQRT_HALF_BITS) >> _MANTISSA
    m = bits_to_float(bits - (k << _MANTISSA))
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    # ln m = 2 s + s z p(z); p by interpolation at Chebyshev nodes, error 2.4e-16.
    p = fma(z, 0.1662181715285892818, 0.1814019380286599109)
    p = fma(p, z, 0.2222286228010871555)
    p = fma(p, z, 0.2857142413832416058)
    p = fma(p, z, 0.4000000001120650632)
    p = fma(p, z, 0.6666666666666208322)
    return fma(np.float64(k), _LN2, fma(s * z, p, s + s))


@inline
def _log_unit_single(x):
    """The same to an absolute error of 1.2e-7 (1 + |ln x|)."""
    bits = single_to_bits(x)
    k = np.int32(np.int32(bits - np.int32(0x3F3504F3)) >> np.int32(23))
    m = bits_to_single(np.int32(bits - np.int32(k << np.int32(23))))
    s = (m - np.float32(1.0)) / (m + np.float32(1.0))
    z = s * s
    p = fma(z, np.float32(0.2333046496), np.float32(0.2855082154))
    p = fma(p, z, np.float32(0.4000012279))
    p = fma(p, z, np.float32(0.6666666865))
    return fma(np.float32(k), np.float32(_LN2), fma(s * z, p, s + s))


log_unit = by_width(_log_unit_double, _log_unit_single)


@inline
def _exp_near_zero_double(r):
    """e^r for |r| <= ln(2)/2, relative error below 2e-16 and exactly 1 at 0."""
    # 1 + r + r^2 q(r); q by interpolation at Chebyshev nodes, error 1.3e-17.
    q = fma(r, 2.5100411082014901068e-8, 2.7620121717381935193e-7)
    q = fma(r, q, 2.7557268406190795031e-6)
    q = fma(r, q, 2.4801521225986432477e-5)
    q = fma(r, q, 1.9841269863088254418e-4)
    q = fma(r, q, 1.3888888917258758256e-3)
    q = fma(r, q, 8.3333333333300548955e-3)
    q = fma(r, q, 4.1666666666624037667e-2)
    q = fma(r, q, 0.16666666666666667455)
    q = fma(r, q, 0.5)
    return fma(r * r, q, r) + 1.0


@inline
def _exp_near_zero_single(r):
    """The same with a relative error below 1.2e-7."""
    q = fma(r, np.float32(0.0013926176), np.float32(0.0083631724))
    q = fma(r, q, np.float32(0.0416665561))
    q = fma(r, q, np.float32(0.1666657776))
    q = fma(r, q, np.float32(0.5))
    return fma(r * r, q, r) + np.float32(1.0)


exp_near_zero = by_width(_exp_near_zero_double, _exp_near_zero_single)


@inline
def exp_pair(x):
    """e^x and e^-x for |x| <= 700, from one reduction and without a division."""
    x = min(max(x, -700.0), 700.0)
    shifted = fma(x, _LOG2_E, _ROUNDER)
    n = shifted - _ROUNDER
    r = fma(n, -_LN2_LOW, fma(n, -_LN2_HIGH, x))
    z = r * r
    # Taylor series of cosh and sinh; the first terms left out are below 1e-17.
    even = fma(z, 2.08767569878681e-09, 2.755731922398589e-07)
    even = fma(even, z, 2.48015873015873e-05)
    even = fma(even, z, 1.388888888888889e-03)
    even = fma(even, z, 4.1666666666666664e-02)
    even = fma(even, z, 0.5)
    even = fma(even, z, 1.0)
    odd = fma(z, 1.6059043836821613e-10, 2.505210838544172e-08)
    odd = fma(odd, z, 2.7557319223985893e-06)
    odd = fma(odd, z, 1.984126984126984e-04)
    odd = fma(odd, z, 8.333333333333333e-03)
    odd = fma(odd, z, 1.6666666666666666e-01)
    odd = fma(odd * z, r, r)
    power = float_to_bits(shifted) << _MANTISSA
    up = bits_to_float(float_to_bits(even + odd) + power)
    down = bits_to_float(float_to_bits(even - odd) - power)
    return up, down


@inline
def _exp_double(x):
    """e^x, clamped to the range of normal numbers (|x| <= 700)."""
    x = min(max(x, -700.0), 700.0)
    shifted = fma(x, _LOG2_E, _ROUNDER)
    n = shifted - _ROUNDER
    r = fma(n, -_LN2_LOW, fma(n, -_LN2_HIGH, x))
    power = float_to_bits(shifted) << _MANTISSA
    return bits_to_float(float_to_bits(_exp_near_zero_double(r)) + power)


@inline
def _exp_single(x):
    """The same in single precision (|x| <= 87)."""
    x = min(max(x, np.float32(-87.0)), np.float32(87.0))
    shifted = fma(x, np.float32(_LOG2_E), np.float32(_SINGLE_ROUNDER))
    n = shifted - np.float32(_SINGLE_ROUNDER)
    # ln 2 in two pieces, of which the first times n is exact.
    r = fma(n, np.float32(2.12194440e-4), fma(n, np.float32(-0.693359375), x))
    power = np.int32(single_to_bits(shifted) << np.int32(23))
    return bits_to_single(np.int32(single_to_bits(_exp_near_zero_single(r)) + power))


exp = by_width(_exp_double, _exp_single)
