using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>The one encoding of an ECDSA signature we accept: DER, two positive integers (RFC 3279 §2.2.3).</summary>
internal static class EcdsaSignature
{
    public static bool IsStrict(ReadOnlySpan<byte> signature)
    {
        try
        {
            if (signature.IsEmpty || signature.Length > 128)
            {
                return false;
            }

            var sequence = new AsnReader(signature.ToArray(), AsnEncodingRules.DER);
            var numbers = sequence.ReadSequence();
            var r = numbers.ReadInteger();
            var s = numbers.ReadInteger();
            numbers.ThrowIfNotEmpty();
            sequence.ThrowIfNotEmpty();
            return r.Sign > 0 && s.Sign > 0;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
