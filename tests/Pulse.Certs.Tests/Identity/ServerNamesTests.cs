using System.Net;

namespace Pulse.Certs.Tests;

public class ServerNamesTests
{
    [Fact]
    public void Keeps_the_names_in_order()
    {
        var names = new ServerNames(["mqtt.example.org", "xn--bcher-kva.example", "a"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);

        Assert.Equal(["mqtt.example.org", "xn--bcher-kva.example", "a"], names.DnsNames);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], names.IPAddresses);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*.example.org")]
    [InlineData("example.org.")]
    [InlineData(".example.org")]
    [InlineData("a..b")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a_b.example")]
    [InlineData("bücher.example")]
    [InlineData("a\0.example")]
    [InlineData("a b")]
    public void Refuses_what_is_no_host_name(string name) =>
        Assert.Throws<ArgumentException>(() => new ServerNames([name], []));

    [Fact]
    public void Refuses_labels_over_63_and_names_over_253_characters()
    {
        var label = new string('a', 63);
        var longest = string.Join('.', label, label, label, new string('a', 61));
        Assert.Equal(253, longest.Length);

        Assert.Single(new ServerNames([longest], []).DnsNames);
        Assert.Throws<ArgumentException>(() => new ServerNames([longest + "a"], []));
        Assert.Throws<ArgumentException>(() => new ServerNames([label + "a"], []));
    }

    [Fact]
    public void Takes_1_to_32_names()
    {
        Assert.Throws<ArgumentException>(() => new ServerNames([], []));
        Assert.Equal(32, new ServerNames(Enumerable.Repeat("a", 32), []).DnsNames.Count);
        Assert.Throws<ArgumentException>(() => new ServerNames(Enumerable.Repeat("a", 32), [IPAddress.Any]));
    }
}
