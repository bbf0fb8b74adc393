namespace Pulse.Auth;

/// <summary>Keeps browser sessions on the server. The default keeps them in memory, 10,000 at most.</summary>
/// <remarks>
/// The key is a digest of the identifier in the cookie, so a copy of the store opens no session. A store shared by
/// replicas must see a removal at once everywhere: logout depends on it.
/// </remarks>
public interface ISessionStore
{
    /// <summary>Adds a session.</summary>
    /// <param name="key">Digest of a fresh 256-bit identifier, 43 base64url characters.</param>
    /// <param name="record">The session.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the session can be found.</returns>
    ValueTask AddAsync(string key, SessionRecord record, CancellationToken cancellationToken);

    /// <summary>Finds a session.</summary>
    /// <param name="key">The key it was added under.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The session; null when it was never added, was removed, or has expired.</returns>
    ValueTask<SessionRecord?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Moves the expiry of a session; does nothing when there is none.</summary>
    /// <param name="key">The key it was added under.</param>
    /// <param name="expiresAt">The new expiry.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the expiry is moved.</returns>
    ValueTask ExtendAsync(string key, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>Removes a session; does nothing when there is none.</summary>
    /// <param name="key">The key it was added under.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when no request can find the session any more.</returns>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes every session of one session of the provider (back-channel logout).</summary>
    /// <param name="issuer"><see cref="SessionRecord.Issuer"/>, compared by ordinal.</param>
    /// <param name="providerSession"><see cref="SessionRecord.ProviderSession"/>, compared by ordinal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when no request can find them any more.</returns>
    ValueTask RemoveByProviderSessionAsync(string issuer, string providerSession, CancellationToken cancellationToken);

    /// <summary>Removes every session of one person (back-channel logout).</summary>
    /// <param name="issuer"><see cref="SessionRecord.Issuer"/>, compared by ordinal.</param>
    /// <param name="subject"><see cref="SessionRecord.Subject"/>, compared by ordinal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when no request can find them any more.</returns>
    ValueTask RemoveBySubjectAsync(string issuer, string subject, CancellationToken cancellationToken);
}
