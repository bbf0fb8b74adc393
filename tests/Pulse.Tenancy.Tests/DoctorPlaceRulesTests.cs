using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

/// <summary>Rights, roles, the server.</summary>
public sealed class DoctorPlaceRulesTests
{
    private static readonly ReachedRole Other = new() { Name = "other", Through = "step" };

    [Fact]
    public void T18_Rights_that_no_policy_narrows()
    {
        Finds(
            With(Sites with { Rights = ["SELECT", "TRUNCATE", "REFERENCES", "TRIGGER"] }), "T18", DoctorSeverity.Error, "table public.sites",
            "Tenants' statements have TRUNCATE, REFERENCES, TRIGGER.", $"REVOKE TRUNCATE, REFERENCES, TRIGGER ON TABLE \"public\".\"sites\" FROM {Everybody};");
        Assert.Equal("T05", Assert.Single(Judge(With(Sites, Sites with { Name = "p", IsPartition = true, Root = new("public", "sites"), Rights = ["TRUNCATE"] }))).Rule.Id);
    }

    [Fact]
    public void T23_T24_T29_Schemas_temporary_tables_sequences()
    {
        Finds(In(new() { CreatableSchemas = ["public"] }), "T23", DoctorSeverity.Error, "schema public", "Tenants' statements may create in it.", $"REVOKE CREATE ON SCHEMA \"public\" FROM {Everybody};");
        Finds(Server(server => server with { Temporary = true }), "T24", DoctorSeverity.Error, "database pulse", "Tenants' statements may create temporary tables.", $"REVOKE TEMPORARY ON DATABASE \"pulse\" FROM {Everybody};");
        Finds(In(new() { ReadableSequences = [new("public", "s")] }), "T29", DoctorSeverity.Warning, "sequence public.s", "Tenants' statements may read it.", $"REVOKE SELECT ON SEQUENCE \"public\".\"s\" FROM {Everybody};");
    }

