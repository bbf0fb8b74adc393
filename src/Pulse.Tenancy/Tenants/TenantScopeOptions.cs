using System.Data;

namespace Pulse.Tenancy;

/// <summary>What a tenant's transaction is like. All of it travels with the first statements and costs no round trip.</summary>
public sealed record TenantScopeOptions
{
    private readonly TimeSpan? _statementTimeout;
    private readonly IsolationLevel _isolation = IsolationLevel.Unspecified;

    /// <summary>
    /// The isolation level. Default <see cref="IsolationLevel.Unspecified"/>: the server's, usually read committed. At
    /// repeatable read and serializable the server may refuse with SQLSTATE 40001; <see cref="ITenantDatabase.RunAsync"/>
    /// repeats then.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">PostgreSQL has no such level (chaos).</exception>
    public IsolationLevel Isolation
    {
        get => _isolation;
        init
        {
            if (value is not (IsolationLevel.Unspecified or IsolationLevel.ReadUncommitted or IsolationLevel.ReadCommitted
                or IsolationLevel.RepeatableRead or IsolationLevel.Snapshot or IsolationLevel.Serializable))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "PostgreSQL knows read uncommitted, read committed, repeatable read, snapshot and serializable.");
            }

            _isolation = value;
        }
    }

    /// <summary>Whether the server refuses to write (SQLSTATE 25006) until the transaction ends. Default false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// How long one statement may run before the server ends it with SQLSTATE 57014; rounded up to milliseconds. Above zero,
    /// at most 24 days. Default null: the server's setting.
    /// </summary>
    /// <remarks>Guards against slow statements, not against hostile ones: a tenant's statement may set another time.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero, negative or too long.</exception>
    public TimeSpan? StatementTimeout
    {
        get => _statementTimeout;
        init
        {
            if (value is { } timeout)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, TimeSpan.FromDays(24), nameof(value));
            }

            _statementTimeout = value;
        }
    }
}
