using System.Globalization;
using System.Text.Json;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>The doctor on a real server: finds what was planted, there and nowhere else, and mends it.</summary>
[Collection(PostgresTests.Name)]
public sealed class DoctorTests(DoctorDatabase doctor) : IClassFixture<DoctorDatabase>
{
    /// <summary>Number and name, so that a case is called the same in every process.</summary>
    public static TheoryData<int, string> Mistakes
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < DoctorPlantedMistakes.All.Count; i++)
            {
                data.Add(i, $"{DoctorPlantedMistakes.All[i].Rule} {DoctorPlantedMistakes.All[i].Place}");
            }

            return data;
        }
    }

    [Fact]
    public async Task A_clean_schema_has_no_findings()
    {
        var report = Assert.Single(await doctor.InspectAsync(null, _ => "SELECT 1"));

        Assert.True(report.Findings.Count == 0, report.ToText());
        Assert.Equal(4, report.TenantTables);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_planted_mistake_is_found_alone_and_the_fix_mends_it(int number, string name)
    {
        var (rule, place, hasFix, sql) = DoctorPlantedMistakes.All[number];
        place = place.Replace("@", doctor.Database.Name, StringComparison.Ordinal);

        var reports = await doctor.InspectAsync(null, _ => sql.Replace("@", doctor.Database.Name, StringComparison.Ordinal), Fix);

        var found = reports[0].Findings.Where(finding => finding.Rule.Id == rule && finding.Place == place).ToList();
        Assert.True(found.Count == 1, $"{name}: {reports[0].ToText()}");
        // A foreign key without the tenant needs a unique key without it, which is a finding of its own.
        Assert.True(reports[0].Findings.All(finding => found.Contains(finding) || (rule == "T09" && finding.Rule.Id == "T08")), reports[0].ToText());
        Assert.Equal(hasFix, found[0].FixSql is not null);
        Assert.Equal(hasFix, reports[1].Findings.All(finding => finding.Rule.Id != rule || finding.Place != place));

        string Fix(DoctorReport? report) => report!.Findings.First(finding => finding.Rule.Id == rule && finding.Place == place).FixSql ?? "SELECT 1";
    }

    [Fact]
    public async Task A_schema_of_more_than_forty_mistakes_shows_each_of_them_in_each_format()
    {
        var planted = DoctorPlantedMistakes.Together.Select(mistake => (
            mistake.Rule,
            Place: mistake.Place.Replace("@", doctor.Database.Name, StringComparison.Ordinal),
            Sql: mistake.Sql.Replace("@", doctor.Database.Name, StringComparison.Ordinal))).ToList();

        var report = Assert.Single(await doctor.InspectAsync(null, _ => string.Join(";\n", planted.Select(mistake => mistake.Sql))));

        var found = report.Findings.Select(finding => (finding.Rule.Id, finding.Place)).ToHashSet();
        var expected = planted.Select(mistake => (mistake.Rule, mistake.Place)).Distinct().ToList();
        Assert.True(expected.Count >= 40, $"{expected.Count} planted");
        var missed = expected.Where(mistake => !found.Contains(mistake)).ToList();
        Assert.True(missed.Count == 0, "Not found: " + string.Join(", ", missed));
        Assert.True(report.HasErrors);
        Assert.Throws<InvalidOperationException>(() => report.ThrowIfFailed());
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal(report.Findings.Count, json.RootElement.GetProperty("findings").GetArrayLength());
        using var sarif = JsonDocument.Parse(report.ToSarif());
        Assert.Equal(report.Findings.Count + report.Accepted.Count, sarif.RootElement.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
        Assert.All(expected, mistake => Assert.Contains($"{mistake.Rule,-4} {mistake.Place}", report.ToText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_applications_login_sees_what_the_superuser_sees()
    {
        await using var source = NpgsqlDataSource.Create(doctor.Database.ConnectionString("pulse_app_login") + ";Pooling=false");

        var report = await new TenancyDoctor(DoctorDatabase.Quiet()).InspectAsync(source, CancellationToken.None);

        Assert.True(report.Findings.Count == 0, report.ToText());
        Assert.Equal("pulse_app_login", report.Login);
        Assert.Equal(4, report.TenantTables);
    }

    [Fact]
    public async Task The_migrator_sees_it_in_the_owners_role()
    {
        await using var source = NpgsqlDataSource.Create(doctor.Database.ConnectionString("pulse_migrator") + ";Options=-c role=pulse_owner;Pooling=false");

        var report = await new TenancyDoctor(DoctorDatabase.Quiet()).InspectAsync(source, CancellationToken.None);

        Assert.True(report.Findings.Count == 0, report.ToText());
        Assert.Equal("pulse_owner", report.Role);
    }

    [Fact]
    public async Task A_login_that_may_not_look_says_so()
    {
        await using var source = NpgsqlDataSource.Create(doctor.Database.ConnectionString("pulse_migrator") + ";Pooling=false");

        var report = await new TenancyDoctor(DoctorDatabase.Quiet()).InspectAsync(source, CancellationToken.None);

        Assert.Contains(report.Findings, finding => finding.Rule.Id == "T00" && finding.Message.Contains("system_table", StringComparison.Ordinal));
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "T00" && finding.Message.Contains("the plan of table public.sites", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_without_the_schema_is_told_to_be_bootstrapped()
    {
        var reports = await doctor.InspectAsync(null, _ => "DROP SCHEMA pulse CASCADE");

        Assert.Contains(reports[0].Findings, finding => finding.Rule.Id == "T37");
    }

    [Fact]
    public async Task The_server_is_judged_by_its_minor_release()
    {
        var number = await doctor.Database.ScalarAsSuperuserAsync<string>("SELECT current_setting('server_version_num')");
        var old = int.Parse(number!, CultureInfo.InvariantCulture) is var version && version / 10000 == 15 && version < 150020;

        var report = Assert.Single(await doctor.InspectAsync(new TenancyDoctorOptions(), _ => "SELECT 1"));

        Assert.Equal(old, report.HasErrors);
    }
}
