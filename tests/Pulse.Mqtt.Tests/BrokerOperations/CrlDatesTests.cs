using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Mqtt.Tests.BrokerOperations;

/// <summary>The next update of CRLs as other authorities write them.</summary>
public sealed class CrlDatesTests
{
    private static readonly DateTimeOffset This = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DateTimeOffset Next = This.AddDays(7);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void A_CRL_of_either_version_and_time_form_is_read(bool hasVersion, bool isGeneralized) =>
        Assert.Equal(Next, CrlDates.NextUpdate(Pem(Crl(hasVersion, isGeneralized, Next))));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_CRL_without_a_next_update_says_none(bool hasRevoked) =>
        Assert.Null(CrlDates.NextUpdate(Pem(Crl(hasVersion: true, isGeneralized: false, next: null, hasRevoked))));

    [Fact]
    public void Extensions_right_behind_the_date_are_no_next_update() =>
        Assert.Null(CrlDates.NextUpdate(Pem(Crl(hasVersion: true, isGeneralized: false, next: null, hasExtensions: true))));

    [Fact]
    public void Text_around_a_CRL_is_no_matter() =>
        Assert.Equal(Next, CrlDates.NextUpdate([.. "issued today\n"u8, .. Pem(Crl(hasVersion: true, isGeneralized: false, Next)), .. "\nthe end\n"u8]));

    [Fact]
    public void Bytes_that_are_no_base64_are_no_CRL() =>
        Assert.Null(CrlDates.NextUpdate("-----BEGIN X509 CRL-----\nA*==\n-----END X509 CRL-----\n"u8));

    private static byte[] Pem(byte[] der) => Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", der));

    private static byte[] Crl(bool hasVersion, bool isGeneralized, DateTimeOffset? next, bool hasRevoked = false, bool hasExtensions = false)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                if (hasVersion)
                {
                    writer.WriteInteger(1);
                }

                WriteAlgorithm(writer);
                writer.PushSequence().Dispose();
                WriteTime(writer, isGeneralized, This);
                if (next is { } time)
                {
                    WriteTime(writer, isGeneralized, time);
                }

                if (hasRevoked)
                {
                    writer.PushSequence().Dispose();
                }

                if (hasExtensions)
                {
                    writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).Dispose();
                }
            }

            WriteAlgorithm(writer);
            writer.WriteBitString([0]);
        }

        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
        }
    }

    private static void WriteTime(AsnWriter writer, bool isGeneralized, DateTimeOffset time)
    {
        if (isGeneralized)
        {
            writer.WriteGeneralizedTime(time);
        }
        else
        {
            writer.WriteUtcTime(time);
        }
    }
}
