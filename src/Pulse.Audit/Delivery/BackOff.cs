namespace Pulse.Audit;

/// <summary>
/// Waits between failed attempts: doubling from 0.2 s to 30 s, each shortened by up to half at random, so that replicas do
/// not return to a recovering server in step.
/// </summary>
internal sealed class BackOff(Func<double> random)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        var delay = _next * (1 - (random() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return delay;
    }

    public void Reset() => _next = First;
}
