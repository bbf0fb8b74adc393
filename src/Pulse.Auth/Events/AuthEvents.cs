namespace Pulse.Auth;

/// <summary>Told of what authentication and authorization decided. Register one as a singleton to record it.</summary>
/// <remarks>
/// Called from a bounded queue, one event at a time and in order, never on the path of the request: a slow receiver
/// delays events, not users. When 4,096 events wait, further ones go to <see cref="TryTakeOverflow"/>; those it does not
/// take are dropped, counted in <c>pulse.auth.events</c> with outcome <c>dropped</c>, and logged. An exception is logged
/// and counted, and the next event follows. Events carry no token and no request object.
/// </remarks>
public abstract class AuthEvents
{
    /// <summary>A token was accepted. Does nothing by default.</summary>
    /// <param name="e">What was accepted.</param>
    /// <param name="cancellationToken">Set when the application has no more time to stop.</param>
    /// <returns>A task that ends when the event is recorded.</returns>
    public virtual ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A token was refused. Does nothing by default.</summary>
    /// <param name="e">What was refused, and why.</param>
    /// <param name="cancellationToken">Set when the application has no more time to stop.</param>
    /// <returns>A task that ends when the event is recorded.</returns>
    public virtual ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>An authenticated caller was denied an endpoint. Does nothing by default.</summary>
    /// <param name="e">Who was denied what.</param>
    /// <param name="cancellationToken">Set when the application has no more time to stop.</param>
    /// <returns>A task that ends when the event is recorded.</returns>
    public virtual ValueTask AccessDeniedAsync(AccessDenied e, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Offered an event for which the queue has no room. Takes none by default.</summary>
    /// <remarks>
    /// Called on the path of the request, by many requests at once and out of order with the queue: it must answer at once,
    /// so write to memory or to a spill that never waits.
    /// </remarks>
    /// <param name="e">The event.</param>
    /// <returns>True when the event is kept; false counts it as dropped.</returns>
    public virtual bool TryTakeOverflow(AuthEvent e) => false;
}
