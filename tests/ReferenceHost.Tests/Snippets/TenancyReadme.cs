using System.Data;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using Pulse.Tenancy;
using Pulse.Tenancy.Testing;

namespace Pulse.ReferenceHost.Tests.Snippets;

/// <summary>The examples of the README of Pulse.Tenancy, in its order.</summary>
internal static class TenancyReadme
{
    public static void Register(WebApplicationBuilder builder, WebApplication app)
    {
        #region register
        builder.Services.AddPulseTenancy(options =>
            options.AppConnectionString = "Host=db;Database=mydb;Username=pulse_app_login;Password=…");

        app.MapGet("/devices", async (ITenantDatabase database, ClaimsPrincipal user, CancellationToken ct) =>
        {
            var tenant = TenantId.Parse(user.FindFirstValue("tenant_id")!);
            return await database.CreateBatch(tenant)
                .Add("SELECT id FROM devices ORDER BY id LIMIT $1", 100)
                .QueryAsync(row => row.GetString(0), ct);
        });
        #endregion
    }

    public static async Task WorkAsync(ITenantDatabase database, TenantId tenant, string id, IReadOnlyList<Reading> readings, CancellationToken ct)
    {
        #region work
        var answer = await database.RunAsync(tenant, async (scope, ct) =>
        {
            var stock = await scope.CreateBatch().Add("SELECT count FROM stock WHERE id = $1", id).ExecuteScalarAsync<int>(ct);
            return await scope.CreateCommittingBatch().Add("UPDATE stock SET count = $2 WHERE id = $1", id, stock - 1).ExecuteAsync(ct);
        }, new TenantRunOptions { Scope = new TenantScopeOptions { Isolation = IsolationLevel.Serializable } }, ct);

        var map = new BulkMap<Reading>("public", "readings")
            .Add("device", NpgsqlDbType.Text, row => row.Device)
            .Add("value", NpgsqlDbType.Double, row => row.Value);
        await database.BulkInsertAsync(tenant, map, readings, ct);
        #endregion
        _ = answer;
    }

    public static async Task OperatorAsync<MyRecorder>(WebApplicationBuilder builder, IOperatorDatabase operators, TenantId tenant, CancellationToken ct)
        where MyRecorder : class, IOperatorAccessRecorder
    {
        #region operator
        builder.Services.AddSingleton<IOperatorAccessRecorder, MyRecorder>();  // told of every access and its outcome; required
        builder.Services.Configure<PulseTenancyOptions>(options =>
            options.OperatorConnectionString = "Host=db;Database=mydb;Username=pulse_operator_login;Password=…");

        var grant = new OperatorGrant("olga", "ticket 4711: plant-1 is silent", TimeSpan.FromMinutes(5), target: tenant);
        var silent = await operators.CreateBatch(grant)
            .Add("SELECT id FROM devices WHERE tenant_id = $1", tenant.Value)
            .QueryAsync(row => row.GetString(0), ct);
        #endregion
        _ = silent;
    }

// Shown as members of the reader's own test class; a class that is not public is never run.
#pragma warning disable xUnit1000, xUnit1041
    private static void AtStart(WebApplicationBuilder builder)
    {
        #region doctor
        // At start: refuses on an error (Enforce, the default), logs (Warn), or does not look (Off).
        builder.Services.AddPulseTenancyDoctor(doctor => doctor.Baseline = DoctorBaseline.Load("tenancy-baseline.json"));
        #endregion
    }

    internal sealed class TheDoctor(NpgsqlDataSource dataSource)
    {
        #region doctor-fact
        // In your tests, over the database your migrations made.
        [Fact]
        public async Task The_schema_keeps_tenants_apart() =>
            (await new TenancyDoctor().InspectAsync(dataSource, CancellationToken.None)).ThrowIfFailed();
        #endregion
    }

    internal sealed class TheKit(string testDatabase)
    {
        #region kit
        public static TheoryData<string> Attacks => [.. TenantIsolationKit.AttackIds];

        [Theory, MemberData(nameof(Attacks))]
        public async Task Tenants_are_kept_apart(string attack) =>
            (await new TenantIsolationKit(new() { SuperuserConnectionString = testDatabase }).RunAsync(attack, CancellationToken.None)).ThrowIfFailed();
        #endregion
    }
#pragma warning restore xUnit1000, xUnit1041

    internal sealed record Reading(string Device, double Value);
}
