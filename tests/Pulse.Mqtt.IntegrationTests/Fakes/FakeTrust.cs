using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>Trusts what one CA issued and nobody revoked.</summary>
public sealed class FakeTrust(X509Certificate2 root) : IDeviceTrust
{
    public ConcurrentDictionary<string, bool> Revoked { get; } = new();

    public DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (!chain.Build(leaf))
        {
            return DeviceTrustVerdict.Refused("unknown_issuer");
        }

        var serial = leaf.SerialNumber.ToLowerInvariant();
        if (Revoked.ContainsKey(serial))
        {
            return DeviceTrustVerdict.Refused("revoked");
        }

        // The name "t:d" is enough here; the real rule reads the subject alternative name.
        var name = leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false).Split(':');
        return DeviceKey.TryCreate(name[0], name[^1], out var device)
            ? DeviceTrustVerdict.Trusted(new TrustedCertificate(device, serial, leaf.NotAfter.ToUniversalTime()))
            : DeviceTrustVerdict.Refused("no_identity");
    }

    public bool IsLive(in TrustedCertificate certificate) => !Revoked.ContainsKey(certificate.SerialNumber);
}
