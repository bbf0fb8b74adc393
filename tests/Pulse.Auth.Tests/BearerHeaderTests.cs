using Microsoft.Extensions.Primitives;

namespace Pulse.Auth.Tests;

public sealed class BearerHeaderTests
{
    [Theory]
    [InlineData("Bearer a.b.c", "a.b.c")]
    [InlineData("bearer a", "a")]
    [InlineData("BEARER a", "a")]
    public void Reads_the_token(string header, string expected)
    {
        Assert.True(BearerHeader.TryRead(header, out var token, out var refused));
        Assert.Equal(expected, token);
        Assert.False(refused);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer  a")]
    [InlineData("Bearer\ta")]
    [InlineData("Bearer a ")]
    [InlineData("Bearer a b")]
    [InlineData("Bearer,a")]
    [InlineData("Bearer=a")]
    public void Refuses_anything_but_one_space_and_one_token(string header)
    {
        Assert.False(BearerHeader.TryRead(header, out _, out var refused));
        Assert.True(refused);
    }

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("Bearers a")]
    [InlineData("")]
    public void Leaves_other_schemes_alone(string header)
    {
        Assert.False(BearerHeader.TryRead(header, out var token, out var refused));
        Assert.False(refused);
        Assert.Equal("", token);
    }

    [Fact]
    public void B10_Refuses_two_headers_and_passes_over_none()
    {
        Assert.False(BearerHeader.TryRead(new StringValues(["Bearer a", "Basic b"]), out _, out var two));
        Assert.False(BearerHeader.TryRead(StringValues.Empty, out _, out var none));

        Assert.True(two);
        Assert.False(none);
    }
}
