namespace Pulse.Tenancy;

/// <summary>
/// All items in one transaction. When that is refused: each tenant's items in one of their own; within a tenant the part
/// before the refused item, that item, and the part behind it, or halves when only the commit was refused. So one bad item
/// among many costs a few round trips, and its neighbours stand.
/// </summary>
internal static class ManySplit
{
    public static async Task<IReadOnlyList<TenantOutcome>> RunAsync(
        IReadOnlyList<TenantWork> work, Func<IReadOnlyList<TenantWork>, Task<ManyAttempt>> attempt, Action<int, string?> onSplit)
    {
        var outcomes = new TenantOutcome[work.Count];

        // A stack, so that one tenant's items keep their order from the first to the last.
        var waiting = new Stack<int[]>();
        Push([.. Enumerable.Range(0, work.Count)]);
        while (waiting.TryPop(out var part))
        {
            var result = await attempt([.. part.Select(index => work[index])]).ConfigureAwait(false);
            if (result.Outcomes is { } committed)
            {
                for (var i = 0; i < part.Length; i++)
                {
                    outcomes[part[i]] = committed[i];
                }
            }
            else if (part.Length == 1)
            {
                outcomes[part[0]] = new TenantOutcome(work[part[0]].Tenant, succeeded: false, 0, result.SqlState);
            }
            else
            {
                onSplit(part.Length, result.SqlState);
                var parts = Split(part, index => work[index].Tenant, result.RefusedItem);
                for (var i = parts.Count - 1; i >= 0; i--)
                {
                    Push(parts[i]);
                }
            }
        }

        return outcomes;

        void Push(int[] part)
        {
            if (part.Length > 0)
            {
                waiting.Push(part);
            }
        }
    }

    private static List<int[]> Split(int[] part, Func<int, TenantId> tenantOf, int? refused)
    {
        List<int[]> tenants = [.. part.GroupBy(tenantOf).Select(group => group.ToArray())];
        if (tenants.Count > 1)
        {
            return tenants;
        }

        if (refused is { } at)
        {
            return [part[..at], [part[at]], part[(at + 1)..]];
        }

        var middle = part.Length / 2;
        return [part[..middle], part[middle..]];
    }
}
