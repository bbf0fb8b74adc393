using Microsoft.Extensions.DependencyInjection;
using NpgsqlTypes;

namespace Pulse.Tenancy.Tests;

/// <summary>What is refused before a connection is taken: the server of these tests does not exist.</summary>
public sealed class DatabaseTests : IDisposable
{
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private readonly ServiceProvider _provider = Build(options => options.OperatorConnectionString = "Host=nowhere;Username=op");

    private ITenantDatabase Tenants => _provider.GetRequiredService<ITenantDatabase>();

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task No_tenant_is_no_call()
    {
        var map = new BulkMap<int>("public", "t").Add("n", NpgsqlDbType.Integer, n => n);

        Assert.Throws<InvalidOperationException>(() => Tenants.CreateBatch(default));
        Assert.Throws<InvalidOperationException>(() => Tenants.CreateDataSource(default));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Tenants.OpenAsync(default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Tenants.RunAsync(default, (_, _) => Task.FromResult(0)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Tenants.BulkInsertAsync(default, map, []));
    }

    [Fact]
    public async Task Nothing_to_do_is_refused_or_done_without_a_server()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Tenants.ExecuteManyAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => Tenants.ExecuteManyAsync([new TenantWork(Acme).Add("SELECT 1"), new TenantWork(Acme)]));
        await Assert.ThrowsAsync<ArgumentException>(() => Tenants.ExecuteManyAsync([null!]));
        Assert.Empty(await Tenants.ExecuteManyAsync([]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Tenants.RunAsync<int>(Acme, null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Tenants.BulkInsertAsync<int>(Acme, new BulkMap<int>("public", "t"), null!));
        Assert.Equal(0, await Tenants.BulkInsertAsync(Acme, new BulkMap<int>("public", "t"), []));
    }

    [Fact]
    public async Task Rows_that_cannot_travel_are_refused_before_a_connection_is_taken() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Tenants.BulkInsertAsync(Acme, new BulkMap<int>("public", "t"), [1]));

    [Fact]
    public void Operators_need_a_grant_and_for_writing_a_login_of_its_own()
    {
        var operators = _provider.GetRequiredService<IOperatorDatabase>();
        var grant = new OperatorGrant("olga", "ticket 4711: silent", TimeSpan.FromMinutes(5));

        Assert.Throws<ArgumentNullException>(() => operators.CreateBatch(null!));
        Assert.NotNull(operators.CreateBatch(grant));
        Assert.Contains(
            "OperatorWriteConnectionString is not set", Assert.Throws<InvalidOperationException>(() => operators.CreateWriteBatch(grant)).Message, StringComparison.Ordinal);

        using var writing = Build(options =>
        {
            options.OperatorConnectionString = "Host=nowhere;Username=op";
            options.OperatorWriteConnectionString = "Host=nowhere;Username=opw";
        });
        Assert.NotNull(writing.GetRequiredService<IOperatorDatabase>().CreateWriteBatch(grant));
        Assert.Throws<ArgumentNullException>(() => writing.GetRequiredService<IOperatorDatabase>().CreateWriteBatch(null!));
    }

    [Fact]
    public void Operators_are_not_served_without_a_login()
    {
        using var provider = Build(_ => { });

        Assert.Contains(
            "OperatorConnectionString is not set", Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IOperatorDatabase>()).Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<PulseTenancyOptions> change)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IOperatorAccessRecorder, NoRecorder>();
        services.AddPulseTenancy(options =>
        {
            options.AppConnectionString = "Host=nowhere;Username=app";
            change(options);
        });
        return services.BuildServiceProvider();
    }

    private sealed class NoRecorder : IOperatorAccessRecorder
    {
        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
