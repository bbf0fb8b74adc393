using Npgsql;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Npgsql's connection strings in libpq's words, for psql and pg_dump.</summary>
internal static class Psql
{
    public static string Uri(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"host={parts.Host} user={parts.Username} password={parts.Password} dbname={parts.Database}";
    }
}
