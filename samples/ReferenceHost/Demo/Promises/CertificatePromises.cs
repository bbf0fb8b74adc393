using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Exceptions;
using Pulse.Certs;

namespace Pulse.ReferenceHost.Demo.Promises;

/// <summary>Only live certificates of our own CA get in, and revoking ends what runs.</summary>
internal static class CertificatePromises
{
    public static IReadOnlyList<Promise> All { get; } =
    [
        new("an unknown certificate is refused at TLS", UnknownAsync),
        new("a revoked device's session ends and its next handshake is refused", RevokedAsync),
    ];

    private static async Task<string> UnknownAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        // The right name from the wrong issuer.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=acme:bench-1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("urn:pulse:tenant:acme:device:bench-1"));
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var forged = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var refusal = await RefusalAsync(world, forged, cancellationToken);
        return $"self-signed CN=acme:bench-1: {refusal}";
    }

    private static async Task<string> RevokedAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        var (device, certificate) = await world.EnrolAsync("acme", "demo-revoked", cancellationToken);
        using var again = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        await using var connection = await world.ConnectAsync(certificate, cancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        var revoked = await world.Enrolment.RevokeAsync(device, RevocationReason.KeyCompromise, cancellationToken);
        var reason = await connection.Ended.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        NotObservedException.Unless(revoked == 1, $"{revoked} certificates were revoked");

        var refusal = await RefusalAsync(world, again, cancellationToken);
        return $"session ended {elapsed.TotalMilliseconds:0} ms after the revocation ({reason}); then {refusal}";
    }

    private static async Task<string> RefusalAsync(DemoWorld world, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await world.ConnectAsync(
                X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null), cancellationToken);
        }
        catch (Exception refused) when (refused is MqttCommunicationException or IOException or SocketException or AuthenticationException)
        {
            return $"refused in the TLS handshake ({refused.GetBaseException().Message})";
        }

        throw new NotObservedException("the connection was accepted");
    }
}
