namespace Pulse.Tenancy.Testing;

/// <summary>What the server's answer to an attack means.</summary>
internal static class OutcomeRules
{
    private const string Privilege = "42501";
    private const string UniqueViolation = "23505";

    /// <summary>An error where rows were asked for. A statement that is wrong in itself proves nothing.</summary>
    public static Outcome Refused(string sqlState, string message)
    {
        var isWrongStatement = sqlState.StartsWith("42", StringComparison.Ordinal) && sqlState != Privilege;
        return isWrongStatement ? Untested(sqlState, message) : Rejected(sqlState, message);
    }

    /// <summary>An error where a row was to be written for another tenant. Policies are asked before constraints: an error of a constraint came after.</summary>
    public static Outcome WriteRefused(string sqlState, string message) => sqlState.StartsWith("23", StringComparison.Ordinal)
        ? new(IsolationVerdict.Leaked, $"The policy let the row pass; only a constraint refused it ({sqlState}: {message}).")
        : Refused(sqlState, message);

    /// <summary>An error where the other tenant's key was tried: only a key without the tenant tells that it is taken.</summary>
    public static Outcome KeyRefused(string sqlState, string message, bool keyHasTenant)
    {
        if (sqlState == UniqueViolation && !keyHasTenant)
        {
            return new(IsolationVerdict.Leaked, $"The server told that another tenant has the value ({message}). TenantSchema.CompositeKey mends the key.");
        }

        return sqlState.StartsWith("23", StringComparison.Ordinal)
            ? new(IsolationVerdict.Invisible, $"Refused for the attacker's own rows alone ({sqlState}).")
            : Refused(sqlState, message);
    }

    private static Outcome Rejected(string sqlState, string message) => new(IsolationVerdict.Rejected, $"{sqlState}: {message}");

    private static Outcome Untested(string sqlState, string message) => new(IsolationVerdict.Untested, $"The attack itself failed ({sqlState}: {message}).");
}
