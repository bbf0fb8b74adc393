namespace Pulse.Tenancy;

/// <summary>
/// The switch to a tenant, for code that builds its own commands (an interceptor of EF Core). Exists in sealed mode only:
/// such code may send whole statements, which only a sealed tenant withstands.
/// </summary>
/// <remarks>Thread-safe. Resolving it without <see cref="PulseTenancyOptions.Seal"/> throws <see cref="InvalidOperationException"/>.</remarks>
public interface ITenantSealer
{
    /// <summary>
    /// A SELECT that takes the application role and enters the tenant until the transaction ends. It comes first, in the
    /// transaction of the statements that need it, before any savepoint, and once: its answer is one row to skip.
    /// </summary>
    string EnterStatement { get; }

    /// <summary>Name of the statement's one parameter, a text, without '@'.</summary>
    string ParameterName { get; }

    /// <summary>Makes the parameter's value. It lasts <see cref="TenantSealOptions.Lifetime"/>; it is a secret of that tenant, so log it nowhere.</summary>
    /// <param name="tenant">Whose rows.</param>
    /// <exception cref="InvalidOperationException"><paramref name="tenant"/> is <c>default</c>.</exception>
    string Seal(TenantId tenant);
}
