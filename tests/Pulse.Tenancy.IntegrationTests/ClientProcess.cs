using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>
/// This assembly as a program: a client of its own process, to be killed. Writes for many tenants without end, one flush
/// after the other, each flush with a number of its own, and prints a line before the first.
/// </summary>
internal static class ClientProcess
{
    public const int TenantsPerFlush = 40;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var connectionString])
        {
            await Console.Error.WriteLineAsync("Usage: Pulse.Tenancy.IntegrationTests CONNECTION-STRING (the tests start it)");
            return 2;
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseTenancy(options => options.AppConnectionString = connectionString);
        await using var provider = services.BuildServiceProvider();
        var tenants = provider.GetRequiredService<ITenantDatabase>();
        await tenants.CreateBatch(TenantId.Parse("t0")).Add("SELECT 1").ExecuteAsync();
        await Console.Out.WriteLineAsync("ready");
        for (var flush = 0; ; flush++)
        {
            await tenants.ExecuteManyAsync(Flush(flush));
        }
    }

    /// <summary>One row for each tenant, all with the flush's number; the middle one takes its time.</summary>
    public static IReadOnlyList<TenantWork> Flush(int number) =>
    [
        .. Enumerable.Range(0, TenantsPerFlush).Select(n => new TenantWork(TenantId.Parse($"t{n}"))
            .Add("INSERT INTO flushes (flush) SELECT $1 FROM pg_sleep($2)", number, n == TenantsPerFlush / 2 ? 0.05 : 0)),
    ];
}
