namespace Pulse.Certs.Tests;

/// <summary>Which bytes are a CRL: the consumer items of the attack list that are about its form.</summary>
public class CrlFormTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly TestCertificate Leaf = TestCertificate.Leaf("leaf", Root);

    [Fact]
    public void A_CRL_says_what_it_is()
    {
        var list = new TestCrl(Root, number: 7).Revoke(Leaf).Revoke(Root, TestCrl.Reason(1)).Read();

        Assert.Equal(7, list.Number);
        Assert.Equal(2, list.Count);
        Assert.False(list.IsDelta);
        Assert.Equal(DerTime.Truncate(Harness.Start).AddHours(-1), list.ThisUpdate);
        Assert.Equal(DerTime.Truncate(Harness.Start).AddHours(1), list.NextUpdate);
        Assert.True(new TestCrl(Root, number: 8).DeltaOf(7).Read().IsDelta);
        Assert.Equal(0, new TestCrl(Root).Read().Count);
    }

    [Fact]
    public void Version_1_is_refused() => Refuse(new TestCrl(Root) { Version = [] });

    [Fact]
    public void Another_version_is_refused() => Refuse(new TestCrl(Root) { Version = [2, 1, 2] });

    [Fact]
    public void A_CRL_without_next_update_is_refused() => Refuse(new TestCrl(Root) { NextUpdate = null });

    [Fact]
    public void A_CRL_whose_next_update_is_not_later_is_refused()
    {
        Refuse(new TestCrl(Root) { NextUpdate = Harness.Start.AddHours(-1) });
        Assert.NotNull(new TestCrl(Root) { NextUpdate = Harness.Start.AddHours(-1).AddSeconds(1) }.Read());
    }

    [Fact]
    public void Two_signature_algorithms_are_refused() => Refuse(new TestCrl(Root) { OuterAlgorithm = Convert.FromHexString(CsrBuilder.EcdsaSha384) });

    [Fact]
    public void A_CRL_without_extensions_is_refused() => Refuse(new TestCrl(Root).Without(Oids.CrlNumber).Without(Oids.AuthorityKeyIdentifier));

    [Fact]
    public void A_CRL_without_number_is_refused() => Refuse(new TestCrl(Root).Without(Oids.CrlNumber));

    [Fact]
    public void A_critical_number_is_refused() => Refuse(new TestCrl(Root).With(Oids.CrlNumber, true, 2, 1, 1));

    [Theory]
    [InlineData("0201FF")]
    [InlineData("02020001")]
    [InlineData("0215010000000000000000000000000000000000000000")]
    [InlineData("0500")]
    [InlineData("02010105")]
    public void A_number_that_is_negative_too_long_or_none_is_refused(string value) =>
        Refuse(new TestCrl(Root).With(Oids.CrlNumber, false, Convert.FromHexString(value)));

    [Fact]
    public void A_number_of_20_octets_is_taken() =>
        Assert.NotNull(new TestCrl(Root).With(Oids.CrlNumber, false, [2, 20, 1, .. new byte[19]]).Read());

    [Fact]
    public void A_CRL_that_does_not_name_its_key_is_refused()
    {
        Refuse(new TestCrl(Root).Without(Oids.AuthorityKeyIdentifier));
        Refuse(new TestCrl(Root).With(Oids.AuthorityKeyIdentifier, false, 0x30, 0));
    }

    [Fact]
    public void A_critical_unknown_extension_is_refused_another_is_not()
    {
        Refuse(new TestCrl(Root).With("1.2.3.4", true, 5, 0));
        Assert.NotNull(new TestCrl(Root).With("1.2.3.4", false, 5, 0).Read());
    }

    [Fact]
    public void A_critical_unknown_extension_of_any_entry_is_refused()
    {
        Refuse(new TestCrl(Root).Revoke(Leaf, CsrBuilder.Extension("1.2.3.4", true, 5, 0)));
        Assert.NotNull(new TestCrl(Root).Revoke(Leaf, CsrBuilder.Extension("1.2.3.4", false, 5, 0)).Read());
    }

    [Theory]
    [InlineData(Oids.DeltaCrlIndicator, "020101")]
    [InlineData(Oids.IssuingDistributionPoint, "30038101FF")]
    public void What_changes_the_meaning_of_a_CRL_is_critical(string oid, string value)
    {
        Refuse(new TestCrl(Root).With(oid, false, Convert.FromHexString(value)));
        Assert.NotNull(new TestCrl(Root).With(oid, true, Convert.FromHexString(value)).Read());
    }

    [Theory]
    [InlineData("3000")]
    [InlineData("3003810100")]
    [InlineData("30068101FF8201FF")]
    [InlineData("30068201FF8501FF")]
    [InlineData("30038601FF")]
    [InlineData("3002A000")]
    [InlineData("3005830304FF80")]
    public void An_issuing_distribution_point_that_says_nothing_or_contradicts_itself_is_refused(string value) =>
        Refuse(new TestCrl(Root).With(Oids.IssuingDistributionPoint, true, Convert.FromHexString(value)));

    [Fact]
    public void An_empty_list_of_entries_is_refused() => Refuse(new TestCrl(Root) { RawEntries = [0x30, 0] });

    [Theory]
    [InlineData("0201FF")]
    [InlineData("02020001")]
    [InlineData("0228010000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0215010000000000000000000000000000000000000000")]
    [InlineData("0200")]
    public void An_entry_whose_serial_number_is_negative_padded_or_too_long_is_refused(string serial) =>
        Refuse(new TestCrl(Root) { Entries = { TestCrl.Entry(Convert.FromHexString(serial)) } });

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(6, true)]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(255, false)]
    public void A_reason_is_one_there_is_and_removal_is_for_deltas(byte reason, bool valid)
    {
        var alone = new TestCrl(Root).Revoke(Leaf, TestCrl.Reason(reason));
        var besides = new TestCrl(Root).Revoke(Leaf, CsrBuilder.Extension("1.2.3.4", false, 5, 0), TestCrl.Reason(reason));

        Assert.Equal(valid, CertificateRevocationList.TryRead(alone.Build(), out _));
        Assert.Equal(valid, CertificateRevocationList.TryRead(besides.Build(), out _));
        Assert.Equal(valid || reason == 8, CertificateRevocationList.TryRead(alone.DeltaOf(1).Build(), out _));
    }

    [Fact]
    public void A_serial_number_listed_twice_is_refused()
    {
        Refuse(new TestCrl(Root).Revoke(Leaf).Revoke(Leaf));
        Refuse(new TestCrl(Root).Revoke(Leaf).Revoke(Root).Revoke(Leaf));
    }

    [Fact]
    public void Only_an_indirect_CRL_names_other_issuers_and_does_so_critically()
    {
        byte[] indirect = [0x84, 1, 0xFF];
        Refuse(new TestCrl(Root).Revoke(Leaf, TestCrl.IssuedBy(Root)));
        Refuse(new TestCrl(Root).Scope(indirect).Revoke(Leaf, TestCrl.IssuedBy(Root, critical: false)));
        Refuse(new TestCrl(Root).Scope(indirect).Revoke(
            Leaf, CsrBuilder.Extension(Oids.CertificateIssuer, true, CsrBuilder.Element(0x30, TestCertificate.Dns("a.test")))));
        Assert.NotNull(new TestCrl(Root).Scope(indirect).Revoke(Leaf, TestCrl.IssuedBy(Root)).Read());
    }

    [Fact]
    public void An_invalidity_date_is_read_and_passed_over()
    {
        Assert.NotNull(new TestCrl(Root).Revoke(Leaf, CsrBuilder.Extension(Oids.InvalidityDate, false, CsrBuilder.Element(0x18, [.. "20260101000000Z"u8]))).Read());
        Refuse(new TestCrl(Root).Revoke(Leaf, CsrBuilder.Extension(Oids.InvalidityDate, false, 5, 0)));
    }

    [Fact]
    public void Bytes_before_or_behind_the_list_are_refused()
    {
        var good = new TestCrl(Root).Build();

        Assert.True(CertificateRevocationList.TryRead(good, out _));
        Assert.False(CertificateRevocationList.TryRead((byte[])[.. good, 0], out _));
        Assert.False(CertificateRevocationList.TryRead((byte[])[0, .. good], out _));
        Assert.False(CertificateRevocationList.TryRead(good.AsMemory(0, good.Length - 1), out _));
        Assert.False(CertificateRevocationList.TryRead(default, out var none));
        Assert.Null(none);
    }

    [Fact]
    public void A_CRL_larger_than_the_limit_is_not_looked_at() =>
        Assert.False(CertificateRevocationList.TryRead(new byte[CertificateRevocationList.MaxBytes + 1], out _));

    [Fact]
    public void Entries_are_found_whatever_their_order_and_size()
    {
        var random = new Random(20_260_601);
        var serials = new HashSet<string>();
        while (serials.Count < 2_000)
        {
            var serial = new byte[random.Next(1, 20)];
            random.NextBytes(serial);
            serial[0] = (byte)((serial[0] & 0x7F) | 1);
            serials.Add(Convert.ToHexString(serial));
        }

        byte[][] all = [.. serials.Select(Convert.FromHexString)];
        var entries = all.Take(1_000).Select((serial, i) => TestCrl.Entry([2, (byte)serial.Length, .. serial], i % 3 == 0 ? [] : [TestCrl.Reason((byte)(i % 3))])).ToArray();
        var found = CrlEntries.Read((byte[])[.. entries.SelectMany(entry => entry)], Root.Subject, isIndirect: false, isDelta: false);

        Assert.Equal(1_000, found.Count);
        Assert.All(Enumerable.Range(0, 1_000), i => Assert.Equal(i % 3, found.Find(Root.Subject, all[i])));
        Assert.All(all.Skip(1_000), serial => Assert.Null(found.Find(Root.Subject, serial)));
        Assert.Null(found.Find(Leaf.Subject, all[0]));
    }

    private static void Refuse(TestCrl crl) => Assert.False(CertificateRevocationList.TryRead(crl.Build(), out _));
}
