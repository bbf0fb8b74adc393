using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// The batch of <see cref="ManyTenants"/>: BEGIN, then per tenant the switch and its statements with the login's own role
/// in between (only a login may switch), then COMMIT.
/// </summary>
internal sealed class ManyPlan
{
    private readonly HashSet<int> _enters = [];
    private readonly List<(TenantId Tenant, int First, int Count)> _segments = [];
    private readonly NpgsqlBatch _batch;

    private ManyPlan(NpgsqlBatch batch) => _batch = batch;

    public static ManyPlan Write(NpgsqlBatch batch, IReadOnlyList<TenantWork> work, Func<TenantId, NpgsqlBatchCommand> enter)
    {
        var plan = new ManyPlan(batch);
        var commands = batch.BatchCommands;
        commands.Add(new NpgsqlBatchCommand("BEGIN"));
        for (var i = 0; i < work.Count; i++)
        {
            var item = work[i];
            if (i == 0 || work[i - 1].Tenant != item.Tenant)
            {
                if (i > 0)
                {
                    commands.Add(new NpgsqlBatchCommand("SET LOCAL ROLE NONE"));
                }

                plan._enters.Add(commands.Count);
                commands.Add(enter(item.Tenant));
            }

            plan._segments.Add((item.Tenant, commands.Count, item.Statements.Count));
            item.Statements.AppendTo(batch);
        }

        commands.Add(new NpgsqlBatchCommand("COMMIT"));
        return plan;
    }

    /// <summary>Whether the command the batch failed at is a switch to a tenant's role.</summary>
    public bool WasEnterRefused() => IsEnter(BatchProgress.FirstUnfinished(_batch));

    /// <summary>The item whose statement the batch failed at; null when it failed at none of them.</summary>
    public int? RefusedItem() => ItemAt(BatchProgress.FirstUnfinished(_batch));

    public bool IsEnter(int command) => _enters.Contains(command);

    public int? ItemAt(int command)
    {
        for (var item = 0; item < _segments.Count; item++)
        {
            var (_, first, count) = _segments[item];
            if (command >= first && command < first + count)
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>The outcomes of a batch that was committed.</summary>
    public IReadOnlyList<TenantOutcome> Outcomes() =>
        [.. _segments.Select(segment => new TenantOutcome(segment.Tenant, succeeded: true, Affected(segment.First, segment.Count), sqlState: null))];

    private int Affected(int first, int count)
    {
        var affected = 0;
        for (var i = first; i < first + count; i++)
        {
            affected += Math.Max(0, _batch.BatchCommands[i].RecordsAffected);
        }

        return affected;
    }
}
