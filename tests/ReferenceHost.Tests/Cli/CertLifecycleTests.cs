using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Npgsql;
using Pulse.ReferenceHost.Cli;
using Pulse.ReferenceHost.Data;
using Pulse.TestKit;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>The commands that change certificates, over the host's own schema and a CA that <c>ca init</c> made.</summary>
public sealed class CertLifecycleTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly string[] Pump = ["--tenant", "acme", "--device", "pump-1"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-cert-");
    private string _database = null!;

    private string Worker => postgres.ConnectionString("pulse_worker_login", "secret", _database) + ";Pooling=false;Options=-c role=pulse_worker";

    private string Audit => postgres.ConnectionString("pulse_audit_login", "secret", _database) + ";Pooling=false;Options=-c role=pulse_audit_writer";

    private string[] Databases => ["--connection", Worker, "--audit-connection", Audit];

    private string[] Authority => ["--ca", PathOf("ca"), "--password-file", PathOf("password"), .. Databases];

    public async Task InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(HostSchema.Bootstrap(_database) + "ALTER ROLE pulse_worker_login PASSWORD 'secret'; ALTER ROLE pulse_audit_login PASSWORD 'secret'");
        foreach (var migration in HostSchema.Migrations())
        {
            await ExecuteAsync("SET ROLE pulse_owner;\n" + migration);
        }

        await ExecuteAsync(
            """
            INSERT INTO public.tenant (tenant_id, name) VALUES ('acme', 'Acme');
            INSERT INTO public.device (tenant_id, device_id, mqtt_username) VALUES ('acme', 'pump-1', 'acme:pump-1');
            """);
        await File.WriteAllTextAsync(PathOf("password"), "correct horse battery\n");
        await CaCommands.RunAsync(["init", "--out", PathOf("ca"), "--password-file", PathOf("password")], TextWriter.Null, CancellationToken.None);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_certificate_is_issued_rotated_held_released_and_revoked()
    {
        var (issuedCode, issued) = await RunAsync(["issue", .. Pump, "--csr", WriteRequest("first"), .. Authority]);
        var serial = issued.GetProperty("serial").GetString()!;
        using var certificate = X509Certificate2.CreateFromPem(issued.GetProperty("certificate").GetString());
        Assert.Equal((0, true, "CN=acme:pump-1"), (issuedCode, issued.GetProperty("ok").GetBoolean(), certificate.Subject));
        Assert.Equal(certificate.SerialNumber, serial, ignoreCase: true);

        var (rotatedCode, rotated) = await RunAsync(["rotate", "--serial", serial, .. Pump, "--csr", WriteRequest("second"), .. Authority]);
        Assert.Equal(0, rotatedCode);
        Assert.NotEqual(serial, rotated.GetProperty("serial").GetString());

        // From here on without the CA: revoking needs no key.
        string[] which = ["--serial", serial, .. Pump, .. Databases];
        Assert.Equal((0, "Held", "CertificateHold"), await ChangeAsync(["hold", .. which]));
        Assert.Equal((0, "Released", null), await ChangeAsync(["release", .. which]));
        Assert.Equal((0, "Revoked", "KeyCompromise"), await ChangeAsync(["revoke", .. which, "--reason", "keyCompromise", "--invalid-since", "2026-01-01T00:00:00Z"]));
        Assert.Equal((0, "AlreadyRevoked", "KeyCompromise"), await ChangeAsync(["revoke", .. which]));
        Assert.Equal((1, "AlreadyRevoked", "KeyCompromise"), await ChangeAsync(["release", .. which]));
    }

    [Fact]
    public async Task A_new_key_is_written_for_its_owner_alone_and_fits_the_certificate()
    {
        var (_, issued) = await RunAsync(["issue", .. Pump, "--new-key", PathOf("device.key"), .. Authority]);

        var key = await File.ReadAllTextAsync(PathOf("device.key"));
        using var certificate = X509Certificate2.CreateFromPem(issued.GetProperty("certificate").GetString(), key);
        Assert.True(certificate.HasPrivateKey);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("device.key")));

        var (_, rotated) = await RunAsync(
            ["rotate", "--serial", issued.GetProperty("serial").GetString()!, .. Pump, "--new-key", PathOf("next.key"), .. Authority]);
        var nextKey = await File.ReadAllTextAsync(PathOf("next.key"));
        using var next = X509Certificate2.CreateFromPem(rotated.GetProperty("certificate").GetString(), nextKey);
        Assert.True(next.HasPrivateKey);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_reason_and_ends_with_1()
    {
        string[] unknown = ["--tenant", "acme", "--device", "pump-2"];
        var (code, device) = await RunAsync(["issue", .. unknown, "--csr", WriteRequest("a"), .. Authority]);
        Assert.Equal((1, "DeviceNotRegistered"), (code, device.GetProperty("reason").GetString()));

        var (_, first) = await RunAsync(["rotate", "--serial", "01", .. Pump, "--csr", WriteRequest("b"), .. Authority]);
        Assert.Equal("CurrentNotFound", first.GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("certificate").ValueKind);

        var (keyedCode, keyed) = await RunAsync(["rotate", "--serial", "01", .. Pump, "--new-key", PathOf("none.key"), .. Authority]);
        Assert.Equal((1, "CurrentNotFound"), (keyedCode, keyed.GetProperty("reason").GetString()));
        Assert.False(File.Exists(PathOf("none.key")));

        Assert.Equal((1, "NotFound", null), await ChangeAsync(["revoke", "--serial", "01", .. Pump, .. Databases]));
    }

    [Fact]
    public async Task A_CA_that_does_not_open_is_told_in_words_without_its_password()
    {
        await File.WriteAllTextAsync(PathOf("wrong"), "incorrect horse\n");

        var refusal = await Assert.ThrowsAsync<UsageException>(() => RunAsync(
            ["issue", .. Pump, "--csr", WriteRequest("x"), "--ca", PathOf("ca"), "--password-file", PathOf("wrong"), .. Databases]));

        Assert.Contains("The device CA cannot be loaded: The authority's key cannot be opened", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("incorrect horse", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_changes_a_certificate_is_in_the_audit_trail_and_first_of_all_with_what_gives_access()
    {
        var (_, issued) = await RunAsync(["issue", .. Pump, "--csr", WriteRequest("a"), .. Authority]);
        string[] which = ["--serial", issued.GetProperty("serial").GetString()!, .. Pump, .. Databases];
        await ChangeAsync(["hold", .. which]);
        await ChangeAsync(["release", .. which]);
        await ChangeAsync(["revoke", .. which, "--reason", "superseded"]);
        await ChangeAsync(["release", .. which]);

        Assert.True(issued.GetProperty("audited").GetBoolean());
        Assert.Equal(
            [
                "certificate.command cert issue", "certificate.issued ", "certificate.held CertificateHold",
                "certificate.command cert release", "certificate.released ", "certificate.revoked Superseded",
                // A repeated revocation is told again: whoever told of the first may have died before.
                "certificate.command cert release", "certificate.revoked Superseded", "certificate.command.refused AlreadyRevoked",
            ],
            await ListAuditAsync());
    }

    [Fact]
    public async Task Without_the_audit_trail_nothing_gives_access_and_nothing_keeps_from_taking_it_away()
    {
        var (_, issued) = await RunAsync(["issue", .. Pump, "--csr", WriteRequest("a"), .. Authority]);
        string[] which = ["--serial", issued.GetProperty("serial").GetString()!, .. Pump, .. Databases];
        await ExecuteAsync("ALTER ROLE pulse_audit_login NOLOGIN");

        var (heldCode, held) = await RunAsync(["hold", .. which]);
        var release = await Assert.ThrowsAsync<UsageException>(() => RunAsync(["release", .. which]));
        var issue = await Assert.ThrowsAsync<UsageException>(() => RunAsync(["issue", .. Pump, "--csr", WriteRequest("b"), .. Authority]));
        var (revokedCode, revoked) = await RunAsync(["revoke", .. which]);

        Assert.Contains("cert release: the audit trail cannot be written, so nothing was done", release.Message, StringComparison.Ordinal);
        Assert.Contains("cert issue: the audit trail cannot be written, so nothing was done", issue.Message, StringComparison.Ordinal);
        Assert.Equal((0, "Held", false), (heldCode, held.GetProperty("outcome").GetString(), held.GetProperty("audited").GetBoolean()));
        Assert.Equal((0, "Revoked", false), (revokedCode, revoked.GetProperty("outcome").GetString(), revoked.GetProperty("audited").GetBoolean()));
        Assert.Equal(1L, await ScalarAsync("SELECT count(*) FROM pulse_certs.certificate"));
    }

    private async Task<IReadOnlyList<string>> ListAuditAsync()
    {
        await using var source = NpgsqlDataSource.Create(postgres.SuperuserConnectionString(_database) + ";Pooling=false");
        await using var command = source.CreateCommand(
            "SELECT type || ' ' || coalesce(reason, convert_from(record, 'UTF8')::json #>> '{public,command}', ''), actor FROM pulse_audit.event ORDER BY occurred_at, seq");
        await using var reader = await command.ExecuteReaderAsync();
        var seen = new List<string>();
        while (await reader.ReadAsync())
        {
            Assert.Equal("os:" + Environment.UserName, reader.GetString(1));
            seen.Add(reader.GetString(0));
        }

        return seen;
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.SuperuserConnectionString(_database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<(int ExitCode, JsonElement Line)> RunAsync(string[] words)
    {
        using var output = new StringWriter();
        var exitCode = await CertCommands.RunAsync(words, TextReader.Null, output, CancellationToken.None);
        return (exitCode, JsonDocument.Parse(output.ToString()).RootElement);
    }

    private static async Task<(int ExitCode, string? Outcome, string? Reason)> ChangeAsync(string[] words)
    {
        var (exitCode, line) = await RunAsync(words);
        return (exitCode, line.GetProperty("outcome").GetString(), line.GetProperty("reason").GetString());
    }

    private string WriteRequest(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(PathOf(name), new CertificateRequest("CN=whoever", key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
        return PathOf(name);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.SuperuserConnectionString(_database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
