using System.Reflection;
using Pulse.Audit;
using Pulse.Certs;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Data;

/// <summary>All SQL of a deployment, in the order it must run.</summary>
internal static class HostSchema
{
    private static readonly string[] TenantTables = ["tenant", "device", "telemetry", "quarantine"];

    // The platform's own, of no tenant or of all: the doctor asks other things of them.
    private static readonly (string Schema, string Table, string Reason)[] SystemTables =
    [
        ("pulse_certs", "certificate", "the authority looks across tenants; server certificates have none"),
        ("pulse_certs", "revocation", "revocation lists name the certificates of all tenants"),
        ("pulse_certs", "rotation", "the worker ends the overlaps of all tenants"),
        ("pulse_certs", "expiry_notice", "the worker announces the ending certificates of all tenants"),
        ("pulse_certs", "issuance_log", "one chain over all tenants"),
        ("pulse_certs", "issuance_head", "the end of that chain"),
        ("pulse_audit", "event", "one chain over all tenants; a tenant reads its own through a policy of the table's own"),
        ("pulse_audit", "stream_head", "where each writer's chain stands"),
        ("pulse_audit", "quarantine", "events the table refused, at their place in the chain"),
        ("pulse_audit", "sealed_run", "which events stand at which places of the sealed log"),
        ("pulse_audit", "key_epoch", "the keys that sign the sealed log"),
        ("pulse_audit", "checkpoint", "signed roots of the sealed log"),
        ("pulse_audit", "legal_hold", "what retention may not take out"),
        ("pulse_audit", "legal_hold_lifted", "holds that hold no longer"),
        ("pulse_audit", "pruned", "signed markers of what retention took out"),
        ("pulse_audit", "pruned_run", "the hashes that are left of it"),
    ];

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
        foreach (var (schema, table, reason) in SystemTables)
        {
            yield return TenantSchema.SystemTable(schema, table, reason);
        }
    }

    private static string Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Pulse.ReferenceHost.Data." + file)
            ?? throw new InvalidOperationException($"The resource {file} is not in this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
