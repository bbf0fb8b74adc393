using System.Security.Cryptography;

namespace Pulse.Auth;

/// <summary>Replicas that started together, or lost the provider together, must not fetch together for ever.</summary>
internal static class Jitter
{
    /// <summary>The time give or take a tenth.</summary>
    public static TimeSpan Spread(TimeSpan time) => time * (RandomNumberGenerator.GetInt32(900, 1101) / 1000.0);
}
