using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>The SQL of sealed mode on its own: contexts sealed here by hand, as the contract says.</summary>
[Collection(PostgresTests.Name)]
public sealed class SealedSqlTests(SealedSqlDatabase holder) : IClassFixture<SealedSqlDatabase>
{
    private static byte[] Secret => SealedSqlDatabase.Secret;

    private readonly TenantedDatabase _database = holder.Database;

    [Theory]
    [InlineData("acme", 10)]
    [InlineData("globex", 11)]
    public async Task A_sealed_context_enters_its_tenant(string tenant, long rows) => Assert.Equal(rows, await CountAsync(Sign("k-1", tenant)));

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public async Task The_seal_is_plain_HMAC_for_secrets_of_every_length(int length)
    {
        var secret = RandomNumberGenerator.GetBytes(length);
        var kid = string.Create(CultureInfo.InvariantCulture, $"length_{length}");
        await AddKeyAsync(kid, secret);

        Assert.Equal(10, await CountAsync(Sign(kid, "acme", secret)));
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        { "A32: no seal", "k-1.globex.9999999999.00" },
        { "a seal of zeros", "k-1.globex.9999999999." + new string('0', 64) },
        { "another tenant's seal", Sign("k-1", "acme").Replace("acme", "globex", StringComparison.Ordinal) },
        { "another expiry", Sign("k-1", "globex").Replace(".9", ".8", StringComparison.Ordinal) },
        { "an unknown key", Sign("k-2", "globex") },
        { "another secret", Sign("k-1", "globex", new byte[32]) },
        { "expired", Sign("k-1", "globex", expires: 1) },
        { "upper-case seal", Sign("k-1", "globex").ToUpperInvariant().Replace("K-1.GLOBEX", "k-1.globex", StringComparison.Ordinal) },
        { "a line break at the end", Sign("k-1", "globex") + "\n" },
        { "a space before", " " + Sign("k-1", "globex") },
        { "a tenant of no form", Sign("k-1", "Globex") },
        { "a tenant that ends in a hyphen", Sign("k-1", "globex-") },
        { "a key id of no form", Sign("k 1", "globex") },
        { "five parts", Sign("k-1", "acme.globex") },
        { "no parts", "globex" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A32_A_forged_context_is_refused(string forgery, string context)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => CountAsync(context));

        Assert.True(refusal.SqlState == "PT402", forgery);
        Assert.DoesNotContain(context, refusal.MessageText + refusal.Hint + refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Without_a_context_there_is_no_tenant(string? context) =>
        Assert.Equal("PT401", (await Assert.ThrowsAsync<PostgresException>(() => CountAsync(context))).SqlState);

    [Fact]
    public async Task Code_that_runs_statements_of_its_own_can_set_what_it_likes_and_gains_nothing()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => CountAsync(
            Sign("k-1", "acme"), "SET LOCAL app.tenant_id = 'globex'; SET LOCAL pulse.ctx = 'k-1.globex.9999999999.00'"));

        Assert.Equal("PT402", refusal.SqlState);
        Assert.Equal(10, await CountAsync(Sign("k-1", "acme"), "SET LOCAL app.tenant_id = 'globex'"));
    }

    [Fact]
    public async Task A_retired_key_seals_nothing_any_more_and_its_successor_does()
    {
        var next = RandomNumberGenerator.GetBytes(32);
        await AddKeyAsync("old", Secret);
        await AddKeyAsync("next", next);
        Assert.Equal(10, await CountAsync(Sign("old", "acme")));

        await holder.OwnerAsync(TenantSchema.RetireSealKey, "old");

        Assert.Equal("PT402", (await Assert.ThrowsAsync<PostgresException>(() => CountAsync(Sign("old", "acme")))).SqlState);
        Assert.Equal(10, await CountAsync(Sign("next", "acme", next)));
    }

    [Fact]
    public async Task A_key_id_never_changes_its_secret_and_a_short_secret_is_refused()
    {
        await AddKeyAsync("k-1", Secret);

        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(() => AddKeyAsync("k-1", new byte[32]))).SqlState);
        Assert.Equal("22023", (await Assert.ThrowsAsync<PostgresException>(() => AddKeyAsync("short", new byte[31]))).SqlState);
        Assert.Equal("23514", (await Assert.ThrowsAsync<PostgresException>(() => AddKeyAsync("k 1", new byte[32]))).SqlState);
    }

    [Theory]
    [InlineData("SELECT * FROM pulse.seal_key")]
    [InlineData("SELECT pulse.seal_key_add('mine', decode(repeat('00', 32), 'hex'), 'infinity')")]
    [InlineData("SELECT pulse.seal_key_retire('k-1')")]
    public async Task The_keys_are_out_of_a_tenants_reach(string sql) =>
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => CountAsync(Sign("k-1", "acme"), sql))).SqlState);

    [Fact]
    public async Task Bootstrap_and_sealing_again_keep_the_seal_and_the_keys()
    {
        await _database.AsSuperuserAsync(TenantSchema.Bootstrap(_database.Name));
        await _database.AsOwnerAsync(TenantSchema.Seal());

        Assert.Equal(10, await CountAsync(Sign("k-1", "acme")));
        Assert.Equal("PT401", (await Assert.ThrowsAsync<PostgresException>(() => CountAsync(null))).SqlState);
    }

    [Fact]
    public async Task Unsealing_goes_back_to_the_plain_setting_and_sealing_again_asks_for_a_key()
    {
        await _database.AsOwnerAsync(TenantSchema.Unseal());
        await _database.AsOwnerAsync(TenantSchema.Unseal());
        Assert.Equal(11, await CountAsync(null, "SET LOCAL app.tenant_id = 'globex'"));

        await _database.AsOwnerAsync(TenantSchema.Seal());
        Assert.Equal("PT402", (await Assert.ThrowsAsync<PostgresException>(() => CountAsync(Sign("k-1", "acme")))).SqlState);
        await AddKeyAsync("k-1", Secret);
    }

    [Fact]
    public void What_is_printed_holds_no_secret() =>
        Assert.DoesNotContain(Convert.ToHexString(Secret), TenantSchema.Seal(), StringComparison.OrdinalIgnoreCase);

    private static string Sign(string kid, string tenant, byte[]? secret = null, long expires = 9999999999)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"{kid}.{tenant}.{expires}");
        return $"{message}.{Convert.ToHexStringLower(HMACSHA256.HashData(secret ?? Secret, Encoding.ASCII.GetBytes(message)))}";
    }

    private Task AddKeyAsync(string kid, byte[] secret) => holder.AddKeyAsync(kid, secret);

    private async Task<long> CountAsync(string? context, string then = "SELECT 1")
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString("pulse_app_login") + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var enter = new NpgsqlCommand("SELECT set_config('role', 'pulse_app', true), set_config('pulse.ctx', $1, true)", connection))
        {
            enter.Parameters.Add(new NpgsqlParameter { Value = context ?? string.Empty });
            await enter.ExecuteNonQueryAsync();
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in then.Split(';').Append("SELECT count(*) FROM public.devices"))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        await using var reader = await batch.ExecuteReaderAsync();
        var count = 0L;
        do
        {
            while (await reader.ReadAsync())
            {
                count = reader.GetValue(0) is long number ? number : 0;
            }
        }
        while (await reader.NextResultAsync());
        return count;
    }
}
