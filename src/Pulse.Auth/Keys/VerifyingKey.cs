namespace Pulse.Auth;

/// <summary>The key that verified a signature, and the snapshot it came from.</summary>
internal readonly record struct VerifyingKey(SigningKey Key, long Generation);
