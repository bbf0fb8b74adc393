using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// Examines a live database for whatever could let one tenant reach another's rows. It reads catalogs and plans, never rows,
/// and changes nothing.
/// </summary>
/// <remarks>
/// Any login that may connect will do, for catalogs are open to all: the application's own is the best, since it can take the
/// tenants' role and so see that role's plans; the migrator in the role <c>pulse_owner</c> sees the owner's. What the login
/// may not see is reported as T00.
/// </remarks>
/// <param name="options">What to accept; null for the defaults.</param>
public sealed class TenancyDoctor(TenancyDoctorOptions? options = null)
{
    private readonly TenancyDoctorOptions _options = options ?? new TenancyDoctorOptions();

    /// <summary>Every rule, in the order of reports.</summary>
    public static IReadOnlyList<DoctorRule> Rules => RuleBook.All;

    /// <summary>Examines a database.</summary>
    /// <param name="source">The database, and the login that looks.</param>
    /// <param name="cancellationToken">Abandons the examination.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<DoctorReport> InspectAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Judge(await ApplicationCatalog.ReadAsync(source, _options.AppRole, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Examines a database as a transaction sees it: a migration, for instance, before it is committed.</summary>
    /// <param name="transaction">The transaction; it goes on afterwards as it was.</param>
    /// <param name="cancellationToken">Abandons the examination.</param>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    public async Task<DoctorReport> InspectAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        var catalog = await new CatalogReader(connection, _options.AppRole).ReadAsync(cancellationToken).ConfigureAwait(false);
        return Judge(catalog);
    }

    internal DoctorReport Judge(CatalogSnapshot catalog) => new(
        catalog,
        TableRules.Judge(catalog)
            .Concat(PolicyRules.Judge(catalog))
            .Concat(KeyRules.Judge(catalog))
            .Concat(ViewRules.Judge(catalog))
            .Concat(FunctionRules.Judge(catalog))
            .Concat(RightsRules.Judge(catalog))
            .Concat(RoleRules.Judge(catalog))
            .Concat(ServerRules.Judge(catalog, _options.AcceptServerBelowSecurityFloor)),
        _options.Baseline);
}
