namespace Pulse.Audit;

/// <summary>The database objects of the audit sink.</summary>
public static class AuditSchema
{
    private const string Resource = "Pulse.Audit.Schema.audit.sql";

    /// <summary>
    /// Creates schema <c>pulse_audit</c>, or brings it up to date; may be run any number of times. To be run as
    /// <c>pulse_owner</c> (no superuser), which needs CREATE on the database and USAGE on language plpgsql; the roles
    /// <c>pulse_app</c> and <c>pulse_audit_writer</c> must exist. Each run also makes the partitions of the current month and
    /// the three that follow, so run it at least once a quarter.
    /// </summary>
    public static string Sql { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(AuditSchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
