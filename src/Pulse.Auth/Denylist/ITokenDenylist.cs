namespace Pulse.Auth;

/// <summary>Tokens refused before they expire. Asked at every validation, a hit in the token cache included.</summary>
/// <remarks>
/// The default keeps 100,000 denials in the memory of one process; replicas need a shared one, registered as a
/// singleton. It is on the path of every request, so it answers from memory and bounds its waits. Whatever it throws
/// refuses the token with <see cref="PulseTokenFailure.DenylistUnavailable"/> (503), is logged and counted.
/// </remarks>
public interface ITokenDenylist
{
    /// <summary>Adds a denial. One of the same kind, issuer and value keeps the later of both times.</summary>
    /// <param name="denial">What to deny.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// False when a denial of the same kind, issuer and value stood already. Must be atomic among replicas: the replay
    /// check of logout tokens rests on it.
    /// </returns>
    /// <exception cref="InvalidOperationException">There is no room; a denial is never dropped for another.</exception>
    ValueTask<bool> AddAsync(TokenDenial denial, CancellationToken cancellationToken);

    /// <summary>Whether a token is denied by its identifier, its session, or its subject and time of issue.</summary>
    /// <param name="token">A token whose signature and claims are right.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when it must be refused.</returns>
    ValueTask<bool> IsDeniedAsync(VerifiedToken token, CancellationToken cancellationToken);
}
