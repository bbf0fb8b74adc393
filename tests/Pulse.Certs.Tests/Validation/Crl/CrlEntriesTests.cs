using System.Formats.Asn1;

namespace Pulse.Certs.Tests;

/// <summary>Entries are found in whatever order an authority lists them.</summary>
public class CrlEntriesTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly TestCertificate Other = TestCertificate.Authority("Other");

    [Theory]
    [InlineData("01 0100 FF 03")]
    [InlineData("0100 FF 03 01")]
    [InlineData("01 03 FF 0100")]
    [InlineData("FF 0100 01 03")]
    public void Every_serial_number_is_found_in_any_order(string order)
    {
        var serials = order.Split(' ').Select(Convert.FromHexString).ToArray();
        var entries = CrlEntries.Read(
            serials.SelectMany(serial => TestCrl.Entry(Integer(serial), TestCrl.Reason((byte)(serial[0] % 5 + 1)))).ToArray(), Root.Subject, isIndirect: false, isDelta: false);

        Assert.Equal(4, entries.Count);
        Assert.All(serials, serial => Assert.Equal(serial[0] % 5 + 1, entries.Find(Root.Subject, serial)));
        Assert.Null(entries.Find(Root.Subject, [2]));
        Assert.Null(entries.Find(Root.Subject, [0xFF, 0xFF]));
        Assert.Null(entries.Find(Other.Subject, [1]));
    }

    [Fact]
    public void A_serial_number_that_is_listed_twice_is_refused_where_all_are_of_one_issuer()
    {
        byte[] twice = [.. TestCrl.Entry([2, 1, 7]), .. TestCrl.Entry([2, 1, 5]), .. TestCrl.Entry([2, 1, 7])];
        byte[] together = [.. TestCrl.Entry([2, 1, 7]), .. TestCrl.Entry([2, 1, 7])];

        Assert.Throws<AsnContentException>(() => CrlEntries.Read(twice, Root.Subject, isIndirect: false, isDelta: false));
        Assert.Throws<AsnContentException>(() => CrlEntries.Read(together, Root.Subject, isIndirect: false, isDelta: false));
    }

    [Fact]
    public void A_serial_number_of_two_issuers_is_each_issuers_own_in_any_order()
    {
        byte[] entries =
        [
            .. TestCrl.Entry([2, 1, 9], TestCrl.Reason(1)),
            .. TestCrl.Entry([2, 1, 4], TestCrl.Reason(2)),
            .. TestCrl.Entry([2, 1, 9], TestCrl.IssuedBy(Other), TestCrl.Reason(3)),
            .. TestCrl.Entry([2, 1, 3], TestCrl.Reason(4)),
        ];

        var list = CrlEntries.Read(entries, Root.Subject, isIndirect: true, isDelta: false);

        Assert.Equal([1, 2, null], new byte[] { 9, 4, 3 }.Select(serial => list.Find(Root.Subject, [serial])));
        Assert.Equal([3, null, 4], new byte[] { 9, 4, 3 }.Select(serial => list.Find(Other.Subject, [serial])));
    }

    [Fact]
    public void Only_an_indirect_list_names_other_issuers_and_only_a_delta_removes()
    {
        var foreign = TestCrl.Entry([2, 1, 9], TestCrl.IssuedBy(Other));
        var removed = TestCrl.Entry([2, 1, 9], TestCrl.Reason(CrlEntry.RemoveFromCrl));

        Assert.Throws<AsnContentException>(() => CrlEntries.Read(foreign, Root.Subject, isIndirect: false, isDelta: false));
        Assert.Throws<AsnContentException>(() => CrlEntries.Read(removed, Root.Subject, isIndirect: false, isDelta: false));
        Assert.Equal(CrlEntry.RemoveFromCrl, CrlEntries.Read(removed, Root.Subject, isIndirect: false, isDelta: true).Find(Root.Subject, [9]));
    }

    private static byte[] Integer(byte[] magnitude) => CsrBuilder.Element(2, magnitude[0] >= 0x80 ? [0, .. magnitude] : magnitude);
}
