namespace Pulse.Auth;

/// <summary>One browser session as it is stored.</summary>
/// <param name="Ticket">The serialized principal and ID token: secret, never logged.</param>
/// <param name="ExpiresAt">When the session ends unless it is used before.</param>
public sealed record SessionRecord(ReadOnlyMemory<byte> Ticket, DateTimeOffset ExpiresAt)
{
    /// <summary>Names the type alone: a ticket must not reach a log.</summary>
    /// <returns>The name of the type.</returns>
    public override string ToString() => nameof(SessionRecord);
}
