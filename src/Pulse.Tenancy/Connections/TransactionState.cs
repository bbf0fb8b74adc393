namespace Pulse.Tenancy;

/// <summary>What has become of one transaction: whether its tenant is entered, whether it can still commit, whether it is over.</summary>
internal sealed class TransactionState
{
    public bool HasEntered { get; private set; }

    /// <summary>COMMIT was sent, or the transaction given up.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The last batch failed, or its answer has not been read to the end.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>A batch is sent. Entering works once: should it fail, what follows runs as a login without any right.</summary>
    public void Begin()
    {
        HasEntered = true;
        HasFailed = true;
    }

    /// <summary>The server has answered all of the batch.</summary>
    public void Succeed() => HasFailed = false;

    public void Finish() => IsFinished = true;

    public void ThrowIfFinished()
    {
        if (IsFinished)
        {
            throw new InvalidOperationException("The transaction was committed, rolled back or disposed of. Open a new scope, or begin a new one.");
        }
    }

    public void ThrowIfItCannotCommit()
    {
        ThrowIfFinished();
        if (HasFailed)
        {
            // PostgreSQL would answer COMMIT with a quiet ROLLBACK.
            throw new InvalidOperationException("The transaction's last batch failed, so it can only roll back. Open a new scope, or begin a new one.");
        }
    }
}
