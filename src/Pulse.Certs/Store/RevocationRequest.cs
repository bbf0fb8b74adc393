namespace Pulse.Certs;

/// <summary>A change of a certificate's revocation, as the store is asked for it.</summary>
public sealed record RevocationRequest
{
    /// <summary>Lower-case hexadecimal digits.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Whom it was issued to; null finds servers' certificates only. Another's certificate is not found.</summary>
    public required DeviceSubject? Owner { get; init; }

    /// <summary>What to do.</summary>
    public required RevocationAction Action { get; init; }

    /// <summary>Why to revoke; of no meaning for a hold and a release.</summary>
    public RevocationReason Reason { get; init; }

    /// <summary>Now, UTC, whole seconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Recorded with a new row (RFC 5280 §5.3.2).</summary>
    public DateTimeOffset? InvalidSince { get; init; }
}
