namespace Pulse.Audit;

internal enum StoreFailureKind
{
    /// <summary>The server cannot be reached or cannot work now: try again.</summary>
    Unavailable,

    /// <summary>The server refuses a row: find it.</summary>
    Refused,

    /// <summary>The server refuses the writer: somebody has to act; try again meanwhile.</summary>
    Misconfigured,
}
