namespace Pulse.Auth;

/// <summary>A token was refused. Subject and tenant are always null: nothing a refused token says is trusted.</summary>
public sealed class TokenRefused : AuthEvent
{
    /// <summary>Why it was refused.</summary>
    public required PulseTokenFailure Failure { get; init; }
}
