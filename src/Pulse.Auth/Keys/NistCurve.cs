using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Pulse.Auth;

/// <summary>A prime curve of FIPS 186-4 D.1.2: y² = x³ − 3x + b mod p.</summary>
internal sealed class NistCurve
{
    public static readonly NistCurve P256 = new(
        ECCurve.NamedCurves.nistP256,
        PulseJwtAlgorithms.ES256,
        32,
        "00FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "005AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

    public static readonly NistCurve P384 = new(
        ECCurve.NamedCurves.nistP384,
        PulseJwtAlgorithms.ES384,
        48,
        "00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
        "00B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF");

    public static readonly NistCurve P521 = new(
        ECCurve.NamedCurves.nistP521,
        PulseJwtAlgorithms.ES512,
        66,
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00");

    private readonly BigInteger _p;
    private readonly BigInteger _b;

    // Hexadecimal digits, of which the first is 0: it carries the sign.
    private NistCurve(ECCurve curve, PulseJwtAlgorithms algorithm, int fieldBytes, string p, string b)
    {
        Curve = curve;
        Algorithm = algorithm;
        FieldBytes = fieldBytes;
        _p = BigInteger.Parse(p, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        _b = BigInteger.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public ECCurve Curve { get; }

    public PulseJwtAlgorithms Algorithm { get; }

    public int FieldBytes { get; }

    /// <summary>Whether a point lies on the curve: off it, verification may run in a small group and leak or lie.</summary>
    public bool Holds(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var px = new BigInteger(x, isUnsigned: true, isBigEndian: true);
        var py = new BigInteger(y, isUnsigned: true, isBigEndian: true);
        if (px >= _p)
        {
            return false;
        }

        // Stryker disable once Equality : p would stand for 0, and curves of odd order have no point with that y
        if (py >= _p)
        {
            return false;
        }

        return BigInteger.Remainder((py * py) - (px * px * px) + (3 * px) - _b, _p).IsZero;
    }
}
