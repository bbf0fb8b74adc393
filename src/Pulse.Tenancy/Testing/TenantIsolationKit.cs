using System.Text.Json;
using Npgsql;

namespace Pulse.Tenancy.Testing;

/// <summary>
/// Attacks your schema as one tenant, for the rows of another: every protected table it finds, its keys, partitions and views.
/// For your own test suite: a theory over <see cref="AttackIds"/>, or one test that calls <see cref="RunAllAsync"/>.
/// </summary>
/// <remarks>Use it on a test database. Every attack is rolled back, whatever it did.</remarks>
/// <param name="options">The database and its logins.</param>
public sealed class TenantIsolationKit(TenantIsolationOptions options)
{
    private const string Views = """
        WITH RECURSIVE direct AS (
          SELECT DISTINCT w.ev_class AS view, d.refobjid AS relation FROM pg_rewrite w
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
        ),
        reading AS (SELECT view, relation FROM direct UNION SELECT r.view, d.relation FROM reading r JOIN direct d ON d.view = r.relation)
        SELECT coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname, 'is_materialized', c.relkind = 'm',
          'table_schema', tn.nspname, 'table', t.relname) ORDER BY n.nspname, c.relname), '[]')::text
        FROM reading r JOIN pg_class c ON c.oid = r.view JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class t ON t.oid = r.relation JOIN pg_namespace tn ON tn.oid = t.relnamespace
        WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
          AND has_table_privilege($1, c.oid, 'SELECT')
        """;

    /// <summary>The attacks' identifiers, as their list in the package's README has them; the same in every version that has them.</summary>
    public static IReadOnlyList<string> AttackIds { get; } = [.. Attacks.All.Select(attack => attack.Id)];

    /// <summary>What an attack does, in a few words.</summary>
    /// <param name="attackId">One of <see cref="AttackIds"/>.</param>
    /// <exception cref="ArgumentException">There is no such attack.</exception>
    public static string Describe(string attackId) => Find(attackId).Description;

    /// <summary>Makes one attack on everything it can aim at.</summary>
    /// <param name="attackId">One of <see cref="AttackIds"/>.</param>
    /// <param name="cancellationToken">Abandons the attacks between one target and the next.</param>
    /// <exception cref="ArgumentException">There is no such attack.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public Task<IsolationReport> RunAsync(string attackId, CancellationToken cancellationToken) => RunAsync([Find(attackId)], cancellationToken);

    /// <summary>Makes every attack on everything it can aim at.</summary>
    /// <param name="cancellationToken">Abandons the attacks between one target and the next.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public Task<IsolationReport> RunAllAsync(CancellationToken cancellationToken) => RunAsync(Attacks.All, cancellationToken);

    private static Attack Find(string attackId) => Attacks.All.FirstOrDefault(attack => attack.Id == attackId)
        ?? throw new ArgumentException($"There is no attack \"{attackId}\". The kit has {string.Join(", ", AttackIds)}.", nameof(attackId));

    private async Task<IsolationReport> RunAsync(IReadOnlyList<Attack> attacks, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(options.SuperuserConnectionString);
        await using (source.ConfigureAwait(false))
        {
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var catalog = await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
                if (!catalog.Tables.Any())
                {
                    return new IsolationReport([new("read", "database", IsolationVerdict.Untested, "There is no tenants' table that tenants' statements reach: run TenantSchema.Protect first.")]);
                }

                var results = new List<IsolationResult>();
                foreach (var (attack, target) in attacks.Where(IsPossible).SelectMany(attack => attack.Targets(catalog).Select(target => (attack, target))))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var outcome = await RunAsync(connection, catalog, attack, target).ConfigureAwait(false);
                    results.Add(new IsolationResult(attack.Id, target.Place, outcome.Verdict, $"{attack.Description}: {outcome.Message}"));
                }

                return new IsolationReport(results);
            }
        }
    }

    private bool IsPossible(Attack attack) => options.OperatorLogin is not null || !attack.Id.StartsWith("operator", StringComparison.Ordinal);

    private async Task<Outcome> RunAsync(NpgsqlConnection connection, KitCatalog catalog, Attack attack, KitTarget target)
    {
        var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var session = new AttackSession(connection, options, catalog);
            try
            {
                var unprepared = await SeedAsync(session, target).ConfigureAwait(false);
                return unprepared ?? await attack.RunAsync(session, target).ConfigureAwait(false);
            }
            catch (PostgresException refusal)
            {
                return OutcomeRules.Refused(refusal.SqlState, refusal.MessageText);
            }
            finally
            {
                await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task<Outcome?> SeedAsync(AttackSession session, KitTarget target)
    {
        try
        {
            await session.SeedAsync(target).ConfigureAwait(false);
            return null;
        }
        catch (NotSupportedException unprepared)
        {
            return new Outcome(IsolationVerdict.Untested, unprepared.Message);
        }
    }

    private async Task<KitCatalog> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var snapshot = await new CatalogReader(connection, options.AppRole).ReadAsync(cancellationToken).ConfigureAwait(false);
            var command = new NpgsqlCommand(Views, connection);
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.AppRole });
                var text = (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
                return new KitCatalog(snapshot, JsonSerializer.Deserialize(text, SeedJson.Default.IReadOnlyListViewTarget)!);
            }
        }
    }
}
