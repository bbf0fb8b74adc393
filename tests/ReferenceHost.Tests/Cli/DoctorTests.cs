using System.Text.Json;
using Npgsql;
using Pulse.ReferenceHost.Cli;
using Pulse.ReferenceHost.Data;
using Pulse.Tenancy;
using Pulse.TestKit;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>The command <c>doctor</c> over the host's own schema, bootstrapped and migrated as a deployment does it.</summary>
public sealed class DoctorTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private string _database = null!;

    private string Superuser => postgres.SuperuserConnectionString(_database) + ";Pooling=false";

    public async Task InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(HostSchema.Bootstrap(_database) + "ALTER ROLE pulse_app_login PASSWORD 'secret'");
        foreach (var migration in HostSchema.Migrations())
        {
            await ExecuteAsync("SET ROLE pulse_owner;\n" + migration);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_hosts_own_schema_has_no_findings()
    {
        await using var source = NpgsqlDataSource.Create(Login);
        var options = new TenancyDoctorOptions
        {
            AcceptServerBelowSecurityFloor = true,
        };

        var report = await new TenancyDoctor(options).InspectAsync(source, CancellationToken.None);

        // The one thing the machine may bring: an old server.
        Assert.True(report.Findings.All(finding => finding.Rule.Id == "T32"), report.ToText());
        Assert.Equal(4, report.TenantTables);
        Assert.Empty(report.Accepted);
    }

    [Theory]
    [InlineData("text", "4 tenant tables: 0 errors")]
    [InlineData("json", "\"errors\": 0")]
    [InlineData("sarif", "\"version\": \"2.1.0\"")]
    public async Task A_sound_database_ends_with_0_in_every_format(string format, string expected)
    {
        var (exitCode, output) = await RunAsync("--development", "--connection", Login, "--format", format);

        Assert.Equal(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_ends_with_1_and_a_baseline_accepts_it()
    {
        await ExecuteAsync("GRANT TRUNCATE ON public.device TO pulse_app");
        var baseline = Path.GetTempFileName();
        await File.WriteAllTextAsync(baseline, """{"version": 1, "accepted": [{"rule": "T18", "object": "table public.device", "reason": "a test"}]}""");

        var (exitCode, output) = await RunAsync("--development", $"--connection={Login}");
        var (accepted, json) = await RunAsync("--development", $"--connection={Login}", "--baseline", baseline, "--format", "json");

        File.Delete(baseline);
        Assert.Equal(1, exitCode);
        Assert.Contains("T18  table public.device", output, StringComparison.Ordinal);
        Assert.Equal(0, accepted);
        using var report = JsonDocument.Parse(json);
        Assert.Equal("a test", report.RootElement.GetProperty("accepted")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("The database cannot be examined", "--connection", "Host=/nowhere;Username=x;Database=y")]
    [InlineData("is no PostgreSQL connection string", "--connection", "Hots=secret-word")]
    [InlineData("--format is text, json or sarif, not \"xml\"", "--format", "xml")]
    [InlineData("There is no database of development mode in", "--development", "--data", "/nowhere")]
    [InlineData("doctor has no option \"--fix\"", "--fix", "all")]
    [InlineData("doctor takes no \"now\"", "now")]
    [InlineData("/nowhere.json", "--connection", "Host=x", "--baseline", "/nowhere.json")]
    public async Task Bad_usage_and_an_unreachable_database_are_a_usage_error(string expected, params string[] words)
    {
        var refusal = await Assert.ThrowsAsync<UsageException>(() => DoctorCommand.RunAsync(words, TextWriter.Null, CancellationToken.None));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_the_process_says_how_to_name_one_and_exits_with_2()
    {
        await using var process = HostProcess.Start("doctor");

        Assert.Equal(2, await process.ExitAsync());
        Assert.Contains("--connection STRING, or Pulse__Database__App", process.Output, StringComparison.Ordinal);
    }

    private string Login => postgres.ConnectionString("pulse_app_login", "secret", _database) + ";Pooling=false";

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] words)
    {
        await using var output = new StringWriter();
        return (await DoctorCommand.RunAsync(words, output, CancellationToken.None), output.ToString());
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Superuser);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
