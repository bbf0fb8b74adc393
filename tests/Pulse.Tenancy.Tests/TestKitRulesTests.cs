using Pulse.Tenancy.Testing;
using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

/// <summary>What the kit concludes from an answer, and the rows it makes up.</summary>
public sealed class TestKitRulesTests
{
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly ForeignKeyFacts Link = new() { Schema = "public", Table = "sites", Name = "fk", Referenced = new("public", "sites"), Columns = ["tenant_id", "up"], ReferencedColumns = ["tenant_id", "id"], OnDelete = "a" };

    [Theory]
    [InlineData("42501", IsolationVerdict.Rejected, "42501: m")]
    [InlineData("PT401", IsolationVerdict.Rejected, "PT401: m")]
    [InlineData("0A000", IsolationVerdict.Rejected, "0A000: m")]
    [InlineData("42P01", IsolationVerdict.Untested, "The attack itself failed (42P01: m).")]
    [InlineData("42601", IsolationVerdict.Untested, "The attack itself failed (42601: m).")]
    public void A_refusal_counts_unless_the_statement_was_wrong(string sqlState, IsolationVerdict verdict, string message)
    {
        Assert.Equal(new Outcome(verdict, message), OutcomeRules.Refused(sqlState, "m"));
        Assert.Equal(new Outcome(verdict, message), OutcomeRules.WriteRefused(sqlState, "m"));
        Assert.Equal(new Outcome(verdict, message), OutcomeRules.KeyRefused(sqlState, "m", keyHasTenant: false));
    }

    [Fact]
    public void What_a_constraint_tells_depends_on_the_constraint()
    {
        Assert.Equal(new Outcome(IsolationVerdict.Leaked, "The policy let the row pass; only a constraint refused it (23514: m)."), OutcomeRules.WriteRefused("23514", "m"));
        Assert.Equal(
            new Outcome(IsolationVerdict.Leaked, "The server told that another tenant has the value (m). TenantSchema.CompositeKey mends the key."), OutcomeRules.KeyRefused("23505", "m", keyHasTenant: false));
        Assert.Equal(new Outcome(IsolationVerdict.Invisible, "Refused for the attacker's own rows alone (23505)."), OutcomeRules.KeyRefused("23505", "m", keyHasTenant: true));
        Assert.Equal(new Outcome(IsolationVerdict.Invisible, "Refused for the attacker's own rows alone (23503)."), OutcomeRules.KeyRefused("23503", "m", keyHasTenant: false));
        Assert.Equal(new Outcome(IsolationVerdict.Rejected, "23503: m"), OutcomeRules.Refused("23503", "m"));
        Assert.Equal(new Outcome(IsolationVerdict.Invisible, "No row of the other tenant came back."), Outcome.Seen(0));
        Assert.Equal(new Outcome(IsolationVerdict.Leaked, "1 row(s) of the other tenant came back."), Outcome.Seen(1));
        Assert.Equal(new Outcome(IsolationVerdict.Invisible, "No row of the other tenant was there to be changed."), Outcome.Changed(0));
        Assert.Equal(new Outcome(IsolationVerdict.Leaked, "2 row(s) of the other tenant were changed."), Outcome.Changed(2));
    }

    [Theory]
    [InlineData("uuid", "U", "E'00000000-0000-4000-8000-000000000007'")]
    [InlineData("json", "U", "E'{}'")]
    [InlineData("jsonb", "U", "E'{}'")]
    [InlineData("bytea", "U", "decode(lpad(E'7', 64, '0'), 'hex')")]
    [InlineData("character varying(3)", "S", "E'7'")]
    [InlineData("smallint", "N", "7")]
    [InlineData("boolean", "B", "true")]
    [InlineData("timestamp with time zone", "D", "date '2026-01-01' + 7")]
    [InlineData("time without time zone", "D", "time '00:00' + interval '7 seconds'")]
    [InlineData("interval", "T", "interval '7 seconds'")]
    [InlineData("inet", "I", "inet '127.0.0.1'")]
    [InlineData("text[]", "A", "E'{}'")]
    [InlineData("tstzrange", "R", null)]
    [InlineData("mood", "E", null)]
    public void A_value_of_each_type(string type, string category, string? expected) =>
        Assert.Equal(expected, new SeedColumn("c", type, category, null, true, false).Value(Acme, 7));

    [Fact]
    public void A_row_fills_what_it_must()
    {
        var columns = new List<SeedColumn>
        {
            new("tenant_id", "text", "S", null, false, false),
            new("mood", "mood", "E", "it's fine", true, false),
            new("spare", "text", "S", null, false, false),
            new("key", "integer", "N", null, false, false),
            new("made", "bigint", "N", null, true, true),
        };

        Assert.Equal(
            "INSERT INTO \"public\".\"t\" (\"tenant_id\", \"mood\", \"key\") VALUES (E'acme', E'it''s fine', 7)",
            SeedSql.Insert(new("public", "t"), columns, new HashSet<string> { "key" }, Acme, 7));
        Assert.Equal(
            "Column c of public.t has type xml, for which no value is known. Give an INSERT in TenantIsolationOptions.Seeds[\"public.t\"].",
            Assert.Throws<NotSupportedException>(() => SeedSql.Insert(new("public", "t"), [new("c", "xml", "U", null, true, false)], new HashSet<string>(), Acme, 7)).Message);
    }

