namespace Pulse.Auth;

/// <summary>A token passed every check.</summary>
public sealed class TokenAccepted : AuthEvent
{
}
