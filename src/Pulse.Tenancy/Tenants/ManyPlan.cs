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

    private ManyPlan()
    {
    }

    public static ManyPlan Write(NpgsqlBatch batch, IReadOnlyList<TenantWork> work, Func<TenantId, NpgsqlBatchCommand> enter)
    {
        var plan = new ManyPlan();
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

    /// <summary>What a refusal at a command of the batch is about.</summary>
    public ManyRefusal Judge(string sqlState, int command)
    {
        if (!Refusal.IsOfTheStatement(sqlState))
        {
            return ManyRefusal.OfTheServer;
        }

        return _enters.Contains(command) ? ManyRefusal.OfTheSwitch : ManyRefusal.OfTheWork;
    }

    /// <summary>The item a command of the batch belongs to; null when it belongs to none of them.</summary>
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
    /// <param name="affected">Rows each command changed; below zero where a command changes none.</param>
    public IReadOnlyList<TenantOutcome> Outcomes(IReadOnlyList<int> affected) =>
        [.. _segments.Select(segment => new TenantOutcome(
            segment.Tenant, succeeded: true, affected.Skip(segment.First).Take(segment.Count).Sum(rows => Math.Max(0, rows)), sqlState: null))];
}
