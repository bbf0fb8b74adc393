using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace Pulse.Certs.Tests;

public class DeviceSubjectTests
{
    private static readonly Gen<string> Tenants = Gen.String[Gen.Char["abc019-"], 1, 63].Where(t => t[0] != '-' && t[^1] != '-');

    private static readonly Gen<string> Devices = Gen.String[Gen.Char["abcXYZ019._-"], 1, 64]
        .Where(d => char.IsAsciiLetterOrDigit(d[0]) && char.IsAsciiLetterOrDigit(d[^1]) && !d.Contains("..", StringComparison.Ordinal));

    [Fact]
    public void Names_a_device_in_the_common_name_and_the_URI()
    {
        var subject = Harness.Device("Pump.1_a-b", "acme-2");

        Assert.Equal("acme-2", subject.TenantId);
        Assert.Equal("Pump.1_a-b", subject.DeviceId);
        Assert.Equal("acme-2:Pump.1_a-b", subject.CommonName);
        Assert.Equal("urn:pulse:tenant:acme-2:device:Pump.1_a-b", subject.SubjectAlternativeName);
        Assert.Equal(subject.SubjectAlternativeName, subject.ToString());
    }

    [Fact]
    public void Hashes_a_common_name_that_does_not_fit_64_bytes()
    {
        var fits = Harness.Device(new string('d', 32), new string('t', 31));
        var exceeds = Harness.Device(new string('d', 33), new string('t', 31));

        Assert.Equal(64, fits.CommonName.Length);
        Assert.Equal($"{fits.TenantId}:{fits.DeviceId}", fits.CommonName);
        Assert.Equal("H:", exceeds.CommonName[..2]);
        Assert.Equal(54, exceeds.CommonName.Length);
    }

    [Fact]
    public void Hashes_with_base32_of_RFC_4648()
    {
        // Decoded back by hand: 52 digits of 5 bits are the 256 bits of the hash and four zeros.
        var subject = Harness.Device(new string('x', 64), "a");
        var bits = string.Concat(subject.CommonName[2..].Select(digit =>
            Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(digit, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var bytes = Enumerable.Range(0, 32).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2)).ToArray();

        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes("a:" + new string('x', 64))), bytes);
        Assert.EndsWith("0000", bits, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "d")]
    [InlineData("t", null)]
    [InlineData("", "d")]
    [InlineData("t", "")]
    [InlineData("T", "d")]
    [InlineData("-t", "d")]
    [InlineData("t", "d..e")]
    [InlineData("t", "d/e")]
    [InlineData("t", "d:e")]
    [InlineData("t", "d\0")]
    public void Refuses_what_is_no_identifier(string? tenant, string? device)
    {
        Assert.False(DeviceSubject.TryCreate(tenant, device, out var subject));
        Assert.Equal(default, subject);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("urn:pulse:tenant:")]
    [InlineData("urn:pulse:tenant:t")]
    [InlineData("urn:pulse:tenant:t:device:")]
    [InlineData("urn:pulse:tenant::device:d")]
    [InlineData("URN:pulse:tenant:t:device:d")]
    [InlineData("urn:pulse:tenant:t:DEVICE:d")]
    [InlineData("urn:pulse:tenant:t:device:d ")]
    [InlineData(" urn:pulse:tenant:t:device:d")]
    [InlineData("urn:pulse:tenant:t:device:d:device:e")]
    [InlineData("urn:pulse:tenant:t%3Adevice:d")]
    [InlineData("urn:pulse:tenant:t:device:d?=x")]
    public void Refuses_a_URI_that_is_not_exactly_ours(string? uri)
    {
        Assert.False(DeviceSubject.TryParseSubjectAlternativeName(uri, out var subject));
        Assert.Equal(default, subject);
    }

    [Fact]
    public void Reads_back_every_URI_it_writes() => Gen.Select(Tenants, Devices).Sample((tenant, device) =>
    {
        var subject = Harness.Device(device, tenant);
        return DeviceSubject.TryParseSubjectAlternativeName(subject.SubjectAlternativeName, out var read)
            && read == subject
            && subject.CommonName.Length <= 64
            && subject.CommonName.AsSpan().IndexOfAny("/+#$") < 0;
    });

    [Fact]
    public void Refuses_to_name_the_default_value()
    {
        var nobody = default(DeviceSubject);

        Assert.Throws<InvalidOperationException>(() => nobody.TenantId);
        Assert.Throws<InvalidOperationException>(() => nobody.DeviceId);
        Assert.Throws<InvalidOperationException>(() => nobody.CommonName);
        Assert.Throws<InvalidOperationException>(() => nobody.SubjectAlternativeName);
        Assert.Equal(string.Empty, nobody.ToString());
    }

    [Fact]
    public void Says_of_the_default_value_how_one_is_made() => Assert.Contains(
        "DeviceSubject.TryCreate", Assert.Throws<InvalidOperationException>(() => default(DeviceSubject).TenantId).Message, StringComparison.Ordinal);
}
