namespace Pulse.Auth;

/// <summary>Stands where the application registered no receiver.</summary>
internal sealed class NoAuthEvents : AuthEvents;
