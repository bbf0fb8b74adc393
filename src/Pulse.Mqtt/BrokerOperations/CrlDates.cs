using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Mqtt;

/// <summary>When a CRL's next one is due (RFC 5280 §5.1.2.5). The signature is not looked at.</summary>
internal static class CrlDates
{
    private const string Label = "X509 CRL";

    /// <summary>The earliest next update of the CRLs in a PEM file; <see langword="null"/> when any of them cannot be read or says none.</summary>
    public static DateTimeOffset? NextUpdate(ReadOnlySpan<byte> pem)
    {
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(pem);
        DateTimeOffset? earliest = null;
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label] is not Label || Read(text[fields.Base64Data].ToString()) is not { } next)
            {
                return null;
            }

            earliest = earliest is null || next < earliest ? next : earliest;
            text = text[fields.Location.End..];
        }

        // A CRL whose end is missing counts as broken, not as absent.
        return text.Contains("-----BEGIN", StringComparison.Ordinal) ? null : earliest;
    }

    private static DateTimeOffset? Read(string base64)
    {
        try
        {
            var list = new AsnReader(Convert.FromBase64String(base64), AsnEncodingRules.DER).ReadSequence().ReadSequence();
            if (list.PeekTag() == Asn1Tag.Integer)
            {
                list.ReadInteger();
            }

            list.ReadSequence();
            list.ReadSequence();
            ReadTime(list);
            return list.HasData && list.PeekTag().TagClass == TagClass.Universal && list.PeekTag() != Asn1Tag.Sequence ? ReadTime(list) : null;
        }
        catch (Exception exception) when (exception is AsnContentException or FormatException)
        {
            // Broken bytes: the caller says so.
            return null;
        }
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
