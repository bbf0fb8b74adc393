namespace Pulse.Audit;

/// <summary>The database objects of the audit sink.</summary>
public static class AuditSchema
{
    private static readonly string[] Scripts = ["audit.sql", "evidence.sql", "retention.sql"];

    /// <summary>
    /// Creates schema <c>pulse_audit</c>, or brings it up to date; may be run any number of times. To be run as
    /// <c>pulse_owner</c> (no superuser), which needs CREATE on the database and USAGE on language plpgsql; the roles
    /// <c>pulse_app</c>, <c>pulse_audit_writer</c> and <c>pulse_worker</c> (BYPASSRLS) must exist. Where <c>pulse.tenant_id()</c>
    /// of Pulse.Tenancy exists, it decides which tenant reads; otherwise the setting <c>app.tenant_id</c> does. Each run also makes
    /// the partitions of the current month and the three that follow, so run it at least once a quarter.
    /// </summary>
    public static string Sql { get; } = Read();

    private static string Read() => string.Join('\n', Scripts.Select(script =>
    {
        using var stream = typeof(AuditSchema).Assembly.GetManifestResourceStream("Pulse.Audit.Schema." + script)
            ?? throw new InvalidOperationException($"The resource {script} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }));
}
