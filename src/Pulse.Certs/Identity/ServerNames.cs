using System.Net;

namespace Pulse.Certs;

/// <summary>The names a server certificate is issued for.</summary>
public sealed class ServerNames
{
    private const int MaxNames = 32;

    /// <summary>Takes the names as they go into the certificate.</summary>
    /// <param name="dnsNames">Host names of letters, digits and hyphens, at most 253 characters; no wildcard, no trailing dot.</param>
    /// <param name="ipAddresses">IPv4 or IPv6 addresses.</param>
    /// <exception cref="ArgumentException">There is no name, there are more than 32, or one is not a host name.</exception>
    public ServerNames(IEnumerable<string> dnsNames, IEnumerable<IPAddress> ipAddresses)
    {
        ArgumentNullException.ThrowIfNull(dnsNames);
        ArgumentNullException.ThrowIfNull(ipAddresses);

        DnsNames = [.. dnsNames];
        IPAddresses = [.. ipAddresses];
        if (DnsNames.Count + IPAddresses.Count is 0 or > MaxNames)
        {
            throw new ArgumentException($"A server certificate needs 1 to {MaxNames} names.", nameof(dnsNames));
        }

        foreach (var name in DnsNames)
        {
            if (!NameSyntax.IsHost(name))
            {
                throw new ArgumentException(
                    $"'{name}' is not a host name of letters, digits and hyphens (wildcards are not issued).", nameof(dnsNames));
            }
        }
    }

    /// <summary>Host names, in the order given.</summary>
    public IReadOnlyList<string> DnsNames { get; }

    /// <summary>Addresses, in the order given.</summary>
    public IReadOnlyList<IPAddress> IPAddresses { get; }
}
