using System.Text.RegularExpressions;
using CsCheck;
using Pulse.Shared;

namespace Pulse.Tenancy.Tests;

public sealed partial class IdentifierGrammarTests
{
    private static readonly Gen<string> NearlyTenants = Gen.String[
        Gen.Frequency((8, Gen.Char['a', 'z']), (2, Gen.Char['0', '9']), (2, Gen.Const('-')), (1, Gen.Char["A_. \né`{/:"])), 0, 66];

    private static readonly Gen<string> NearlyDevices = Gen.String[
        Gen.Frequency((8, Gen.Char['A', 'z']), (2, Gen.Char['0', '9']), (3, Gen.Char[".-_"]), (1, Gen.Char[" \né/#+$:"])), 0, 67];

    [Fact]
    public void Tenants_are_exactly_what_the_written_grammar_says() =>
        NearlyTenants.Sample(text => IdentifierGrammar.IsTenant(text) == TenantPattern().IsMatch(text), iter: 50_000);

    [Fact]
    public void Devices_are_exactly_what_the_written_grammar_says() => NearlyDevices.Sample(
        text => IdentifierGrammar.IsDevice(text) == (DevicePattern().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal)), iter: 50_000);

    [Theory]
    [InlineData("a", true)]
    [InlineData("0", true)]
    [InlineData("a-b", true)]
    [InlineData("a--b", true)]
    [InlineData("", false)]
    [InlineData("-", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("a.b", false)]
    [InlineData("a\n", false)]
    [InlineData("x' or 1=1", false)]
    public void Knows_a_tenant(string text, bool expected) => Assert.Equal(expected, IdentifierGrammar.IsTenant(text));

    [Theory]
    [InlineData("a", true)]
    [InlineData("Z", true)]
    [InlineData("0", true)]
    [InlineData("a.b-c_d", true)]
    [InlineData("a.-.b", true)]
    [InlineData("a..b", false)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("_a", false)]
    [InlineData("a-", false)]
    [InlineData("a/b", false)]
    [InlineData("a+", false)]
    [InlineData("é", false)]
    public void Knows_a_device(string text, bool expected) => Assert.Equal(expected, IdentifierGrammar.IsDevice(text));

    [Fact]
    public void Holds_the_longest_and_no_longer()
    {
        Assert.True(IdentifierGrammar.IsTenant(new string('a', 63)));
        Assert.False(IdentifierGrammar.IsTenant(new string('a', 64)));
        Assert.True(IdentifierGrammar.IsDevice(new string('a', 64)));
        Assert.False(IdentifierGrammar.IsDevice(new string('a', 65)));
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex TenantPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DevicePattern();
}
