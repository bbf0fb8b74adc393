namespace Pulse.Tenancy;

/// <summary>
/// Told of every operator access, for an audit trail beside the grant table. Required when
/// <see cref="PulseTenancyOptions.OperatorConnectionString"/> or <see cref="PulseTenancyOptions.OperatorWriteConnectionString"/> is set.
/// </summary>
public interface IOperatorAccessRecorder
{
    /// <summary>Records one step of an access: first <see cref="OperatorAccessOutcome.Granted"/>, then how it ended.</summary>
    /// <param name="access">The step.</param>
    /// <param name="cancellationToken">Never cancelled by the operator's request: an access that happened is recorded.</param>
    /// <remarks>Throwing withholds the rows from the operator.</remarks>
    ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken);
}
