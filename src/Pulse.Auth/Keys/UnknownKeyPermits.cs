namespace Pulse.Auth;

/// <summary>Lets unknown key identifiers cause at most two fetches in any 30 seconds. Not thread-safe: its owner locks.</summary>
internal sealed class UnknownKeyPermits(TimeProvider time)
{
    public const int Limit = 2;

    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly Queue<long> _spent = new(Limit);

    public bool TryTake()
    {
        if (_spent.Count == Limit)
        {
            if (time.GetElapsedTime(_spent.Peek()) < Period)
            {
                return false;
            }

            _spent.Dequeue();
        }

        _spent.Enqueue(time.GetTimestamp());
        return true;
    }
}
