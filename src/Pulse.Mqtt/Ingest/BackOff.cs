using System.Security.Cryptography;

namespace Pulse.Mqtt;

/// <summary>Waiting times between attempts: doubling from 0.2 s to 5 s, each shortened at random by up to half.</summary>
internal struct BackOff
{
    private const int FirstMilliseconds = 200;
    private const int LastMilliseconds = 5000;

    private int _attempts;

    public TimeSpan Next()
    {
        var ceiling = Math.Min(LastMilliseconds, FirstMilliseconds << Math.Min(_attempts, 5));
        _attempts++;
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(ceiling / 2, ceiling + 1));
    }
}
