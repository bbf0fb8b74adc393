namespace Pulse.Tenancy;

/// <summary>
/// The tenant a flow of control works for, for code too deep to be handed it. Sugar only: no member of
/// <see cref="ITenantDatabase"/> reads it, so a forgotten or a wrong one opens nothing by itself.
/// </summary>
/// <remarks>It follows <c>await</c>, and with the execution context into <see cref="Task.Run(Action)"/> and timers; never out of a method to its caller.</remarks>
public interface ITenantContext
{
    /// <summary>The tenant pushed last.</summary>
    /// <exception cref="InvalidOperationException">None was pushed in this flow of control.</exception>
    TenantId Current { get; }

    /// <summary>Reads the tenant pushed last.</summary>
    /// <param name="tenant">The tenant, or <c>default</c> when the answer is false.</param>
    /// <returns>Whether one was pushed.</returns>
    bool TryGetCurrent(out TenantId tenant);

    /// <summary>Makes a tenant the current one until the answer is disposed of.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>What restores the tenant before it; throws <see cref="InvalidOperationException"/> when a later one was not restored first.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="tenant"/> is <c>default</c>.</exception>
    IDisposable Push(TenantId tenant);
}
