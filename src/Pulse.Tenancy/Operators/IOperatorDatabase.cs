namespace Pulse.Tenancy;

/// <summary>PostgreSQL across tenants, for operators. No statement runs without a committed grant row.</summary>
/// <remarks>Registered by <c>AddPulseTenancy</c>; resolving it without <see cref="PulseTenancyOptions.OperatorConnectionString"/> throws.</remarks>
public interface IOperatorDatabase
{
    /// <summary>Begins a list of reading statements: grant, check and statements travel in one round trip.</summary>
    /// <param name="grant">Who and why. It may serve several batches while it lasts.</param>
    OperatorBatch CreateBatch(OperatorGrant grant);

    /// <summary>Begins a list of statements that may write, as the operators' writing role.</summary>
    /// <param name="grant">Who and why. A grant used for reading cannot be used for writing: the logins differ.</param>
    /// <exception cref="InvalidOperationException"><see cref="PulseTenancyOptions.OperatorWriteConnectionString"/> is not set.</exception>
    OperatorBatch CreateWriteBatch(OperatorGrant grant);
}
