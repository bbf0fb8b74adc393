namespace Pulse.Tenancy.Tests;

public sealed class OperatorGrantTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("123456789", false)]
    [InlineData("1234567890", true)]
    [InlineData(" 1234567890", false)]
    [InlineData("1234567890 ", false)]
    [InlineData("12345\n67890", false)]
    [InlineData("12345\u000067890", false)]
    [InlineData("12345\u008567890", false)]
    [InlineData("ticket 4711, телеметрия", true)]
    [InlineData("😀😀😀😀😀", false)]
    [InlineData("😀😀😀😀😀😀😀😀😀😀", true)]
    public void Knows_a_reason(string? reason, bool expected) => Assert.Equal(expected, OperatorGrant.IsValidReason(reason));

    [Fact]
    public void Refuses_text_that_is_not_well_formed()
    {
        Assert.False(OperatorGrant.IsValidReason("a reason with half \ud83d a pair"));
        Assert.False(OperatorGrant.IsValidReason("a reason with half a pair \ud83d"));
    }

    [Fact]
    public void Holds_the_longest_reason_and_no_longer()
    {
        Assert.True(OperatorGrant.IsValidReason(new string('r', 500)));
        Assert.False(OperatorGrant.IsValidReason(new string('r', 501)));
        Assert.True(OperatorGrant.IsValidReason(string.Concat(Enumerable.Repeat("😀", 500))));
    }

    [Fact]
    public void Carries_who_why_and_how_long()
    {
        var grant = new OperatorGrant("alice", "a good reason", Minute, TenantId.Parse("acme"));

        Assert.Equal(("alice", "a good reason", Minute, TenantId.Parse("acme")), (grant.Actor, grant.Reason, grant.Lifetime, grant.Target!.Value));
        Assert.NotEqual(Guid.Empty, grant.Id);
        Assert.NotEqual(grant.Id, new OperatorGrant("alice", "a good reason", Minute).Id);
        Assert.Null(new OperatorGrant("alice", "a good reason", Minute).Target);
    }

    [Fact]
    public void Refuses_a_blank_or_endless_actor()
    {
        Assert.Equal("actor", Assert.Throws<ArgumentException>(() => new OperatorGrant("", "a good reason", Minute)).ParamName);
        Assert.Equal("actor", Assert.Throws<ArgumentException>(() => new OperatorGrant(new string('a', 201), "a good reason", Minute)).ParamName);
        Assert.Equal("reason", Assert.Throws<ArgumentException>(() => new OperatorGrant("a", "too short", Minute)).ParamName);
        Assert.Equal(200, new OperatorGrant(new string('a', 200), "a good reason", Minute).Actor.Length);
    }

    [Fact]
    public void Lasts_from_above_nothing_to_a_quarter_of_an_hour()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OperatorGrant("a", "a good reason", TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OperatorGrant("a", "a good reason", TimeSpan.FromMinutes(15) + TimeSpan.FromTicks(1)));
        Assert.Equal(TimeSpan.FromMinutes(15), new OperatorGrant("a", "a good reason", OperatorGrant.MaxLifetime).Lifetime);
        Assert.Equal(TimeSpan.FromTicks(1), new OperatorGrant("a", "a good reason", TimeSpan.FromTicks(1)).Lifetime);
    }

    [Fact]
    public void Refuses_a_default_target() =>
        Assert.Throws<InvalidOperationException>(() => new OperatorGrant("a", "a good reason", Minute, default(TenantId)));
}
