namespace Pulse.Mqtt;

/// <summary>Seam: the passwords of the service listener. There is no default; the endpoint does not start without one.</summary>
public interface IServiceAccounts
{
    /// <summary>Checks a password. Compare in fixed time and slow down guessing: the listener should not be published, but it may be.</summary>
    /// <param name="userName">The user name: valid UTF-8, no control characters, 1–256 characters.</param>
    /// <param name="password">The password's bytes; valid for this call only.</param>
    /// <param name="cancellationToken">Ends the check when the connection closes.</param>
    /// <returns>Whether the password is the account's. An exception counts as a refusal.</returns>
    ValueTask<bool> VerifyAsync(string userName, ReadOnlyMemory<byte> password, CancellationToken cancellationToken);
}
