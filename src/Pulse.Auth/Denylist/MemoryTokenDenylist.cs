using System.Collections.Concurrent;

namespace Pulse.Auth;

/// <summary>Denials of one process. Validations read without a lock; when full, expired denials make room.</summary>
internal sealed class MemoryTokenDenylist(TimeProvider time) : ITokenDenylist
{
    public const int Capacity = 100_000;

    private readonly ConcurrentDictionary<Key, Denial> _denials = new();
    private readonly Lock _gate = new();

    // Counting a concurrent dictionary takes all its locks.
    private int _count;

    public ValueTask<bool> AddAsync(TokenDenial denial, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(denial);
        var key = new Key(denial.Kind, denial.Issuer, denial.Value);
        var added = new Denial(denial.Until, denial.IssuedBefore ?? DateTimeOffset.MaxValue);
        lock (_gate)
        {
            if (_denials.TryGetValue(key, out var present))
            {
                _denials[key] = present.Widen(added);
                return ValueTask.FromResult(present.Until <= time.GetUtcNow());
            }

            if (_count == Capacity && !TryMakeRoomLocked())
            {
                throw new InvalidOperationException(
                    $"The denylist in memory holds {Capacity} denials, and forgetting one would let a denied token pass. Register an ITokenDenylist on a database.");
            }

            _denials[key] = added;
            _count++;
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<bool> IsDeniedAsync(VerifiedToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return ValueTask.FromResult(Volatile.Read(ref _count) > 0 && IsDenied(token));
    }

    private bool IsDenied(VerifiedToken token) =>
        Denies(TokenDenialKind.Token, token.TokenId, token)
        || Denies(TokenDenialKind.Session, token.SessionId, token)
        || Denies(TokenDenialKind.Subject, token.Subject, token);

    private bool Denies(TokenDenialKind kind, string? value, VerifiedToken token)
    {
        if (value is null)
        {
            return false;
        }

        if (!_denials.TryGetValue(new Key(kind, token.Issuer, value), out var denial))
        {
            return false;
        }

        return token.IssuedAt < denial.IssuedBefore && time.GetUtcNow() < denial.Until;
    }

    private bool TryMakeRoomLocked()
    {
        var now = time.GetUtcNow();
        foreach (var expired in _denials.Where(denial => denial.Value.Until <= now))
        {
            _denials.TryRemove(expired);
            _count--;
        }

        return _count < Capacity;
    }

    private readonly record struct Key(TokenDenialKind Kind, string Issuer, string Value);

    private sealed record Denial(DateTimeOffset Until, DateTimeOffset IssuedBefore)
    {
        public Denial Widen(Denial other) => new(Later(Until, other.Until), Later(IssuedBefore, other.IssuedBefore));

        private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
    }
}
