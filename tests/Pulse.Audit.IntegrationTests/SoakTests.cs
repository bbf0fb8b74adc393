using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pulse.ReferenceHost.Development;

namespace Pulse.Audit.IntegrationTests;

/// <summary>A steady stream of events, sealed as it goes, over a server that is restarted twice. Has a cluster of its own.</summary>
public sealed class SoakTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine("/tmp", "pulse-test-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private readonly string _spill = Path.Combine("/tmp", "pulse-spill-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private PostgresCluster _cluster = null!;
    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        await StartServerAsync();
        _database = new AuditDatabase((user, password) => _cluster.ConnectionString(user, password, "postgres"), _cluster.SuperuserConnectionString("postgres"));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _cluster.StopAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_spill, recursive: true);
    }

    [Fact]
    public Task Twelve_seconds_at_a_thousand_events_a_second_with_two_restarts_lose_nothing() => RunAsync(TimeSpan.FromSeconds(12), rate: 1_000);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Ten_minutes_at_five_thousand_events_a_second_with_two_restarts_lose_nothing() => RunAsync(TimeSpan.FromMinutes(10), rate: 5_000);

    private async Task RunAsync(TimeSpan length, int rate)
    {
        using var signer = SealedTrail.NewSigner();
        using var host = await StartHostAsync(signer);
        var flow = WriteAsync(host.Services.GetRequiredService<IAuditWriter>(), length, rate);
        for (var restart = 0; restart < 2; restart++)
        {
            await Task.Delay(length / 3);
            await _cluster.StopAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(2));
            await StartServerAsync();
        }

        var written = await flow;
        await host.StopAsync();
        _database.Superuser.Clear();
        _database.Worker.Clear();

        var ledger = host.Services.GetRequiredService<AuditLedger>();
        Assert.Equal((long)(length.TotalSeconds * rate), written);
        Assert.Equal((written, written), (ledger.Offered, ledger.Stored));
        Assert.Equal((0, 0, 0, 0, 0), (ledger.Quarantined, ledger.Dropped, ledger.Damaged, ledger.Lost, ledger.Spilled));
        Assert.Equal(written, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));

        // What the host had no time to seal is sealed now, so that nothing but Ok is good enough.
        var sealer = new AuditSealer(_database.Worker, signer, new AuditSealingOptions { Origin = SealedTrail.Origin });
        while ((await sealer.SealAsync(CancellationToken.None)).HasMore)
        {
        }

        var found = await new AuditVerifier(PemEncoding.WriteString("PUBLIC KEY", signer.PublicKey.Span)).VerifyAsync(_database.Worker);
        Assert.Empty(found.Findings);
        Assert.Equal((AuditVerdict.Ok, written), (found.Verdict, found.Events));
    }

    private async Task<IHost> StartHostAsync(EcdsaAuditSigner signer)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPulseAudit(options =>
        {
            options.SpillFolder = _spill;
            options.DrainTimeout = TimeSpan.FromMinutes(2);
        }).UsePostgres(_ => _database.Writer).UseSealing(_ => _database.Worker, _ => signer, sealing => sealing.Origin = SealedTrail.Origin);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(3));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>As many as the rate asks for; a caller that was held up catches up.</summary>
    private static async Task<long> WriteAsync(IAuditWriter writer, TimeSpan length, int rate)
    {
        var started = TimeProvider.System.GetTimestamp();
        var all = (long)(length.TotalSeconds * rate);
        var written = 0L;
        while (written < all)
        {
            var due = Math.Min(all, (long)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * rate));
            for (; written < due; written++)
            {
                await writer.WriteAsync(new AuditEvent
                {
                    Type = "test.soak",
                    Class = AuditClass.Security,
                    Outcome = AuditOutcome.Success,
                    TenantId = "acme",
                    Actor = "device-" + (written % 1_000).ToString(CultureInfo.InvariantCulture),
                    Fields = [AuditField.Public("number", written)],
                });
            }

            await Task.Delay(10);
        }

        return written;
    }

    private async Task StartServerAsync() =>
        _cluster = await PostgresCluster.StartAsync(Path.Combine(_folder, "data"), _folder, "superuser", durable: false, CancellationToken.None);
}