    [Theory]
    [InlineData("r", null, "PUBLIC", "tables", "TABLES", "PUBLIC", DoctorSeverity.Error)]
    [InlineData("S", "public", "pulse_app", "sequences", "SEQUENCES", "\"pulse_app\"", DoctorSeverity.Warning)]
    [InlineData("f", null, "pulse_app", "functions", "FUNCTIONS", "\"pulse_app\"", DoctorSeverity.Warning)]
    public void T27_Rights_of_objects_to_come(string kind, string? schema, string grantee, string word, string objects, string quoted, DoctorSeverity severity) => Finds(
        In(new() { DefaultPrivileges = [new("pulse_owner", schema, kind, grantee)] }), "T27", severity,
        "default privileges of pulse_owner" + (schema is null ? string.Empty : " in schema public"),
        $"New {word} are granted to {grantee} as they are made.",
        $"ALTER DEFAULT PRIVILEGES FOR ROLE \"pulse_owner\"{(schema is null ? string.Empty : " IN SCHEMA \"public\"")} REVOKE ALL ON {objects} FROM {quoted};");

    [Fact]
    public void T19_T20_T22_What_the_roles_are()
    {
        Finds(Roles(Login), "T20", DoctorSeverity.Error, "role pulse_app", "It does not exist: run the SQL of TenantSchema.Bootstrap.", null);
        Finds(Roles(App with { Bypasses = true }), "T20", DoctorSeverity.Error, "role pulse_app", "No policy binds it: it is superuser or has BYPASSRLS.", "ALTER ROLE \"pulse_app\" NOSUPERUSER NOBYPASSRLS;");
        Finds(Roles(App with { Superuser = true }), "T20", DoctorSeverity.Error, "role pulse_app", "No policy binds it: it is superuser or has BYPASSRLS.", "ALTER ROLE \"pulse_app\" NOSUPERUSER NOBYPASSRLS;");
        Finds(Roles(App, Login with { Bypasses = true }), "T21", DoctorSeverity.Error, "login pulse_app_login", "No policy binds it: it is superuser or has BYPASSRLS.", "ALTER ROLE \"pulse_app_login\" NOSUPERUSER NOBYPASSRLS;");
        Finds(Roles(App, Login with { OtherAttributes = true }), "T20", DoctorSeverity.Error, "login pulse_app_login", "It has CREATEROLE, CREATEDB or REPLICATION.", "ALTER ROLE \"pulse_app_login\" NOCREATEROLE NOCREATEDB NOREPLICATION;");
        Finds(Roles(App with { CanLogin = true }), "T20", DoctorSeverity.Error, "role pulse_app", "It can log in by itself, and so has its rights without a tenant.", "ALTER ROLE \"pulse_app\" NOLOGIN;");
        Finds(Roles(App, Login with { Inherits = true }), "T22", DoctorSeverity.Error, "login pulse_app_login", "It has INHERIT.", "ALTER ROLE \"pulse_app_login\" NOINHERIT;");
        Finds(Roles(App with { Owned = 1 }), "T19", DoctorSeverity.Error, "role pulse_app", "It owns 1 of this database's or the cluster's objects.", "REASSIGN OWNED BY \"pulse_app\" TO pulse_owner;");
        Assert.Empty(Judge(Roles(App with { Inherits = true }, Login)));
    }

    [Fact]
    public void T19_T21_T28_What_the_roles_can_become()
    {
        const string Fix = "REVOKE \"step\" FROM \"pulse_app_login\";";

        void Expect(ReachedRole reached, string rule, DoctorSeverity severity, string message) =>
            Finds(Roles(App, Login with { Reaches = [reached] }), rule, severity, "login pulse_app_login", message, Fix);

        Expect(Other with { Bypasses = true, OwnsTables = true }, "T21", DoctorSeverity.Error, "It can become other, whom no policy binds.");
        Expect(Other with { Superuser = true }, "T21", DoctorSeverity.Error, "It can become other, whom no policy binds.");
        Expect(Other with { OwnsTables = true, ServerAccess = true }, "T19", DoctorSeverity.Error, "It can become other, which owns tables.");
        Expect(Other with { ServerAccess = true }, "T28", DoctorSeverity.Error, "It is a member of other.");
        Expect(Other, "T21", DoctorSeverity.Warning, "It can become other besides its own role.");
    }

    [Theory]
    [InlineData(false, DoctorSeverity.Error)]
    [InlineData(true, DoctorSeverity.Note)]
    public void T25_T26_The_latch_which_a_seal_can_do_without(bool isSealed, DoctorSeverity severity)
    {
        Finds(
            Server(server => server with { SetConfig = true, Sealed = isSealed }), "T25", severity, "function pg_catalog.set_config(text, text, boolean)", "Tenants' statements may call it.",
            $"REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM \"pulse_app\";\n{BootstrapSql.Latch}");
        Finds(
            In(new() { UsableLanguages = ["plpgsql"] }) with { Server = Sound.Server with { Sealed = isSealed } }, "T26", severity, "language plpgsql",
            "Tenants' statements may write DO blocks in it.", $"REVOKE USAGE ON LANGUAGE \"plpgsql\" FROM {Everybody};");
    }

    [Fact]
    public void T28_Ways_out_of_the_database()
    {
        Finds(In(new() { OutwardExtensions = ["dblink"] }), "T28", DoctorSeverity.Warning, "extension dblink", "It reaches out of the database. See who may use it, and accept it then.", null);
        Finds(In(new() { UntrustedLanguages = ["plpython3u"] }), "T28", DoctorSeverity.Warning, "language plpython3u", "Functions in it run as the server's own user. See who wrote them, and accept it then.", null);
        Finds(In(new() { UsableServers = ["far"] }), "T28", DoctorSeverity.Error, "foreign server far", "Tenants' statements may use it.", $"REVOKE USAGE ON FOREIGN SERVER \"far\" FROM {Everybody};");
    }

    [Fact]
    public void T31_Publications()
    {
        Finds(In(new() { Publications = [new("p", true, [new("public", "sites")])] }), "T31", DoctorSeverity.Warning, "publication p", "It publishes all tables.", null);
        Finds(In(new() { Publications = [new("p", false, [new("public", "units"), new("public", "sites")])] }), "T31", DoctorSeverity.Warning, "publication p", "It publishes public.sites without a row filter.", null);
        Assert.Empty(Judge(In(new() { Publications = [new("p", false, [new("public", "units")])] })));
    }

    [Theory]
    [InlineData(140099, "15.20")]
    [InlineData(150019, "15.20")]
    [InlineData(150020, null)]
    [InlineData(160015, "16.16")]
    [InlineData(160016, null)]
    [InlineData(170011, "17.12")]
    [InlineData(170012, null)]
    [InlineData(180006, "18.7")]
    [InlineData(180007, null)]
    [InlineData(190000, "19.1")]
    [InlineData(190001, null)]
    [InlineData(200000, null)]
    public void T32_The_servers_minor_release(int number, string? wanted)
    {
        var catalog = Server(server => server with { VersionNumber = number, Version = "x" });
        if (wanted is null)
        {
            Assert.Empty(Judge(catalog));
            return;
        }

        Finds(catalog, "T32", DoctorSeverity.Error, "server", $"PostgreSQL x lacks fixes of row security that {wanted} has. Upgrade it.", null);
        Assert.Equal(DoctorSeverity.Warning, Assert.Single(Judge(catalog, acceptOldServer: true)).Severity);
    }

    [Fact]
    public void T00_T37_T40_The_rest()
    {
        Finds(Server(server => server with { Bootstrapped = false }), "T37", DoctorSeverity.Error, "database pulse", "pulse.tenant_id() does not exist: run the SQL of TenantSchema.Bootstrap.", null);
        Finds(Server(server => server with { LargeObjectsOpen = true }), "T40", DoctorSeverity.Warning, "database pulse", "lo_compat_privileges is on: take it out of the server's settings.", null);
        Finds(
            Server(server => server with { LargeObjectsCreatable = true }), "T40", DoctorSeverity.Warning, "database pulse", "Tenants' statements may make large objects.",
            $"REVOKE EXECUTE ON FUNCTION {BootstrapSql.LargeObjectMakers} FROM {Everybody};");
        Finds(Sound with { NotSeen = ["the moon"] }, "T00", DoctorSeverity.Note, "login pulse_app_login", "It may not see the moon.", null);
    }

    [Fact]
    public void Every_rule_says_what_it_is_and_why()
    {
        Assert.Equal(TenancyDoctor.Rules.Count, TenancyDoctor.Rules.DistinctBy(rule => rule.Id).Count());
        Assert.Equal(TenancyDoctor.Rules.Count, TenancyDoctor.Rules.DistinctBy(rule => rule.Name).Count());
        Assert.All(TenancyDoctor.Rules, rule =>
        {
            Assert.Matches("^[TB][0-9]{2}b?$", rule.Id);
            Assert.Matches("^[a-z]+(-[a-z]+)+$", rule.Name);
            Assert.InRange(rule.Explanation.Length, 30, 200);
        });
        Assert.Superset(Enumerable.Range(1, 32).Select(number => $"T{number:D2}").ToHashSet(), TenancyDoctor.Rules.Select(rule => rule.Id).ToHashSet());
    }

    private static CatalogSnapshot In(PlaceFacts places) => Sound with { Places = places };

    private static CatalogSnapshot Server(Func<ServerFacts, ServerFacts> change) => Sound with { Server = change(Sound.Server) };

    private static CatalogSnapshot Roles(params RoleFacts[] roles) => Sound with { Roles = roles };
}
