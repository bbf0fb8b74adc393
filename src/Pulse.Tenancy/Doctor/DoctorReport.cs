namespace Pulse.Tenancy;

/// <summary>What <see cref="TenancyDoctor"/> found in a database.</summary>
public sealed class DoctorReport
{
    internal DoctorReport(CatalogSnapshot catalog, IEnumerable<DoctorFinding> findings, DoctorBaseline baseline)
    {
        var order = RuleBook.All.Select((rule, at) => (rule.Id, at)).ToDictionary(entry => entry.Id, entry => entry.at);
        var (open, accepted) = baseline.Apply([.. findings]);
        Findings = [.. open
            .OrderByDescending(finding => finding.Severity)
            .ThenBy(finding => order[finding.Rule.Id])
            .ThenBy(finding => finding.Place, StringComparer.Ordinal)];
        Accepted = accepted;
        Database = catalog.Server.Database;
        ServerVersion = catalog.Server.Version;
        Login = catalog.Server.Login;
        Role = catalog.Server.Role;
        TenantTables = catalog.TenantTables.Count();
    }

    /// <summary>The database that was looked at.</summary>
    public string Database { get; }

    /// <summary>The server's version, in its own words.</summary>
    public string ServerVersion { get; }

    /// <summary>The login that looked.</summary>
    public string Login { get; }

    /// <summary>The role its connection arrived in.</summary>
    public string Role { get; }

    /// <summary>How many tenants' tables were judged, partitions not counted.</summary>
    public int TenantTables { get; }

    /// <summary>Everything found and not accepted, the worst first.</summary>
    public IReadOnlyList<DoctorFinding> Findings { get; }

    /// <summary>What the baseline accepts.</summary>
    public IReadOnlyList<AcceptedFinding> Accepted { get; }

    /// <summary>Whether anything of severity <see cref="DoctorSeverity.Error"/> was found and not accepted.</summary>
    public bool HasErrors => Count(DoctorSeverity.Error) > 0;

    /// <summary>How many findings of a severity were not accepted.</summary>
    /// <param name="severity">The severity.</param>
    public int Count(DoctorSeverity severity) => Findings.Count(finding => finding.Severity == severity);

    /// <summary>Fails a test, or a start, when something was found.</summary>
    /// <param name="atLeast">The mildest severity that fails. Default <see cref="DoctorSeverity.Error"/>.</param>
    /// <exception cref="InvalidOperationException">Something of that severity was found; the text is the report.</exception>
    public void ThrowIfFailed(DoctorSeverity atLeast = DoctorSeverity.Error)
    {
        if (Findings.Any(finding => finding.Severity >= atLeast))
        {
            throw new InvalidOperationException(ToText());
        }
    }

    /// <summary>The report for people.</summary>
    public string ToText() => TextReport.Write(this);

    /// <summary>The report as one JSON object.</summary>
    public string ToJson() => JsonReport.Write(this);

    /// <summary>The report as SARIF 2.1.0 (OASIS), for code scanners; accepted findings are suppressed results.</summary>
    public string ToSarif() => SarifReport.Write(this);
}
