namespace Pulse.Tenancy.Testing;

/// <summary>One attack on one table, key, partition or view.</summary>
/// <param name="Attack">The attack's identifier, one of <see cref="TenantIsolationKit.AttackIds"/>.</param>
/// <param name="Target">What was attacked, such as <c>table public.devices</c>.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Message">What was done and what came of it.</param>
public sealed record IsolationResult(string Attack, string Target, IsolationVerdict Verdict, string Message)
{
    /// <summary>The attacker gained nothing: <see cref="IsolationVerdict.Invisible"/> or <see cref="IsolationVerdict.Rejected"/>.</summary>
    public bool IsSafe => Verdict is IsolationVerdict.Invisible or IsolationVerdict.Rejected;

    /// <summary>The result in one line.</summary>
    public override string ToString() => $"{Attack} on {Target}: {Verdict}. {Message}";
}
