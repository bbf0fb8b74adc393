using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Tells what a refusal of the server has to do with tenants.</summary>
public static class TenancyErrors
{
    /// <summary>The routine of PostgreSQL that refuses a row its policies forbid; messages are translated, routines are not.</summary>
    private const string PolicyCheck = "ExecWithCheckOptions";

    /// <summary>
    /// Reads the SQLSTATE of the first <see cref="PostgresException"/> among an exception and its inner ones, which is where
    /// EF Core and others put it. The refusal's texts, which may name a row, are not used.
    /// </summary>
    /// <param name="error">What was thrown; null is nothing.</param>
    /// <returns>The meaning, or null when the refusal is about something else.</returns>
    public static TenancyRefusal? Explain(Exception? error) => Meaning(First(error));

    /// <summary>The first refusal of the server among an exception and its inner ones; null when there is none.</summary>
    internal static PostgresException? First(Exception? error)
    {
        var cause = error;
        while (cause is not PostgresException)
        {
            if (cause is null)
            {
                return null;
            }

            cause = cause.InnerException;
        }

        return cause as PostgresException;
    }

    private static TenancyRefusal? Meaning(PostgresException? refusal) => refusal?.SqlState switch
    {
        "PT401" => TenancyRefusal.NoTenant,
        "PT402" => TenancyRefusal.BadSeal,
        "PT403" => TenancyRefusal.OperatorNotAudited,
        PostgresErrorCodes.InsufficientPrivilege when refusal!.Routine == PolicyCheck => TenancyRefusal.TenantViolation,
        _ => null,
    };
}
