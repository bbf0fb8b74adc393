namespace Pulse.Tenancy.Tests;

/// <summary>A sound catalog to change one fact of, and the question what the doctor says to it.</summary>
internal static class DoctorCatalog
{
    public const string OwnRows = "(tenant_id = ( SELECT pulse.tenant_id() AS tenant_id))";
    public const string Everybody = "PUBLIC, \"pulse_app\", \"pulse_app_login\"";

    public static TableFacts Sites { get; } = new()
    {
        Schema = "public",
        Name = "sites",
        Owner = "pulse_owner",
        RowSecurity = true,
        Forced = true,
        HasTenant = true,
        TenantNotNull = true,
        TenantDefault = "pulse.tenant_id()",
        TenantIndex = true,
        Rights = ["SELECT", "INSERT"],
    };

    public static PolicyFacts Own { get; } = new()
    {
        Schema = "public", Table = "sites", Name = "pulse_tenant", Permissive = true, ForAll = true, ToPublic = true, AppliesToApp = true, Using = OwnRows, Check = OwnRows,
    };

    public static PolicyFacts Guard { get; } = Own with { Name = "pulse_guard", Permissive = false };

    public static RoleFacts App { get; } = new() { Name = "pulse_app", IsAppRole = true };

    public static RoleFacts Login { get; } = new() { Name = "pulse_app_login", CanLogin = true };

    public static CatalogSnapshot Sound { get; } = new()
    {
        Server = new ServerFacts { VersionNumber = 150020, Version = "15.20", Database = "pulse", Login = "pulse_app_login", Role = "pulse_app_login", Bootstrapped = true },
        Roles = [App, Login],
        Tables = [Sites],
        Policies = [Own, Guard],
    };

    public static CatalogSnapshot With(params TableFacts[] tables) => Sound with { Tables = tables };

    public static CatalogSnapshot With(params PolicyFacts[] policies) => Sound with { Policies = [Own, Guard, .. policies] };

    public static IReadOnlyList<DoctorFinding> Judge(CatalogSnapshot catalog, bool acceptOldServer = false) =>
        new TenancyDoctor(new TenancyDoctorOptions { AcceptServerBelowSecurityFloor = acceptOldServer }).Judge(catalog).Findings;

    /// <summary>Exactly this is found, in these words.</summary>
    public static void Finds(CatalogSnapshot catalog, string rule, DoctorSeverity severity, string place, string message, string? fix)
    {
        var finding = Assert.Single(Judge(catalog));
        Assert.Equal((rule, severity, place, message, fix), (finding.Rule.Id, finding.Severity, finding.Place, finding.Message, finding.FixSql));
    }
}
