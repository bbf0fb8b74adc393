namespace Pulse.Auth;

/// <summary>One browser session as it is stored.</summary>
/// <param name="Ticket">The serialized principal and ID token: secret, never logged.</param>
/// <param name="ExpiresAt">When the session ends unless it is used before.</param>
public sealed record SessionRecord(ReadOnlyMemory<byte> Ticket, DateTimeOffset ExpiresAt)
{
    /// <summary>The provider that logged the person in; null in a record from elsewhere.</summary>
    public string? Issuer { get; init; }

    /// <summary>The person (<c>sub</c>) at that provider.</summary>
    public string? Subject { get; init; }

    /// <summary>The provider's session (<c>sid</c>); null when it named none.</summary>
    public string? ProviderSession { get; init; }

    /// <summary>Names the type alone: a ticket must not reach a log.</summary>
    /// <returns>The name of the type.</returns>
    public override string ToString() => nameof(SessionRecord);
}
