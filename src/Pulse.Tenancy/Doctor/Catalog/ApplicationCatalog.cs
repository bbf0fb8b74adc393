using Npgsql;

namespace Pulse.Tenancy;

/// <summary>The catalog as the application's own login sees it.</summary>
internal sealed class ApplicationCatalog(TenancyDataSources sources) : ICatalogSource
{
    public Task<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken) =>
        ReadAsync(sources.App.DataSource, sources.App.Role, cancellationToken);

    /// <summary>Reads it in a transaction of its own, which is rolled back.</summary>
    public static async Task<CatalogSnapshot> ReadAsync(NpgsqlDataSource source, string appRole, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                return await new CatalogReader(connection, appRole).ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
