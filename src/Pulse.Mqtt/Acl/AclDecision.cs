namespace Pulse.Mqtt;

/// <summary>The answer of an ACL check. The default value is a denial.</summary>
/// <param name="Allowed">Whether the client may.</param>
/// <param name="Line">The line of the deciding rule, from 1; 0 when no rule decided.</param>
/// <param name="Reason">What decided.</param>
public readonly record struct AclDecision(bool Allowed, int Line, AclReason Reason);
