namespace Pulse.Auth;

/// <summary>What a <see cref="TokenDenial"/> names.</summary>
public enum TokenDenialKind
{
    /// <summary>One token, by its identifier (<c>jti</c>).</summary>
    Token = 0,

    /// <summary>Every token of one session of the provider (<c>sid</c>).</summary>
    Session,

    /// <summary>Every token of one subject (<c>sub</c>) that was issued before a moment.</summary>
    Subject,
}
