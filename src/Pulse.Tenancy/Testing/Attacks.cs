using Npgsql;

namespace Pulse.Tenancy.Testing;

/// <summary>Every attack of the kit. Each runs as the attacking tenant unless it says otherwise.</summary>
internal static class Attacks
{
    public static readonly IReadOnlyList<Attack> All =
    [
        new("A1", "the login without a tenant reads", catalog => catalog.Tables, async (session, target) =>
        {
            await session.BecomeAsync(session.Options.AppLogin).ConfigureAwait(false);
            return await session.ReadVictimAsync(target.Name).ConfigureAwait(false);
        }),
        new("A2", "the tenants' role without a tenant reads", catalog => catalog.Tables, async (session, target) =>
        {
            await session.BecomeAsync(session.Options.AppLogin).ConfigureAwait(false);
            await session.EnterNobodyAsync().ConfigureAwait(false);
            return await session.ReadVictimAsync(target.Name).ConfigureAwait(false);
        }),
        new("read", "a tenant reads another's rows", catalog => catalog.Tables, ReadAsync),
        As("A5", "RESET ROLE, then read", "RESET ROLE"),
        As("A7", "set_config, then read", session => $"SELECT set_config('app.tenant_id', {session.Victim}, true)"),
        new("A13-insert", "a row for another tenant", catalog => catalog.Tables, InsertAsync),
        new("A13-move", "a row given to another tenant", catalog => catalog.Tables, (session, target) => WriteAsync(
            session, $"UPDATE {target.Name} SET tenant_id = {session.Victim} WHERE tenant_id = {session.Attacker}")),
        new("A13-update", "another tenant's rows changed", catalog => catalog.Tables, async (session, target) =>
        {
            await session.EnterAttackerAsync().ConfigureAwait(false);
            return Outcome.Changed(await session.ExecuteAsync($"UPDATE {target.Name} SET tenant_id = tenant_id WHERE tenant_id = {session.Victim}").ConfigureAwait(false));
        }),
        new("A13-delete", "another tenant's rows deleted", catalog => catalog.Tables, async (session, target) =>
        {
            await session.EnterAttackerAsync().ConfigureAwait(false);
            return Outcome.Changed(await session.ExecuteAsync($"DELETE FROM {target.Name} WHERE tenant_id = {session.Victim}").ConfigureAwait(false));
        }),
        As("A15", "row_security = off, then read", "SET LOCAL row_security = off"),
        new("A16", "TRUNCATE", catalog => catalog.Tables, async (session, target) =>
        {
            await session.EnterAttackerAsync().ConfigureAwait(false);
            await session.ExecuteAsync($"TRUNCATE {target.Name} CASCADE").ConfigureAwait(false);
            return new(IsolationVerdict.Leaked, "TRUNCATE emptied the table for every tenant.");
        }),
        new("A17-out", "COPY TO", catalog => catalog.Tables, CopyOutAsync),
        new("A17-in", "COPY FROM", catalog => catalog.Tables, CopyInAsync),
        new("A18", "another tenant's key, to learn that it is taken", catalog => catalog.Tables, KeyAttacks.TryKeyAsync),
        new("A19", "a reference to another tenant's row", catalog => catalog.ForeignKeys, KeyAttacks.ReferAsync),
        new("A20", "another tenant's rows changed by deleting one's own", catalog => catalog.ForeignKeys.Where(target => target.Key is { OnDelete: "c" or "n" or "d" }), KeyAttacks.CascadeAsync),
        new("A21", "a partition, past its table", catalog => catalog.Partitions, ReadRelationAsync),
        new("A22", "a view", catalog => catalog.Views, ReadRelationAsync),
        new("A23", "a policy that lets all through, added by mistake", catalog => catalog.Tables, async (session, target) =>
        {
            await session.ExecuteAsync($"CREATE POLICY pulse_kit_mistake ON {target.Name} USING (true)").ConfigureAwait(false);
            return await ReadAsync(session, target).ConfigureAwait(false);
        }),
        As("A24", "DROP OWNED BY the tenants' role, then read", session => $"DROP OWNED BY {SqlName.Quote(session.Options.AppRole)}"),
        new("operator-login", "the operators' login without its role reads", Operators, async (session, target) =>
        {
            await session.BecomeAsync(session.Options.OperatorLogin!).ConfigureAwait(false);
            return await session.ReadVictimAsync(target.Name).ConfigureAwait(false);
        }),
        new("operator-grant", "an operator without a grant reads", Operators, async (session, target) =>
        {
            await session.BecomeAsync(session.Options.OperatorLogin!).ConfigureAwait(false);
            await session.ExecuteAsync($"SELECT pulse.operator_require('00000000-0000-0000-0000-000000000000'), set_config('role', {SqlName.Literal(session.Options.OperatorRole)}, true)").ConfigureAwait(false);
            return await session.ReadVictimAsync(target.Name).ConfigureAwait(false);
        }),
    ];

