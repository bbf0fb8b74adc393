using System.Text.Json;
using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

public sealed class DoctorReportTests
{
    private const string Baseline = """
        {"version": 1, // comments are welcome
         "accepted": [
           {"rule": "T36", "object": "table public.sites", "reason": "the importer names it"},
           {"rule": "T02", "object": "table public.sites", "reason": "long mended"},
           {"rule": "T99", "object": "x", "reason": "of another version"},
         ]}
        """;

    private static readonly CatalogSnapshot Faulty = With(Sites with { TenantNotNull = false, TenantDefault = null, Rights = ["SELECT", "INSERT", "TRUNCATE"] }) with { NotSeen = ["m\u202eoon\n"] };

    private static DoctorReport Report => new TenancyDoctor(new TenancyDoctorOptions { Baseline = DoctorBaseline.Parse(Baseline) }).Judge(Faulty);

    [Fact]
    public void The_worst_comes_first_and_what_is_accepted_stands_apart()
    {
        Assert.Equal(["T06", "T18", "B01", "B02", "T00"], Report.Findings.Select(finding => finding.Rule.Id));
        Assert.Equal("baseline entry T99 x", Report.Findings[2].Place);
        Assert.Equal("There is no rule T99.", Report.Findings[2].Message);
        Assert.Equal("baseline entry T02 table public.sites", Report.Findings[3].Place);
        Assert.Equal("Nothing of the kind is found there.", Report.Findings[3].Message);
        Assert.Equal(("T36", "the importer names it"), (Report.Accepted[0].Finding.Rule.Id, Assert.Single(Report.Accepted).Reason));
        Assert.Equal((2, 2, 1), (Report.Count(DoctorSeverity.Error), Report.Count(DoctorSeverity.Warning), Report.Count(DoctorSeverity.Note)));
        Assert.True(Report.HasErrors);
    }

    [Fact]
    public void The_text_is_for_people_and_nothing_in_it_moves_their_cursor() => Assert.Equal(
        """
        database pulse, PostgreSQL 15.20, seen by pulse_app_login

        error    T06  table public.sites
                      tenant_id may be null.
                      A row of no tenant is hidden from everybody, or shown to everybody by a policy that says OR tenant_id IS NULL.
                        ALTER TABLE "public"."sites" ALTER COLUMN tenant_id SET NOT NULL;

        error    T18  table public.sites
                      Tenants' statements have TRUNCATE.
                      TRUNCATE asks no policy, REFERENCES tells which rows exist, TRIGGER runs code in other tenants' statements.
                        REVOKE TRUNCATE ON TABLE "public"."sites" FROM PUBLIC, "pulse_app", "pulse_app_login";

        warning  B01  baseline entry T99 x
                      There is no rule T99.
                      The baseline accepts findings of a rule that does not exist.

        warning  B02  baseline entry T02 table public.sites
                      Nothing of the kind is found there.
                      The baseline accepts what is no longer found: take the entry out, or it will excuse the next one.

        note     T00  login pulse_app_login
                      It may not see m\u202eoon\u000a.
                      Part of the database was closed to the login that looked; its rules were not asked there.

        1 tenant table: 2 errors, 2 warnings, 1 note; 1 finding accepted by the baseline.

        """,
        Report.ToText());

    [Fact]
    public void The_text_of_a_sound_database_is_two_lines_and_names_the_role() => Assert.Equal(
        "database pulse, PostgreSQL 15.20, seen by pulse_migrator in role pulse_owner\n\n1 tenant table: 0 errors, 0 warnings, 0 notes.\n",
        new TenancyDoctor().Judge(Sound with { Server = Sound.Server with { Login = "pulse_migrator", Role = "pulse_owner" } }).ToText());

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void A_fix_of_eight_lines_is_the_longest_that_is_shown(int count, bool shown)
    {
        var fix = string.Join('\n', Enumerable.Range(1, count).Select(number => $"line {number};"));

        var text = new DoctorReport(Sound, [RuleBook.NoIndex.At("table t", "m", fix)], DoctorBaseline.Empty).ToText();

        Assert.Equal(shown, text.Contains("line 8;", StringComparison.Ordinal));
        Assert.Equal(!shown, text.Contains($"({count} lines of SQL", StringComparison.Ordinal));
    }

