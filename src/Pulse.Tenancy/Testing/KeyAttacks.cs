using System.Text.Json;
using Npgsql;

namespace Pulse.Tenancy.Testing;

/// <summary>Attacks by way of keys, which the server checks past every policy.</summary>
internal static class KeyAttacks
{
    public static async Task<Outcome> TryKeyAsync(AttackSession session, KitTarget target)
    {
        var columns = await session.WritableColumnsAsync(target.Name).ConfigureAwait(false);
        var row = await RowAsync(session, target.Name, session.Victim).ConfigureAwait(false);
        await session.EnterAttackerAsync().ConfigureAwait(false);
        try
        {
            await session.ExecuteAsync(
                $"INSERT INTO {target.Name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM jsonb_populate_record(NULL::{target.Name}, {SqlName.Literal(row)} || jsonb_build_object('tenant_id', {session.Attacker}))").ConfigureAwait(false);
            return new(IsolationVerdict.Invisible, "The attacker may have the same key: nothing tells that the other has it.");
        }
        catch (PostgresException refusal)
        {
            return OutcomeRules.KeyRefused(refusal.SqlState, refusal.MessageText, session.Catalog.KeyHasTenant(refusal.ConstraintName, target.Table));
        }
    }

    public static async Task<Outcome> ReferAsync(AttackSession session, KitTarget target)
    {
        var values = await ReferenceAsync(session, target).ConfigureAwait(false);
        await session.EnterAttackerAsync().ConfigureAwait(false);
        try
        {
            var rows = await session.ExecuteAsync($"UPDATE {target.Name} SET {values} WHERE tenant_id = {session.Attacker}").ConfigureAwait(false);
            await session.ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE").ConfigureAwait(false);
            return rows == 0
                ? new(IsolationVerdict.Untested, "The attacker has no row to refer from.")
                : new(IsolationVerdict.Leaked, "The reference was accepted, so the row exists. TenantSchema.CompositeForeignKey mends the key.");
        }
        catch (PostgresException refusal)
        {
            return OutcomeRules.Refused(refusal.SqlState, refusal.MessageText);
        }
    }

    public static async Task<Outcome> CascadeAsync(AttackSession session, KitTarget target)
    {
        var key = target.Key!;
        var values = await ReferenceAsync(session, target).ConfigureAwait(false);
        await session.ExecuteAsync("SET LOCAL session_replication_role = replica").ConfigureAwait(false);
        await session.ExecuteAsync($"UPDATE {target.Name} SET {values} WHERE tenant_id = {session.Attacker}").ConfigureAwait(false);
        await session.ExecuteAsync("SET LOCAL session_replication_role = origin").ConfigureAwait(false);
        var before = await RowAsync(session, target.Name, session.Attacker).ConfigureAwait(false);

        // Here the victim of the reference is the one who deletes.
        await session.EnterVictimAsync().ConfigureAwait(false);
        await session.ExecuteAsync($"DELETE FROM {SqlName.Quote(key.Referenced.Schema, key.Referenced.Name)}").ConfigureAwait(false);
        await session.BecomeSuperuserAsync().ConfigureAwait(false);
        var after = await RowAsync(session, target.Name, session.Attacker).ConfigureAwait(false);
        return before == after
            ? new(IsolationVerdict.Invisible, "The other tenant's row stayed as it was.")
            : new(IsolationVerdict.Leaked, "Deleting one tenant's row changed another's. TenantSchema.CompositeForeignKey mends the key.");
    }

    private static async Task<string> RowAsync(AttackSession session, string table, string tenant) => await session.ScalarAsync(
        $"SELECT coalesce((SELECT to_jsonb(t)::text FROM {table} t WHERE tenant_id = {tenant} ORDER BY 1 LIMIT 1), '')").ConfigureAwait(false) as string ?? string.Empty;

    /// <summary>Assignments that point the key at the victim's row.</summary>
    private static async Task<string> ReferenceAsync(AttackSession session, KitTarget target)
    {
        var key = target.Key!;
        using var row = JsonDocument.Parse(await RowAsync(session, SqlName.Quote(key.Referenced.Schema, key.Referenced.Name), session.Victim).ConfigureAwait(false));
        return string.Join(", ", key.Columns.Zip(key.ReferencedColumns)
            .Where(pair => pair.First != KeySql.Tenant)
            .Select(pair => $"{SqlName.Quote(pair.First)} = {SqlName.Literal(row.RootElement.GetProperty(pair.Second).ToString())}"));
    }
}
