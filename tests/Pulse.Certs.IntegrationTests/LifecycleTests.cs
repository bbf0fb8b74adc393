using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Certs.IntegrationTests;

/// <summary>Hold, release and rotate over a real store.</summary>
[Collection(PostgresTests.Name)]
public class LifecycleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DeviceSubject Device = DeviceSubject.TryCreate("acme", "pump-1", out var device) ? device : default;

    private CertsDatabase _database = null!;
    private IServiceProvider _services = null!;

    private IDeviceCertificateAuthority Authority => _services.GetRequiredService<IDeviceCertificateAuthority>();

    private IRevocationView View => _services.GetRequiredService<IRevocationView>();

    public async Task InitializeAsync()
    {
        _database = await CertsDatabase.CreateAsync(postgres);
        _services = await _database.StartAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Appends_every_change_and_counts_the_last()
    {
        var issued = await IssueAsync();
        var since = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        await Authority.HoldAsync(Device, issued.SerialNumber);
        await Authority.ReleaseAsync(Device, issued.SerialNumber);
        Assert.False((await _database.StartAsync()).GetRequiredService<IRevocationView>().IsRevoked(issued.SerialNumber));
        await Authority.HoldAsync(Device, issued.SerialNumber);
        Assert.True(Assert.Single(await Authority.ListActiveAsync(Device)).IsHeld);
        await Authority.RevokeAsync(Device, issued.SerialNumber, RevocationReason.Superseded);
        var raised = await Authority.RevokeAsync(Device, issued.SerialNumber, RevocationReason.KeyCompromise, since);
        var again = await Authority.RevokeAsync(Device, issued.SerialNumber, RevocationReason.Superseded);

        Assert.Equal(RevokeOutcome.ReasonRaised, raised.Outcome);
        Assert.Equal(RevokeOutcome.AlreadyRevoked, again.Outcome);
        Assert.Equal((RevocationReason.KeyCompromise, since), (again.Reason, again.InvalidSince));
        Assert.Equal([6, 8, 6, 4, 1], await ReasonsAsync());
        Assert.True((await _database.StartAsync()).GetRequiredService<IRevocationView>().IsRevoked(issued.SerialNumber));
    }

    [Fact]
    public async Task Leaves_no_role_the_right_to_alter_or_delete_a_revocation()
    {
        var issued = await IssueAsync();
        await Authority.RevokeAsync(Device, issued.SerialNumber, RevocationReason.Superseded);

        foreach (var attempt in new[]
        {
            "UPDATE pulse_certs.revocation SET reason = 8", "DELETE FROM pulse_certs.revocation", "TRUNCATE pulse_certs.revocation",
            "UPDATE pulse_certs.rotation SET revoke_after = now()", "DELETE FROM pulse_certs.rotation",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => CertsDatabase.ExecuteAsync(_database.Worker, attempt));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task Applies_holds_and_releases_of_many_at_once_one_after_the_other()
    {
        var issued = await IssueAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(number => number % 2 == 0
            ? Authority.HoldAsync(Device, issued.SerialNumber).AsTask()
            : Authority.ReleaseAsync(Device, issued.SerialNumber).AsTask()));

        var reasons = await ReasonsAsync();
        Assert.Equal(Enumerable.Range(0, reasons.Count).Select(number => number % 2 == 0 ? 6 : 8), reasons);
        Assert.Equal(reasons.Count, results.Count(result => result.Outcome is RevokeOutcome.Held or RevokeOutcome.Released));
        Assert.Equal(reasons[^1] == 6, View.IsRevoked(issued.SerialNumber));
    }

    [Fact]
    public async Task Rotates_with_a_stored_overlap_that_ends_when_the_successor_is_seen()
    {
        var replica = await _database.StartAsync(options => options.RotationCheck = TimeSpan.FromSeconds(1));
        var current = await IssueAsync();
        var csr = Csr();
        var successor = await RotateAsync(current, csr);
        Assert.Equal(successor.SerialNumber, (await RotateAsync(current, csr)).SerialNumber);
        Assert.Equal(1, await _database.CountAsync("rotation"));

        // The device connects to another replica than the one that issued.
        replica.GetRequiredService<ICertificateSightings>().Seen(successor.SerialNumber);

        await UntilAsync(() => replica.GetRequiredService<IRevocationView>().IsRevoked(current.SerialNumber));
        Assert.Equal([4], await ReasonsAsync());
        Assert.Equal(successor.SerialNumber, Assert.Single(await Authority.ListActiveAsync(Device)).SerialNumber);
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM pulse_certs.rotation WHERE ended_at IS NOT NULL"));
    }

    [Fact]
    public async Task Ends_an_overlap_whose_time_came_while_no_host_ran()
    {
        var current = await IssueAsync();
        await RotateAsync(current, Csr());
        await CertsDatabase.ExecuteAsync(_database.Superuser, "UPDATE pulse_certs.rotation SET revoke_after = now() - interval '1 day'");

        var restarted = await _database.StartAsync();

        await UntilAsync(() => restarted.GetRequiredService<IRevocationView>().IsRevoked(current.SerialNumber));
    }

    [Fact]
    public async Task Ends_an_overlap_without_a_revocation_when_the_older_certificate_expired()
    {
        var current = await IssueAsync();
        await RotateAsync(current, Csr());
        await CertsDatabase.ExecuteAsync(
            _database.Superuser, "UPDATE pulse_certs.rotation SET revoke_after = now() - interval '1 day', not_after = now() - interval '2 days'");

        await _database.StartAsync();

        await UntilAsync(async () => await CountAsync("SELECT count(*) FROM pulse_certs.rotation WHERE ended_at IS NOT NULL") == 1);
        Assert.Empty(await ReasonsAsync());
    }

    [Fact]
    public async Task Replaces_a_lost_successor_and_ends_the_chain_behind_a_rotation()
    {
        var first = await IssueAsync();
        var lost = await RotateAsync(first, Csr());
        var second = await RotateAsync(first, Csr());
        Assert.True(View.IsRevoked(lost.SerialNumber));
        Assert.False(View.IsRevoked(first.SerialNumber));

        var third = await RotateAsync(second, Csr());

        Assert.True(View.IsRevoked(first.SerialNumber));
        Assert.Equal(
            [second.SerialNumber, third.SerialNumber], (await Authority.ListActiveAsync(Device)).Select(certificate => certificate.SerialNumber));
        Assert.True((await _services.GetRequiredService<IIssuanceLog>().VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Carries_the_first_form_of_the_tables_over()
    {
        await using var first = await CertsDatabase.CreateAsync(postgres, FirstSchema.Revocation);

        var view = (await first.StartAsync()).GetRequiredService<IRevocationView>();

        Assert.True(view.IsRevoked("4abc"));
        await CertsDatabase.ExecuteAsync(
            first.Worker,
            """
            INSERT INTO pulse_certs.revocation (issuer, serial, revision, reason, revoked_at, not_after, key_sha256)
            VALUES ('\x01', '\x4abc', 2, 8, now(), now(), '\x02')
            """);
        Assert.Equal(2, await first.CountAsync("revocation"));
    }

    private static byte[] Csr() =>
        new CertificateRequest("CN=x", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256).CreateSigningRequest();

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<IssuedCertificate> IssueAsync()
    {
        var result = await Authority.IssueAsync(Device, Csr());
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }

    private async Task<IssuedCertificate> RotateAsync(IssuedCertificate current, byte[] csr)
    {
        var result = await Authority.RotateAsync(Device, current.SerialNumber, csr);
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }

    private async Task<List<int>> ReasonsAsync()
    {
        await using var command = _database.Superuser.CreateCommand("SELECT reason FROM pulse_certs.revocation ORDER BY serial, revision");
        await using var reader = await command.ExecuteReaderAsync();
        var reasons = new List<int>();
        while (await reader.ReadAsync())
        {
            reasons.Add(reader.GetInt16(0));
        }

        return reasons;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.Superuser.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
