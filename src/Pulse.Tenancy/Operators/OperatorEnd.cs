using Npgsql;

namespace Pulse.Tenancy;

/// <summary>How an operator's access that failed is told: to the recorder, and to the caller.</summary>
/// <param name="Steps">What the recorder is told, in this order.</param>
/// <param name="Refusal">The server's first refusal, which is the cause; null when the connection broke or was given up.</param>
/// <param name="IsSwitchRefused">The connection arrived in a role, or the schema is not bootstrapped: it is not to be used again.</param>
internal sealed record OperatorEnd(IReadOnlyList<OperatorAccessOutcome> Steps, PostgresException? Refusal, bool IsSwitchRefused)
{
    /// <summary>Judges an error.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="isGranted">Whether the server has said that the grant is committed and the role taken.</param>
    public static OperatorEnd Of(Exception error, bool isGranted)
    {
        var refusal = FirstRefusal(error);
        if (isGranted)
        {
            return new([OperatorAccessOutcome.Granted, OperatorAccessOutcome.Failed], refusal, IsSwitchRefused: false);
        }

        return refusal is null
            ? new([OperatorAccessOutcome.Failed], Refusal: null, IsSwitchRefused: false)
            : new([OperatorAccessOutcome.Refused], refusal, refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>With two Syncs both transactions can fail; the driver then wraps their errors.</summary>
    private static PostgresException? FirstRefusal(Exception error) => error switch
    {
        PostgresException refusal => refusal,
        { InnerException: AggregateException several } => several.InnerExceptions.OfType<PostgresException>().FirstOrDefault(),
        _ => null,
    };
}
