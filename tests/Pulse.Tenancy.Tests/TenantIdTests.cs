namespace Pulse.Tenancy.Tests;

public sealed class TenantIdTests
{
    [Fact]
    public void Keeps_the_text_as_it_is()
    {
        Assert.True(TenantId.TryParse("acme-1", out var tenant));
        Assert.Equal("acme-1", tenant.Value);
        Assert.Equal("acme-1", tenant.ToString());
        Assert.Equal(TenantId.Parse("acme-1"), tenant);
        Assert.NotEqual(TenantId.Parse("acme-2"), tenant);
    }

    [Fact]
    public void Refuses_what_is_none_without_repeating_it()
    {
        Assert.False(TenantId.TryParse("Acme", out var tenant));
        Assert.Equal(default, tenant);
        var refusal = Assert.Throws<FormatException>(() => TenantId.Parse("x' or 1=1"));
        Assert.DoesNotContain("or 1=1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 63", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => TenantId.Parse(null!));
    }

    [Fact]
    public void Default_is_no_tenant()
    {
        Assert.Throws<InvalidOperationException>(() => default(TenantId).Value);
        Assert.Equal("(none)", default(TenantId).ToString());
    }
}