    [Fact]
    public void Aims_at_what_tenants_reach()
    {
        var catalog = new KitCatalog(
            With(Sites, Sites with { Name = "other" }, Sites with { Name = "closed", Rights = [] }, Sites with { Name = "part", IsPartition = true, Root = new("public", "sites") }) with
            {
                ForeignKeys =
                [
                    Link, Link with { Name = "to_closed", Referenced = new("public", "closed") }, Link with { Name = "from_closed", Table = "closed" },
                    Link with { Name = "tenant_alone", Columns = ["tenant_id"], ReferencedColumns = ["tenant_id"] },
                ],
                Keys = [new() { Schema = "public", Table = "sites", Name = "k", Columns = ["serial"], Definition = "not asked" }, new() { Schema = "public", Table = "sites", Name = "p", Columns = ["tenant_id", "id"], Definition = "not asked" }],
                Server = Sound.Server with { Sealed = true },
            },
            [new("public", "v", true, "public", "sites"), new("public", "w", false, "public", "closed")]);

        Assert.Equal(["table public.sites", "table public.other"], catalog.Tables.Select(target => target.Place));
        Assert.Equal(("table public.part", "\"public\".\"part\"", "\"public\".\"sites\""), catalog.Partitions.Select(target => (target.Place, target.Relation, target.Name)).Single());
        Assert.Equal(("view public.v over public.sites", "\"public\".\"v\"", true), catalog.Views.Select(target => (target.Place, target.Relation, target.IsMaterialized)).Single());
        Assert.Equal(["constraint fk on public.sites"], catalog.ForeignKeys.Select(target => target.Place));
        Assert.Same(Link, catalog.ForeignKeys.Single().Key);
        Assert.True(catalog.IsSealed);
        Assert.Equal(new HashSet<string> { "serial", "tenant_id", "id" }, catalog.KeyColumns(new("public", "sites")));
        Assert.Empty(catalog.KeyColumns(new("public", "closed")));
        Assert.False(catalog.KeyHasTenant("k", Sites));
        Assert.True(catalog.KeyHasTenant("p", Sites));
        Assert.True(catalog.KeyHasTenant("k", Sites with { Name = "closed" }));
        Assert.True(catalog.KeyHasTenant("k", Sites with { Schema = "other" }));
        Assert.True(catalog.KeyHasTenant(null, Sites));
    }

    [Fact]
    public void Attacks_with_the_names_that_Bootstrap_makes_unless_told_otherwise()
    {
        var options = new TenantIsolationOptions { SuperuserConnectionString = "Host=db" };

        Assert.Equal(("pulse_app_login", "pulse_app"), (options.AppLogin, options.AppRole));
        Assert.Equal(("pulse_operator_login", "pulse_operator"), (options.OperatorLogin, options.OperatorRole));
        Assert.Equal(("isolation-a", "isolation-b"), (options.Attacker.Value, options.Victim.Value));
        Assert.Empty(options.Seeds);
    }

    [Fact]
    public void A_report_fails_on_leaks_and_on_what_was_not_tested()
    {
        IsolationResult Result(IsolationVerdict verdict) => new("A1", "table t", verdict, "so.");

        new IsolationReport([Result(IsolationVerdict.Invisible), Result(IsolationVerdict.Rejected)]).ThrowIfFailed();
        new IsolationReport([]).ThrowIfFailed();
        var failed = new IsolationReport([Result(IsolationVerdict.Rejected), Result(IsolationVerdict.Leaked), Result(IsolationVerdict.Untested)]);
        Assert.Equal(2, failed.Failures.Count());
        Assert.Equal(
            "Tenants are not kept apart:\nA1 on table t: Leaked. so.\nA1 on table t: Untested. so.", Assert.Throws<InvalidOperationException>(failed.ThrowIfFailed).Message);
    }

    [Fact]
    public void Every_attack_has_a_name_of_its_own_and_says_what_it_does()
    {
        Assert.Equal(TenantIsolationKit.AttackIds.Count, TenantIsolationKit.AttackIds.Distinct().Count());
        Assert.All(TenantIsolationKit.AttackIds, attack => Assert.NotEmpty(TenantIsolationKit.Describe(attack)));
        Assert.Superset(
            new HashSet<string> { "A1", "A2", "A5", "A7", "A15", "A16", "A18", "A19", "A20", "A21", "A22", "A23", "A24", "read" }, TenantIsolationKit.AttackIds.ToHashSet());
        Assert.Throws<ArgumentException>(() => TenantIsolationKit.Describe("A99"));
    }
}
