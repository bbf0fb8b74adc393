using Npgsql;
using NpgsqlTypes;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class BulkInsertTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private static readonly BulkMap<Reading> Map = new BulkMap<Reading>("public", "readings")
        .Add("device", NpgsqlDbType.Text, row => row.Device)
        .Add("at", NpgsqlDbType.TimestampTz, row => row.At)
        .Add("value", NpgsqlDbType.Double, row => row.Value)
        .Add("raw", NpgsqlDbType.Bytea, row => row.Raw)
        .Add("payload", NpgsqlDbType.Jsonb, row => row.Payload);

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Inserts_every_column_of_every_row_into_the_tenants_share()
    {
        await CreateTableAsync();
        var rows = Enumerable.Range(0, 2000)
            .Select(n => new Reading($"d{n}", Noon.AddSeconds(n), n % 2 == 0 ? null : n, [(byte)n], """{"n":1}""")).ToList();

        Assert.Equal(2000, await Tenants.BulkInsertAsync(Acme, Map, rows));

        Assert.Equal(
            "2000|acme|1000|1999",
            await Database.ScalarAsSuperuserAsync<string>(
                "SELECT concat_ws('|', count(*), min(tenant_id), count(value), max(value)) FROM public.readings WHERE payload ->> 'n' = '1' AND length(raw) = 1"));
        Assert.Equal(0, await Tenants.CreateBatch(Globex).Add("SELECT count(*) FROM readings").ExecuteScalarAsync<long>());
    }

    [Fact]
    public async Task Stands_whole_or_not_at_all_unless_taken_keys_are_skipped()
    {
        await CreateTableAsync();
        Reading[] rows = [Row("x"), Row("y")];
        Assert.Equal(1, await Tenants.BulkInsertAsync(Acme, Map, rows[..1]));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Tenants.BulkInsertAsync(Acme, Map, rows));
        Assert.Equal("23505", refusal.SqlState);

        var skipping = new BulkMap<Reading>("public", "readings") { SkipExisting = true }
            .Add("device", NpgsqlDbType.Text, row => row.Device).Add("at", NpgsqlDbType.TimestampTz, row => row.At);
        Assert.Equal(1, await Tenants.BulkInsertAsync(Acme, skipping, rows));
        Assert.Equal(2, await Tenants.BulkInsertAsync(Globex, skipping, rows));
    }

    [Fact]
    public async Task Asks_no_server_for_no_rows_and_refuses_no_tenant()
    {
        Assert.Equal(0, await Tenants.BulkInsertAsync(Acme, Map, []));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Tenants.BulkInsertAsync(default, Map, [Row("x")]));
    }

    [Fact]
    public async Task Travels_in_a_scopes_batch_beside_other_statements()
    {
        await CreateTableAsync();
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            Assert.Equal(3, await scope.CreateCommittingBatch().AddRows(Map, [Row("x"), Row("y")]).Add("UPDATE devices SET name = 'has readings' WHERE id = 'a1'").ExecuteAsync());
        }

        Assert.Equal(2, await Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM public.readings"));
    }

    [Fact]
    public async Task Values_of_another_type_than_named_are_refused_and_leave_the_connection_usable()
    {
        var wrong = new BulkMap<Reading>("public", "readings").Add("device", NpgsqlDbType.Integer, row => row.Device);

        await Assert.ThrowsAnyAsync<InvalidCastException>(() => Tenants.BulkInsertAsync(Acme, wrong, [Row("x")]));

        await AssertIsolatedAsync();
    }

    private async Task CreateTableAsync()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.readings (tenant_id text NOT NULL, device text NOT NULL, at timestamptz NOT NULL, value float8, raw bytea, payload jsonb, PRIMARY KEY (tenant_id, device, at))");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "readings"));
    }

    private static Reading Row(string device) => new(device, Noon, 1, null, null);

    private sealed record Reading(string Device, DateTimeOffset At, double? Value, byte[]? Raw, string? Payload);
}
