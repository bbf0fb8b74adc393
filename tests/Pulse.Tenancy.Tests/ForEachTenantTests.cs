using System.Data.Common;

namespace Pulse.Tenancy.Tests;

public sealed class ForEachTenantTests
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly TenantId B = TenantId.Parse("b");
    private readonly Database _database = new();

    [Fact]
    public async Task Answers_a_result_per_tenant_and_passes_the_options_on()
    {
        var options = new TenantRunOptions();
        _database.Run = tenant => tenant == A ? throw new FormatException() : Task.CompletedTask;

        var results = await _database.ForEachTenantAsync([A, B], (_, _) => Task.CompletedTask, options);

        Assert.Equal([A, B], results.Select(result => result.Tenant));
        Assert.IsType<FormatException>(results[0].Error);
        Assert.Null(results[1].Error);
        Assert.All(_database.Options, used => Assert.Same(options, used));
    }

    [Fact]
    public async Task Runs_the_work_of_each_tenant_and_answers_what_it_threw()
    {
        var turns = 0;
        var results = await _database.ForEachTenantAsync([A, B], async (_, _) =>
        {
            await Task.Yield();
            if (++turns == 1)
            {
                throw new FormatException();
            }
        });

        Assert.Equal(2, turns);
        Assert.IsType<FormatException>(results[0].Error);
        Assert.Null(results[1].Error);
    }

    [Fact]
    public async Task Ends_when_it_is_cancelled()
    {
        using var leave = new CancellationTokenSource();
        _database.Run = async tenant =>
        {
            await leave.CancelAsync();
            leave.Token.ThrowIfCancellationRequested();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.ForEachTenantAsync([A, B], (_, _) => Task.CompletedTask, null, leave.Token));

        Assert.Single(_database.Options);
    }

    [Fact]
    public async Task Begins_no_turn_after_it_was_cancelled()
    {
        using var leave = new CancellationTokenSource();
        _database.Run = _ => leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.ForEachTenantAsync([A, B], (_, _) => Task.CompletedTask, null, leave.Token));

        Assert.Single(_database.Options);
    }

    [Fact]
    public async Task Refuses_no_tenant_and_no_work()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.ForEachTenantAsync([default], (_, _) => Task.CompletedTask));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _database.ForEachTenantAsync(null!, (_, _) => Task.CompletedTask));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _database.ForEachTenantAsync([A], null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => TenantDatabaseExtensions.ForEachTenantAsync(null!, [A], (_, _) => Task.CompletedTask));
        Assert.Empty(_database.Options);
    }

    private sealed class Database : ITenantDatabase
    {
        public List<TenantRunOptions?> Options { get; } = [];

        public Func<TenantId, Task> Run { get; set; } = _ => Task.CompletedTask;

        public async Task<T> RunAsync<T>(
            TenantId tenant, Func<TenantScope, CancellationToken, Task<T>> work, TenantRunOptions? options = null, CancellationToken cancellationToken = default)
        {
            Options.Add(options);
            await Run(tenant);
            return await work(null!, cancellationToken);
        }

        public TenantBatch CreateBatch(TenantId tenant) => throw new NotSupportedException();

        public ValueTask<TenantScope> OpenAsync(TenantId tenant, TenantScopeOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<TenantOutcome>> ExecuteManyAsync(IReadOnlyList<TenantWork> work, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<int> BulkInsertAsync<T>(TenantId tenant, BulkMap<T> map, IReadOnlyList<T> rows, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public DbDataSource CreateDataSource(TenantId tenant) => throw new NotSupportedException();
    }
}
