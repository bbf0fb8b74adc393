namespace Pulse.Tenancy;

internal sealed class OperatorDatabase : IOperatorDatabase
{
    private readonly OperatorAccessLog _log;
    private readonly TenantMark _mark;
    private readonly TenancyLogin _read;
    private readonly TenancyLogin? _write;

    public OperatorDatabase(TenancyDataSources sources, OperatorAccessLog log)
    {
        _log = log;
        _mark = sources.Mark;
        _read = sources.Operator
            ?? throw new InvalidOperationException($"{nameof(PulseTenancyOptions.OperatorConnectionString)} is not set: this process serves no operators.");
        _write = sources.OperatorWrite;
    }

    public OperatorBatch CreateBatch(OperatorGrant grant) => Create(grant, _read, readOnly: true);

    public OperatorBatch CreateWriteBatch(OperatorGrant grant) => Create(
        grant,
        _write ?? throw new InvalidOperationException(
            $"{nameof(PulseTenancyOptions.OperatorWriteConnectionString)} is not set: operators do not write through this process."),
        readOnly: false);

    private OperatorBatch Create(OperatorGrant grant, TenancyLogin login, bool readOnly)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return new OperatorBatch(new OperatorRunner(login, _mark, grant, readOnly, _log));
    }
}
