using Npgsql;

namespace Pulse.Audit;

/// <summary>What a failed attempt means for the events it carried.</summary>
internal static class StoreFailure
{
    /// <summary>The SQLSTATE of an id that is stored already at another place of a chain.</summary>
    public const string DuplicateEvent = "23505";

    public static StoreFailureKind KindOf(Exception failure) => SqlStateOf(failure) switch
    {
        null => StoreFailureKind.Unavailable,

        // Data exception; integrity constraint violation; program limit exceeded, such as a text too long for its index: the server
        // judged the rows, and it will judge them alike again.
        ['2', '2' or '3', ..] or ['5', '4', ..] => StoreFailureKind.Refused,

        // Invalid authorization; syntax error or access rule violation; invalid catalog, schema or cursor name.
        ['2', '8', ..] or ['4', '2', ..] or ['3', 'D' or 'F', ..] => StoreFailureKind.Misconfigured,
        _ => StoreFailureKind.Unavailable,
    };

    public static string? SqlStateOf(Exception failure) => (failure as PostgresException)?.SqlState;
}
