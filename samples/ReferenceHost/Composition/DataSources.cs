namespace Pulse.ReferenceHost.Composition;

/// <summary>Keys of the data sources the host owns; Pulse.Tenancy owns those of the application and operator logins.</summary>
internal static class DataSources
{
    public const string Worker = "worker";

    public const string Audit = "audit";
}