    [Fact]
    public void Findings_of_one_rule_stand_by_their_objects_names()
    {
        var report = new DoctorReport(Sound, ((string[])["table b", "table a", "table B"]).Select(place => RuleBook.NoIndex.At(place, "m")), DoctorBaseline.Empty);

        Assert.Equal(["table B", "table a", "table b"], report.Findings.Select(finding => finding.Place));
        Assert.Contains("\n  \"findings\": [\n", report.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sites", "sites")]
    [InlineData("_1", "_1")]
    [InlineData("1st", "\"1st\"")]
    [InlineData("Sites", "\"Sites\"")]
    [InlineData("a b", "\"a b\"")]
    public void Names_are_quoted_where_SQL_asks_for_it(string name, string expected) => Assert.Equal(expected, ObjectName.Of(name));

    [Fact]
    public void A_long_fix_is_left_to_the_other_formats()
    {
        var report = new TenancyDoctor().Judge(With(Sites with { RowSecurity = false }));

        Assert.Contains("lines of SQL: see the JSON report)", report.ToText(), StringComparison.Ordinal);
        Assert.DoesNotContain("CREATE POLICY", report.ToText(), StringComparison.Ordinal);
        Assert.Contains("CREATE POLICY", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_fails_by_the_severity_it_asks_for()
    {
        var warned = new TenancyDoctor().Judge(With(Sites with { TenantIndex = false }));

        Assert.Equal(Report.ToText(), Assert.Throws<InvalidOperationException>(() => Report.ThrowIfFailed()).Message);
        warned.ThrowIfFailed();
        Assert.False(warned.HasErrors);
        Assert.Throws<InvalidOperationException>(() => warned.ThrowIfFailed(DoctorSeverity.Warning));
        Assert.Throws<InvalidOperationException>(() => warned.ThrowIfFailed(DoctorSeverity.Note));
    }

    [Fact]
    public void The_json_has_every_member()
    {
        using var json = JsonDocument.Parse(Report.ToJson());
        var root = json.RootElement;

        Assert.Equal(
            ["database", "serverVersion", "login", "role", "tenantTables", "errors", "warnings", "notes", "findings", "accepted"],
            root.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("pulse", "15.20", "pulse_app_login", "pulse_app_login"), (Text(root, "database"), Text(root, "serverVersion"), Text(root, "login"), Text(root, "role")));
        Assert.Equal((1, 2, 2, 1), (Number(root, "tenantTables"), Number(root, "errors"), Number(root, "warnings"), Number(root, "notes")));
        var finding = root.GetProperty("findings")[0];
        Assert.Equal(
            ("T06", "tenant-may-be-null", "error", "table public.sites", "tenant_id may be null."),
            (Text(finding, "rule"), Text(finding, "name"), Text(finding, "severity"), Text(finding, "object"), Text(finding, "message")));
        Assert.Equal(RuleBook.NullableTenant.Explanation, Text(finding, "explanation"));
        Assert.StartsWith("ALTER TABLE", Text(finding, "fix"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("findings")[2].GetProperty("fix").ValueKind);
        Assert.False(finding.TryGetProperty("reason", out _));
        Assert.Equal("the importer names it", Text(root.GetProperty("accepted")[0], "reason"));
        Assert.Equal(["error", "error", "warning", "warning", "note"], root.GetProperty("findings").EnumerateArray().Select(entry => Text(entry, "severity")));
    }

    [Fact]
    public void The_sarif_has_the_structure_of_2_1_0()
    {
        using var sarif = JsonDocument.Parse(Report.ToSarif());
        var root = sarif.RootElement;
        Assert.Equal(["$schema", "version", "runs"], root.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0"), (Text(root, "$schema"), Text(root, "version")));

        var run = Assert.Single(root.GetProperty("runs").EnumerateArray());
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("Pulse.Tenancy doctor", Text(driver, "name"));
        Assert.Matches(@"^\d+\.\d+", Text(driver, "version"));
        var rules = driver.GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal(TenancyDoctor.Rules.Select(rule => rule.Id), rules.Select(rule => Text(rule, "id")));
        Assert.All(rules.Zip(TenancyDoctor.Rules), pair =>
        {
            Assert.Equal(pair.Second.Name, Text(pair.First, "name"));
            Assert.Equal(pair.Second.Explanation, Text(pair.First.GetProperty("shortDescription"), "text"));
            Assert.Contains(Text(pair.First.GetProperty("defaultConfiguration"), "level"), new[] { "error", "warning", "note" });
        });

        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["T06", "T18", "B01", "B02", "T00", "T36"], results.Select(result => Text(result, "ruleId")));
        Assert.Equal(["error", "error", "warning", "warning", "note", "warning"], results.Select(result => Text(result, "level")));
        Assert.Equal("table public.sites: tenant_id may be null.", Text(results[0].GetProperty("message"), "text"));
        var place = Assert.Single(Assert.Single(results[0].GetProperty("locations").EnumerateArray()).GetProperty("logicalLocations").EnumerateArray());
        Assert.Equal("table public.sites", Text(place, "fullyQualifiedName"));
        Assert.StartsWith("ALTER TABLE", Text(results[0].GetProperty("properties"), "fixSql"), StringComparison.Ordinal);
        Assert.False(results[2].TryGetProperty("properties", out _));
        Assert.False(results[0].TryGetProperty("suppressions", out _));
        var suppression = Assert.Single(results[5].GetProperty("suppressions").EnumerateArray());
        Assert.Equal(("external", "the importer names it"), (Text(suppression, "kind"), Text(suppression, "justification")));
    }

    [Theory]
    [InlineData("no json", "The baseline cannot be read: ")]
    [InlineData("null", "The baseline needs \"version\": 1.")]
    [InlineData("{}", "The baseline needs \"version\": 1.")]
    [InlineData("""{"version": 2}""", "The baseline needs \"version\": 1.")]
    [InlineData("""{"version": 1, "acepted": []}""", "The baseline cannot be read: ")]
    [InlineData("""{"version": 1, "accepted": [{"rule": "T01", "object": "x", "reason": "y"}, {"rule": "T01", "object": "x"}]}""", "Entry 2 of the baseline needs a rule, an object and a reason.")]
    [InlineData("""{"version": 1, "accepted": [{"object": "x", "reason": "y"}]}""", "Entry 1 of the baseline needs a rule, an object and a reason.")]
    [InlineData("""{"version": 1, "accepted": [{"rule": "T01", "object": " ", "reason": "y"}]}""", "Entry 1 of the baseline needs a rule, an object and a reason.")]
    [InlineData("""{"version": 1, "accepted": [null]}""", "Entry 1 of the baseline needs a rule, an object and a reason.")]
    public void A_baseline_that_cannot_be_meant_is_refused(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => DoctorBaseline.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_entry_fits_its_rule_on_its_object_alone()
    {
        var (open, accepted) = DoctorBaseline.Parse("""{"version": 1, "accepted": [{"rule": "T06", "object": "table public.other", "reason": "y"}, {"rule": "T07", "object": "table public.sites", "reason": "y"}]}""")
            .Apply([RuleBook.NullableTenant.At("table public.sites", "m")]);

        Assert.Empty(accepted);
        Assert.Equal(["T06", "B02", "B02"], open.Select(finding => finding.Rule.Id));
        Assert.Empty(DoctorBaseline.Parse("""{"version": 1}""").Apply([]).Open);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => DoctorBaseline.Parse(null!));
        Assert.Throws<FileNotFoundException>(() => DoctorBaseline.Load("/nowhere.json"));
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static int Number(JsonElement element, string member) => element.GetProperty(member).GetInt32();
}
