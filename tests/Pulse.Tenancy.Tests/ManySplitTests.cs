namespace Pulse.Tenancy.Tests;

public sealed class ManySplitTests
{
    private readonly List<string> _attempts = [];
    private readonly List<(int Items, string? SqlState)> _splits = [];

    [Fact]
    public async Task What_is_accepted_runs_once()
    {
        var outcomes = await RunAsync("a1 b1 a2", _ => null);

        Assert.Equal(["a1 b1 a2"], _attempts);
        Assert.Equal(["a:True:1:", "b:True:1:", "a:True:1:"], outcomes);
        Assert.Empty(_splits);
    }

    [Fact]
    public async Task Nothing_runs_nothing()
    {
        Assert.Empty(await RunAsync(string.Empty, _ => null));
        Assert.Empty(_attempts);
    }

    [Fact]
    public async Task A_single_refused_item_is_not_tried_again()
    {
        Assert.Equal(["a:False:0:23505"], await RunAsync("a1", _ => 0));
        Assert.Equal(["a1"], _attempts);
        Assert.Empty(_splits);
    }

    [Fact]
    public async Task Each_tenant_gets_a_transaction_of_its_own_and_only_the_refused_one_is_divided()
    {
        var outcomes = await RunAsync("a1 b1 a2 c1 b-bad b2 b3 a3", IndexOfBad);

        Assert.Equal(["a1 b1 a2 c1 b-bad b2 b3 a3", "a1 a2 a3", "b1 b-bad b2 b3", "b1", "b-bad", "b2 b3", "c1"], _attempts);
        Assert.Equal("b:False:0:23505", outcomes[4]);
        Assert.Equal(7, outcomes.Count(outcome => outcome.Contains("True", StringComparison.Ordinal)));
        Assert.Equal([(8, "23505"), (4, "23505")], _splits);
    }

    [Theory]
    [InlineData("a-bad a1 a2", "a-bad|a1 a2")]
    [InlineData("a1 a2 a-bad", "a1 a2|a-bad")]
    [InlineData("a-bad a-bad", "a-bad|a-bad")]
    public async Task The_refused_item_is_set_apart_and_its_neighbours_stay_together(string work, string expected)
    {
        await RunAsync(work, IndexOfBad);

        Assert.Equal(expected.Split('|'), _attempts.Skip(1));
    }

    [Fact]
    public async Task Halves_are_tried_when_the_server_stopped_at_no_item()
    {
        var outcomes = await RunAsync("a1 a2 a-bad a3 a4", part => part.Contains("a-bad", StringComparer.Ordinal) ? -1 : null);

        Assert.Equal(["a1 a2 a-bad a3 a4", "a1 a2", "a-bad a3 a4", "a-bad", "a3 a4"], _attempts);
        Assert.Equal(["a:True:1:", "a:True:1:", "a:False:0:23505", "a:True:1:", "a:True:1:"], outcomes);
    }

    private static int? IndexOfBad(IReadOnlyList<string> part)
    {
        var index = part.ToList().FindIndex(item => item.EndsWith("bad", StringComparison.Ordinal));
        return index < 0 ? null : index;
    }

    /// <summary>Runs items named "tenant letter, rest"; <paramref name="refuse"/> answers the refused index, -1 for none in particular, null to commit.</summary>
    private async Task<string[]> RunAsync(string items, Func<IReadOnlyList<string>, int?> refuse)
    {
        var work = items.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => new TenantWork(TenantId.Parse(item[..1])).Add(item)).ToList();
        var names = work.Zip(items.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(pair => pair.First, pair => pair.Second);

        var outcomes = await ManySplit.RunAsync(
            work,
            part =>
            {
                string[] texts = [.. part.Select(item => names[item])];
                _attempts.Add(string.Join(' ', texts));
                return Task.FromResult(refuse(texts) is { } refused
                    ? new ManyAttempt(null, "23505", refused < 0 ? null : refused)
                    : new ManyAttempt([.. part.Select(item => new TenantOutcome(item.Tenant, true, 1, null))], null, null));
            },
            (count, sqlState) => _splits.Add((count, sqlState)));

        return [.. outcomes.Select(outcome => $"{outcome.Tenant}:{outcome.Succeeded}:{outcome.RowsAffected}:{outcome.SqlState}")];
    }
}
