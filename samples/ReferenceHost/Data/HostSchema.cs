using System.Reflection;
using Pulse.Audit;
using Pulse.Certs;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Data;

/// <summary>All SQL of a deployment, in the order it must run.</summary>
internal static class HostSchema
{
    private static readonly string[] TenantTables = ["tenant", "device", "telemetry", "quarantine"];

    /// <summary>For a superuser, once per database: roles, latch, grants.</summary>
    public static string Bootstrap(string database) => TenantSchema.Bootstrap(database);

    /// <summary>For the migrator in the role pulse_owner: schema only.</summary>
    public static IEnumerable<string> Migrations()
    {
        yield return Read("Schema.sql");
        foreach (var table in TenantTables)
        {
            yield return TenantSchema.Protect("public", table);
        }

        yield return Read("Grants.sql");
        yield return CertificateSchema.Sql;
        yield return AuditSchema.Sql;
    }

    private static string Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Pulse.ReferenceHost.Data." + file)
            ?? throw new InvalidOperationException($"The resource {file} is not in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
