using System.Net;

namespace Pulse.Audit;

/// <summary>One spelling for one host: <c>inet</c> has no zone, and one host must not look like two.</summary>
internal static class PeerAddress
{
    public static IPAddress Normalize(IPAddress peer) =>
        peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : new IPAddress(peer.GetAddressBytes());
}
