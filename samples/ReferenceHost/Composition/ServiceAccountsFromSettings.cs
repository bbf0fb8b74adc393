using System.Security.Cryptography;
using System.Text;
using Pulse.Audit;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>The one service account of port 1883; both name and password are compared in fixed time.</summary>
internal sealed class ServiceAccountsFromSettings(MqttSettings settings, IAuditWriter audit) : IServiceAccounts
{
    private readonly byte[] _user = Digest(Encoding.UTF8.GetBytes(settings.ServiceUser));
    private readonly byte[] _password = Digest(Encoding.UTF8.GetBytes(settings.ServicePassword));

    public ValueTask<bool> VerifyAsync(string userName, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        var userMatches = CryptographicOperations.FixedTimeEquals(Digest(Encoding.UTF8.GetBytes(userName)), _user);
        var passwordMatches = CryptographicOperations.FixedTimeEquals(Digest(password.Span), _password);
        var accepted = userMatches & passwordMatches;
        if (!accepted)
        {
            audit.TryWrite(new AuditEvent
            {
                Type = "mqtt.service.refused",
                Class = AuditClass.Security,
                Outcome = AuditOutcome.Denied,
                Reason = "WrongPassword",
            });
        }

        return ValueTask.FromResult(accepted);
    }

    // Digests have one length, so a comparison says nothing about the length of the secret.
    private static byte[] Digest(ReadOnlySpan<byte> value) => SHA256.HashData(value);
}
