namespace Pulse.Tenancy;

/// <summary>Tells what is wrong with a statement from what is wrong with the server or the moment.</summary>
internal static class Refusal
{
    /// <summary>
    /// SQLSTATE classes (PostgreSQL, Appendix A) that say nothing about the statement: connection, authorization of the
    /// login, rollback by deadlock or serialization, resources, object state, operator intervention, system, internal.
    /// </summary>
    private static readonly string[] ServerClasses = ["08", "28", "40", "53", "55", "57", "58", "F0", "XX"];

    public static bool IsOfTheStatement(string sqlState) =>
        !Array.Exists(ServerClasses, prefix => sqlState.StartsWith(prefix, StringComparison.Ordinal));
}