    private static Attack As(string id, string description, string first) => As(id, description, _ => first);

    private static Attack As(string id, string description, Func<AttackSession, string> first) => new(
        id, description, catalog => catalog.Tables, async (session, target) =>
        {
            await session.EnterAttackerAsync().ConfigureAwait(false);
            await session.ExecuteAsync(first(session)).ConfigureAwait(false);
            return await session.ReadVictimAsync(target.Name).ConfigureAwait(false);
        });

    private static IEnumerable<KitTarget> Operators(KitCatalog catalog) => catalog.Tables;

    private static async Task<Outcome> ReadAsync(AttackSession session, KitTarget target)
    {
        await session.EnterAttackerAsync().ConfigureAwait(false);
        var own = await session.CountAsync($"SELECT count(*) FROM {target.Name} WHERE tenant_id = {session.Attacker}").ConfigureAwait(false);
        return own == 0
            ? new(IsolationVerdict.Untested, "The tenant does not even see its own row: that nothing else is seen proves nothing.")
            : await session.ReadVictimAsync(target.Name).ConfigureAwait(false);
    }

    private static async Task<Outcome> ReadRelationAsync(AttackSession session, KitTarget target)
    {
        if (target.IsMaterialized)
        {
            await session.ExecuteAsync($"REFRESH MATERIALIZED VIEW {target.Relation}").ConfigureAwait(false);
        }

        await session.EnterAttackerAsync().ConfigureAwait(false);
        return await session.ReadVictimAsync(target.Relation!).ConfigureAwait(false);
    }

    private static async Task<Outcome> InsertAsync(AttackSession session, KitTarget target) =>
        await WriteAsync(session, await session.NewVictimsRowAsync(target).ConfigureAwait(false)).ConfigureAwait(false);

    private static async Task<Outcome> WriteAsync(AttackSession session, string sql)
    {
        await session.EnterAttackerAsync().ConfigureAwait(false);
        try
        {
            var rows = await session.ExecuteAsync(sql).ConfigureAwait(false);
            return rows == 0
                ? new(IsolationVerdict.Untested, "The statement met no row.")
                : new(IsolationVerdict.Leaked, "The row was written for the other tenant.");
        }
        catch (PostgresException refusal)
        {
            return OutcomeRules.WriteRefused(refusal.SqlState, refusal.MessageText);
        }
    }

    private static async Task<Outcome> CopyOutAsync(AttackSession session, KitTarget target)
    {
        await session.EnterAttackerAsync().ConfigureAwait(false);
        var rows = 0;
        // COPY of the table itself is refused for a partitioned one.
        using var lines = await session.Connection.BeginTextExportAsync($"COPY (SELECT tenant_id FROM {target.Name}) TO STDOUT").ConfigureAwait(false);
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            rows += line == session.Options.Victim.Value ? 1 : 0;
        }

        return Outcome.Seen(rows);
    }

    private static async Task<Outcome> CopyInAsync(AttackSession session, KitTarget target)
    {
        await session.EnterAttackerAsync().ConfigureAwait(false);
        var rows = await session.Connection.BeginTextImportAsync($"COPY {target.Name} (tenant_id) FROM STDIN").ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.WriteAsync(session.Options.Victim.Value + "\n").ConfigureAwait(false);
        }

        return new(IsolationVerdict.Leaked, "COPY wrote rows past the policies.");
    }
}
