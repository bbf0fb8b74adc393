using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Certs.IntegrationTests;

[Collection(PostgresTests.Name)]
public class PostgresStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CertsDatabase _database = null!;
    private IServiceProvider _services = null!;

    private IDeviceCertificateAuthority Authority => _services.GetRequiredService<IDeviceCertificateAuthority>();

    private IRevocationView View => _services.GetRequiredService<IRevocationView>();

    private IIssuanceLog Log => _services.GetRequiredService<IIssuanceLog>();

    public async Task InitializeAsync()
    {
        _database = await CertsDatabase.CreateAsync(postgres);
        _services = await _database.StartAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Stores_the_certificate_and_its_log_row_and_lists_it()
    {
        var issued = await IssueAsync(Device("a"));

        var listed = Assert.Single(await Authority.ListActiveAsync(Device("a")));
        Assert.Equal(issued.Der.ToArray(), listed.Der.ToArray());
        Assert.Equal(1, await _database.CountAsync("certificate"));
        Assert.Equal(1, await _database.CountAsync("issuance_log"));
        Assert.Empty(await Authority.ListActiveAsync(Device("b")));
    }

    [Fact]
    public async Task Stores_a_server_certificate()
    {
        var result = await Authority.IssueServerAsync(new ServerNames(["mqtt.example.org"], []), Csr());
        Assert.True(result.Succeeded, result.Refusal.ToString());

        var again = await Authority.IssueServerAsync(new ServerNames(["mqtt.example.org"], []), Csr());
        Assert.True(again.Succeeded, again.Refusal.ToString());
        Assert.Equal(2, (await Log.VerifyAsync()).Sequence);
    }

    [Fact]
    public async Task Shows_a_revocation_in_the_view_before_it_returns()
    {
        var issued = await IssueAsync(Device("a"));
        Assert.True(View.IsFresh);
        Assert.False(View.IsRevoked(issued.SerialNumber));
        var validator = _services.GetRequiredService<DeviceCertificateValidator>();
        Assert.True(validator.Validate(issued.Der, []).IsValid);

        var result = await Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.PrivilegeWithdrawn);

        Assert.True(View.IsRevoked(issued.SerialNumber));
        Assert.Equal(CertificateRefusal.Revoked, validator.Validate(issued.Der, []).Refusal);
        Assert.Equal(RevokeOutcome.Revoked, result.Outcome);
        Assert.Empty(await Authority.ListActiveAsync(Device("a")));
    }

    [Fact]
    public async Task Revokes_twice_with_one_result()
    {
        var issued = await IssueAsync(Device("a"));

        var first = await Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.Superseded);
        var second = await Authority.RevokeAsync(Device("a"), issued.SerialNumber.ToUpperInvariant(), RevocationReason.PrivilegeWithdrawn);

        Assert.Equal(RevokeOutcome.AlreadyRevoked, second.Outcome);
        Assert.True(second.Succeeded);
        Assert.Equal(first.RevokedAt, second.RevokedAt);
        Assert.Equal(RevocationReason.Superseded, second.Reason);
        Assert.Equal(1, await _database.CountAsync("revocation"));
    }

    [Fact]
    public async Task Revokes_once_when_asked_by_many_at_once()
    {
        var issued = await IssueAsync(Device("a"));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.Superseded).AsTask()));

        Assert.Single(results, result => result.Outcome == RevokeOutcome.Revoked);
        Assert.All(results, result => Assert.True(result.Succeeded));
        Assert.Single(results.Select(result => result.RevokedAt).Distinct());
    }

    [Fact]
    public async Task Does_not_find_anothers_certificate()
    {
        var issued = await IssueAsync(Device("a"));

        var other = await Authority.RevokeAsync(Device("b"), issued.SerialNumber, RevocationReason.Superseded);
        Assert.True(DeviceSubject.TryCreate("other", "a", out var foreign));
        var tenant = await Authority.RevokeAsync(foreign, issued.SerialNumber, RevocationReason.Superseded);

        Assert.Equal(RevokeOutcome.NotFound, other.Outcome);
        Assert.Equal(RevokeOutcome.NotFound, tenant.Outcome);
        Assert.False(View.IsRevoked(issued.SerialNumber));
        Assert.Equal(0, await _database.CountAsync("revocation"));
    }

    [Fact]
    public async Task Keeps_the_revocation_and_the_owner_of_the_key_when_everything_about_the_device_is_deleted()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = await IssueAsync(Device("a"), Csr(key));
        await Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.CessationOfOperation);

        await CertsDatabase.ExecuteAsync(_database.Superuser, "DELETE FROM pulse_certs.certificate WHERE tenant_id = 'acme' AND device_id = 'a'");

        var restarted = await _database.StartAsync();
        Assert.True(restarted.GetRequiredService<IRevocationView>().IsRevoked(issued.SerialNumber));
        Assert.Equal(
            CertificateRefusal.Revoked, restarted.GetRequiredService<DeviceCertificateValidator>().Validate(issued.Der, []).Refusal);
        var reuse = await Authority.IssueAsync(Device("b"), Csr(key));
        Assert.Equal(IssueRefusal.KeyOfOtherDevice, reuse.Refusal);
        var again = await Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.CessationOfOperation);
        Assert.Equal(RevokeOutcome.AlreadyRevoked, again.Outcome);
    }

    [Theory]
    [InlineData("DELETE FROM pulse_certs.revocation")]
    [InlineData("UPDATE pulse_certs.revocation SET reason = 0")]
    [InlineData("TRUNCATE pulse_certs.revocation")]
    [InlineData("DELETE FROM pulse_certs.issuance_log")]
    [InlineData("UPDATE pulse_certs.issuance_log SET device_id = 'x'")]
    [InlineData("DELETE FROM pulse_certs.certificate")]
    [InlineData("UPDATE pulse_certs.certificate SET device_id = 'x'")]
    [InlineData("DELETE FROM pulse_certs.issuance_head")]
    [InlineData("INSERT INTO pulse_certs.issuance_head (only_row, sequence, hash) VALUES (true, 1, '')")]
    public async Task Lets_the_worker_change_no_record(string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => CertsDatabase.ExecuteAsync(_database.Worker, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task Shows_the_owner_and_other_roles_nothing()
    {
        await IssueAsync(Device("a"));

        await using var connection = await _database.Superuser.OpenConnectionAsync();
        await using var owner = new NpgsqlCommand("SET ROLE pulse_owner; SELECT count(*) FROM pulse_certs.certificate", connection);
        Assert.Equal(0L, await owner.ExecuteScalarAsync());
        await using var delete = new NpgsqlCommand("DELETE FROM pulse_certs.certificate", connection);
        Assert.Equal(0, await delete.ExecuteNonQueryAsync());
        Assert.Equal(1, await _database.CountAsync("certificate"));
    }

    [Fact]
    public async Task Holds_the_number_of_live_certificates_against_concurrent_issues()
    {
        var csrs = Enumerable.Range(0, 12).Select(_ => Csr()).ToList();

        var results = await Task.WhenAll(csrs.Select(csr => Authority.IssueAsync(Device("a"), csr).AsTask()));

        Assert.Equal(2, results.Count(result => result.Succeeded));
        Assert.Equal(10, results.Count(result => result.Refusal == IssueRefusal.TooManyActive));
        Assert.Equal(2, await _database.CountAsync("certificate"));
        Assert.Equal(new IssuanceLogVerdict(IssuanceLogState.Intact, 2), await Log.VerifyAsync());
    }

    [Fact]
    public async Task Gives_a_key_to_one_of_many_devices_that_bring_it_at_once()
    {
        var csr = Csr();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Authority.IssueAsync(Device($"d{number}"), csr).AsTask()));

        Assert.Single(results, result => result.Succeeded);
        Assert.Equal(7, results.Count(result => result.Refusal == IssueRefusal.KeyOfOtherDevice));
    }

    [Fact]
    public async Task Refuses_a_compromised_key_for_ever()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = await IssueAsync(Device("a"), Csr(key));
        await Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.KeyCompromise);

        Assert.Equal(IssueRefusal.KeyCompromised, (await Authority.IssueAsync(Device("a"), Csr(key))).Refusal);
    }

    [Fact]
    public async Task Stores_no_certificate_without_its_log_row()
    {
        await using var blocker = await _database.Superuser.OpenConnectionAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var block = new NpgsqlCommand("LOCK TABLE pulse_certs.issuance_log IN EXCLUSIVE MODE", blocker, transaction))
        {
            await block.ExecuteNonQueryAsync();
        }

        // The certificate is inserted and its log row waits for the lock; then the connection dies between the two.
        var issuing = Authority.IssueAsync(Device("a"), Csr()).AsTask();
        await KillWaitingBackendAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => issuing);
        await transaction.RollbackAsync();

        Assert.Equal(0, await _database.CountAsync("certificate"));
        Assert.Equal(0, await _database.CountAsync("issuance_log"));
        await IssueAsync(Device("a"));
        Assert.Equal(new IssuanceLogVerdict(IssuanceLogState.Intact, 1), await Log.VerifyAsync());
    }

    [Theory]
    [InlineData("UPDATE pulse_certs.issuance_log SET device_id = 'z' WHERE sequence = 2", IssuanceLogState.RowAltered, 2)]
    [InlineData("UPDATE pulse_certs.issuance_log SET not_after = not_after + interval '1 day' WHERE sequence = 3", IssuanceLogState.RowAltered, 3)]
    [InlineData("UPDATE pulse_certs.issuance_log SET tenant_id = NULL, device_id = NULL WHERE sequence = 1", IssuanceLogState.RowAltered, 1)]
    [InlineData("UPDATE pulse_certs.issuance_log SET hash = sha256('x') WHERE sequence = 2", IssuanceLogState.RowAltered, 2)]
    [InlineData("DELETE FROM pulse_certs.issuance_log WHERE sequence = 2", IssuanceLogState.RowMissing, 3)]
    [InlineData("DELETE FROM pulse_certs.issuance_log WHERE sequence = 3", IssuanceLogState.HeadMismatch, 2)]
    [InlineData("UPDATE pulse_certs.issuance_head SET hash = sha256('x')", IssuanceLogState.HeadMismatch, 3)]
    [InlineData("UPDATE pulse_certs.certificate SET der = 'x' WHERE device_id = 'd2'", IssuanceLogState.CertificateUnlogged, 3)]
    [InlineData("UPDATE pulse_certs.certificate SET serial = 'x' WHERE device_id = 'd2'", IssuanceLogState.CertificateUnlogged, 3)]
    public async Task Detects_an_edited_log(string edit, IssuanceLogState state, long sequence)
    {
        for (var number = 1; number <= 3; number++)
        {
            await IssueAsync(Device($"d{number}"));
        }

        Assert.Equal(new IssuanceLogVerdict(IssuanceLogState.Intact, 3), await Log.VerifyAsync());
        await CertsDatabase.ExecuteAsync(_database.Superuser, edit);

        Assert.Equal(new IssuanceLogVerdict(state, sequence), await Log.VerifyAsync());
    }

    [Fact]
    public async Task Learns_of_a_revocation_of_another_replica()
    {
        var replica = await _database.StartAsync(options => options.RevocationRefresh = TimeSpan.FromSeconds(1));
        var issued = await IssueAsync(Device("a"));
        await Authority.RevokeAsync(Device("a"), issued.SerialNumber, RevocationReason.Superseded);
        var view = replica.GetRequiredService<IRevocationView>();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!view.IsRevoked(issued.SerialNumber))
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private static DeviceSubject Device(string device)
    {
        Assert.True(DeviceSubject.TryCreate("acme", device, out var subject));
        return subject;
    }

    private static byte[] Csr(ECDsa? key = null) =>
        new CertificateRequest("CN=x", key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256).CreateSigningRequest();

    private async Task<IssuedCertificate> IssueAsync(DeviceSubject device, byte[]? csr = null)
    {
        var result = await Authority.IssueAsync(device, csr ?? Csr());
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }

    private async Task KillWaitingBackendAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            await using var kill = _database.Superuser.CreateCommand("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO pulse_certs.issuance_log%'
                """);
            if (await kill.ExecuteScalarAsync(limit.Token) is > 0L)
            {
                return;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
