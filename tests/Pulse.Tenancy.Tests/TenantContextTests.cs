namespace Pulse.Tenancy.Tests;

public sealed class TenantContextTests
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly TenantId B = TenantId.Parse("b");
    private readonly TenantContext _context = new();

    [Fact]
    public void Without_a_push_there_is_no_tenant()
    {
        Assert.Contains("Push", Assert.Throws<InvalidOperationException>(() => _context.Current).Message, StringComparison.Ordinal);
        Assert.False(_context.TryGetCurrent(out var tenant));
        Assert.Equal(default, tenant);
        Assert.Throws<InvalidOperationException>(() => _context.Push(default));
        Assert.False(_context.TryGetCurrent(out _));
    }

    [Fact]
    public void The_last_push_counts_until_it_is_restored()
    {
        using (_context.Push(A))
        {
            var inner = _context.Push(B);
            Assert.Equal(B, _context.Current);
            inner.Dispose();
            Assert.True(_context.TryGetCurrent(out var tenant));
            Assert.Equal(A, tenant);
            inner.Dispose();
            Assert.Equal(A, _context.Current);
        }

        Assert.False(_context.TryGetCurrent(out _));
    }

    [Fact]
    public void Restoring_out_of_order_is_refused_and_changes_nothing()
    {
        var outer = _context.Push(A);
        var inner = _context.Push(B);

        Assert.Throws<InvalidOperationException>(outer.Dispose);

        Assert.Equal(B, _context.Current);
        inner.Dispose();
        outer.Dispose();
        Assert.False(_context.TryGetCurrent(out _));
    }

    [Fact]
    public async Task Follows_awaits_inwards_and_never_outwards()
    {
        using (_context.Push(A))
        {
            await InnerAsync();
            Assert.Equal(A, _context.Current);
        }

        async Task InnerAsync()
        {
            await Task.Yield();
            Assert.Equal(A, _context.Current);
            _context.Push(B);
            Assert.Equal(B, _context.Current);
        }
    }

    [Fact]
    public async Task Two_flows_do_not_meet()
    {
        async Task<TenantId> FlowAsync(TenantId tenant)
        {
            using (_context.Push(tenant))
            {
                await Task.Yield();
                return _context.Current;
            }
        }

        Assert.Equal([A, B], await Task.WhenAll(FlowAsync(A), FlowAsync(B)));
    }
}
