using CsCheck;

namespace Pulse.Certs.Tests;

public class CertificateFormTests
{
    private readonly Harness _harness = new();

    [Fact]
    public void Refuses_two_algorithms() => Expect(
        new LeafBuilder { OuterAlgorithm = Convert.FromHexString(CsrBuilder.EcdsaSha384) }, CertificateRefusal.Malformed);

    [Fact]
    public void Refuses_a_repeated_extension() => Expect(
        new LeafBuilder().With("again", CsrBuilder.Extension("2.5.29.15", critical: true, 3, 2, 7, 0x80)), CertificateRefusal.Malformed);

    [Theory]
    [InlineData("020100")] // zero
    [InlineData("0201FF")] // negative
    [InlineData("02020001")] // not minimal
    [InlineData("0215010101010101010101010101010101010101010101")] // 21 octets
    public void Refuses_a_serial_number_that_is_not_positive_or_too_long(string serial) =>
        Expect(new LeafBuilder { Serial = Convert.FromHexString(serial) }, CertificateRefusal.Malformed);

    [Fact]
    public void Reads_a_serial_number_without_its_sign_octet()
    {
        _harness.View.Add("80ff");

        Expect(new LeafBuilder { Serial = [2, 3, 0, 0x80, 0xFF] }, CertificateRefusal.Revoked);
    }

    [Theory]
    [InlineData("A003020101")] // version 2
    [InlineData("A003020103")] // version 4
    [InlineData("")] // version 1
    [InlineData("A00602010202 0102")]
    public void Refuses_every_version_but_3(string version) => Expect(
        new LeafBuilder { Version = Convert.FromHexString(version.Replace(" ", string.Empty, StringComparison.Ordinal)) },
        CertificateRefusal.Malformed);

    [Theory]
    [InlineData("180F32303236303630313030303030305A170D3237303630313030303030305A")] // GeneralizedTime before 2050
    [InlineData("170B323630363031303030305A170D3237303630313030303030305A")] // no seconds
    [InlineData("1711323630363031303030303030 2B30313030170D3237303630313030303030305A")] // an offset
    [InlineData("170D3236303630313030303030305A181132303531303630313030303030302E355A")] // a fraction
    public void Refuses_times_that_are_not_of_RFC_5280(string times) => Expect(
        new LeafBuilder { Validity = CsrBuilder.Element(0x30, Convert.FromHexString(times.Replace(" ", string.Empty, StringComparison.Ordinal))) },
        CertificateRefusal.Malformed);

    [Fact]
    public void Refuses_more_than_16_KiB_before_it_is_parsed()
    {
        var padding = 16_384 - new LeafBuilder().Build().Length - 40;
        for (var more = 0; more < 60; more++)
        {
            var leaf = new LeafBuilder().With("1.2.3.4", CsrBuilder.Extension("1.2.3.4", false, new byte[padding + more])).Build();
            Assert.Equal(leaf.Length > 16_384 ? CertificateRefusal.Malformed : CertificateRefusal.None, _harness.Validate(leaf).Refusal);
        }
    }

    [Fact]
    public void Refuses_a_trailing_byte_and_nothing_at_all()
    {
        Assert.Equal(CertificateRefusal.Malformed, _harness.Validate((byte[])[.. new LeafBuilder().Build(), 0]).Refusal);
        Assert.Equal(CertificateRefusal.Malformed, _harness.Validate(default).Refusal);
    }

    [Fact]
    public void Never_throws_and_never_accepts_a_changed_byte()
    {
        var leaf = new LeafBuilder().Build();

        Gen.Select(Gen.Int[0, leaf.Length - 1], Gen.Byte[1, 255]).Sample(
            (index, change) =>
            {
                var damaged = (byte[])leaf.Clone();
                damaged[index] ^= change;
                return !_harness.Validate(damaged).IsValid;
            },
            iter: 2000);
    }

    [Fact]
    public void Never_throws_for_rubbish() =>
        Gen.Byte.Array[0, 200].Sample(rubbish => !_harness.Validate(rubbish).IsValid);

    private void Expect(LeafBuilder leaf, CertificateRefusal refusal) =>
        Assert.Equal(refusal, _harness.Validate(leaf.Build()).Refusal);
}
