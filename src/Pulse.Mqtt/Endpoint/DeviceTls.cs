using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>
/// TLS of the three listeners: 1.2 and later, nothing fetched from the network, and on the device listeners a client certificate that
/// <see cref="IDeviceTrust"/> accepts, or no connection.
/// </summary>
internal sealed class DeviceTls
{
    private readonly IDeviceTrust _trust;
    private readonly MqttMetrics _metrics;
    private readonly ILogger<DeviceTls> _logger;
    private readonly TimeSpan _timeout;
    private readonly SslStreamCertificateContext _certificate;

    public DeviceTls(IDeviceTrust trust, IOptions<PulseMqttOptions> options, MqttMetrics metrics, ILogger<DeviceTls> logger)
    {
        _trust = trust;
        _metrics = metrics;
        _logger = logger;
        _timeout = options.Value.ConnectTimeout;
        _certificate = SslStreamCertificateContext.Create(options.Value.ServerCertificate!, options.Value.ServerCertificateChain, offline: true);
    }

    /// <summary>The handshake of a listener.</summary>
    public TlsHandshakeCallbackOptions For(MqttListener listener) => new()
    {
        HandshakeTimeout = _timeout,
        OnConnection = context => ValueTask.FromResult(OptionsFor(listener, context.Connection)),
    };

    /// <summary>What one connection's handshake asks for.</summary>
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The promise is TLS 1.2 and later; the platform's default can be lowered by its configuration.")]
    public SslServerAuthenticationOptions OptionsFor(MqttListener listener, BaseConnectionContext connection)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = [listener == MqttListener.WebSocket ? SslApplicationProtocol.Http11 : new SslApplicationProtocol("mqtt")],
        };
        if (listener == MqttListener.Service)
        {
            return options;
        }

        // A resumed session would answer for a certificate that was judged at another time.
        options.AllowTlsResume = false;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
        };
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accept(connection, certificate, chain);
        return options;
    }

    /// <summary>The platform's own verdict is not asked for: which certificates are devices is for the trust seam alone to say.</summary>
    private bool Accept(BaseConnectionContext connection, X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 leaf)
        {
            return Refuse(connection, "no_certificate");
        }

        X509Certificate2[] presented = chain is null ? [] : [.. chain.ChainPolicy.ExtraStore];
        DeviceTrustVerdict verdict;
        try
        {
            verdict = _trust.Check(leaf, presented);
        }
        catch (Exception exception)
        {
            // A seam that fails trusts nobody.
            Log.TrustFailed(_logger, exception);
            return Refuse(connection, "trust_failed");
        }

        if (!verdict.IsTrusted)
        {
            return Refuse(connection, verdict.Refusal ?? "unspecified");
        }

        connection.Features.Set(new DeviceTlsFeature(verdict.Certificate));
        return true;
    }

    private bool Refuse(BaseConnectionContext connection, string reason)
    {
        Log.CertificateRefused(_logger, connection.RemoteEndPoint?.ToString(), reason);
        _metrics.Refused(reason);
        return false;
    }
}
