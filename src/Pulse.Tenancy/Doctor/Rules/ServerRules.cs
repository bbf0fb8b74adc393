namespace Pulse.Tenancy;

/// <summary>T00, T25, T26, T28, T31, T32, T37, T40: the database and its server.</summary>
internal static class ServerRules
{
    /// <summary>PostgreSQL's releases of 12 November 2026, by major version, as server_version_num writes them.</summary>
    private static readonly int[] Floors = [150020, 160016, 170012, 180007, 190001];

    public static IEnumerable<DoctorFinding> Judge(CatalogSnapshot catalog, bool acceptOldServer) =>
        Version(catalog.Server, acceptOldServer).Concat(Latch(catalog)).Concat(Outside(catalog)).Concat(LargeObjects(catalog)).Concat(Publications(catalog)).Concat(Seen(catalog));

    private static IEnumerable<DoctorFinding> Version(ServerFacts server, bool acceptOldServer)
    {
        // The first of the server's own major version or a later one; 0, which no server is below, for versions to come.
        var wanted = Array.Find(Floors, floor => floor / 10000 >= server.VersionNumber / 10000);
        if (server.VersionNumber < wanted)
        {
            yield return RuleBook.OldServer.At(
                "server",
                $"PostgreSQL {server.Version} lacks fixes of row security that {wanted / 10000}.{wanted % 10000} has. Upgrade it.",
                severity: acceptOldServer ? DoctorSeverity.Warning : DoctorSeverity.Error);
        }
    }

    private static IEnumerable<DoctorFinding> Latch(CatalogSnapshot catalog)
    {
        var server = catalog.Server;
        if (!server.Bootstrapped)
        {
            yield return RuleBook.NotBootstrapped.At("database " + ObjectName.Of(server.Database), "pulse.tenant_id() does not exist: run the SQL of TenantSchema.Bootstrap.");
        }

        // The seal holds without the latch; managed servers have no superuser to close it.
        DoctorSeverity? severity = server.Sealed ? DoctorSeverity.Note : null;
        if (server.SetConfig)
        {
            yield return RuleBook.SetConfig.At(
                "function pg_catalog.set_config(text, text, boolean)",
                "Tenants' statements may call it.",
                $"REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM {SqlName.Quote(catalog.AppRole)};\n{BootstrapSql.Latch}",
                severity);
        }

        foreach (var language in catalog.Places.UsableLanguages)
        {
            yield return RuleBook.TrustedLanguage.At(
                "language " + ObjectName.Of(language),
                "Tenants' statements may write DO blocks in it.",
                $"REVOKE USAGE ON LANGUAGE {SqlName.Quote(language)} FROM {catalog.Grantees};",
                severity);
        }
    }

    private static IEnumerable<DoctorFinding> Outside(CatalogSnapshot catalog)
    {
        foreach (var extension in catalog.Places.OutwardExtensions)
        {
            yield return RuleBook.OutOfDatabase.At("extension " + ObjectName.Of(extension), "It reaches out of the database. See who may use it, and accept it then.");
        }

        foreach (var language in catalog.Places.UntrustedLanguages)
        {
            yield return RuleBook.OutOfDatabase.At("language " + ObjectName.Of(language), "Functions in it run as the server's own user. See who wrote them, and accept it then.");
        }

        foreach (var server in catalog.Places.UsableServers)
        {
            yield return RuleBook.OutOfDatabase.At(
                "foreign server " + ObjectName.Of(server),
                "Tenants' statements may use it.",
                $"REVOKE USAGE ON FOREIGN SERVER {SqlName.Quote(server)} FROM {catalog.Grantees};",
                DoctorSeverity.Error);
        }
    }

    private static IEnumerable<DoctorFinding> LargeObjects(CatalogSnapshot catalog)
    {
        var server = catalog.Server;
        var place = "database " + ObjectName.Of(server.Database);
        if (server.LargeObjectsOpen)
        {
            yield return RuleBook.LargeObjects.At(place, "lo_compat_privileges is on: take it out of the server's settings.");
        }

        if (server.LargeObjectsCreatable)
        {
            yield return RuleBook.LargeObjects.At(place, "Tenants' statements may make large objects.", $"REVOKE EXECUTE ON FUNCTION {BootstrapSql.LargeObjectMakers} FROM {catalog.Grantees};");
        }
    }

    private static IEnumerable<DoctorFinding> Publications(CatalogSnapshot catalog)
    {
        foreach (var publication in catalog.Places.Publications)
        {
            var place = "publication " + ObjectName.Of(publication.Name);
            if (publication.AllTables)
            {
                yield return RuleBook.Publication.At(place, "It publishes all tables.");
                continue;
            }

            var shown = catalog.TenantTables.Select(table => new TableName(table.Schema, table.Name)).Intersect(publication.Tables).ToList();
            if (shown.Count > 0)
            {
                yield return RuleBook.Publication.At(
                    place,
                    $"It publishes {string.Join(", ", shown.Select(table => ObjectName.Of(table.Schema, table.Name)))} without a row filter.");
            }
        }
    }

    private static IEnumerable<DoctorFinding> Seen(CatalogSnapshot catalog) =>
        catalog.NotSeen.Select(what => RuleBook.NotSeen.At("login " + ObjectName.Of(catalog.Server.Login), $"It may not see {what}."));
}
