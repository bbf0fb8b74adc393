using System.Globalization;

namespace Pulse.Tenancy.Testing;

/// <summary>A column of a table that gets made-up rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as format_type writes it.</param>
/// <param name="Category">pg_type.typcategory.</param>
/// <param name="FirstLabel">The first label of an enum.</param>
/// <param name="Required">It may not be null and has no default.</param>
/// <param name="Servers">The server computes it.</param>
internal sealed record SeedColumn(string Name, string Type, string Category, string? FirstLabel, bool Required, bool Servers)
{
    /// <summary>A value of the type, as SQL; null when the type is unknown here.</summary>
    public string? Value(TenantId tenant, int number)
    {
        if (Name == KeySql.Tenant)
        {
            return SqlName.Literal(tenant.Value);
        }

        var digits = number.ToString(CultureInfo.InvariantCulture);
        return (Type, Category) switch
        {
            ("uuid", _) => SqlName.Literal($"00000000-0000-4000-8000-{number:D12}"),
            ("json" or "jsonb", _) => "E'{}'",
            ("bytea", _) => $"decode(lpad({SqlName.Literal(digits)}, 64, '0'), 'hex')",
            (_, "S") => SqlName.Literal(digits),
            (_, "N") => digits,
            (_, "B") => "true",
            (_, "D") when Type.StartsWith("time ", StringComparison.Ordinal) => $"time '00:00' + interval '{digits} seconds'",
            (_, "D") => $"date '2026-01-01' + {digits}",
            (_, "T") => $"interval '{digits} seconds'",
            (_, "I") => "inet '127.0.0.1'",
            (_, "A") => "E'{}'",
            (_, "E") when FirstLabel is not null => SqlName.Literal(FirstLabel),
            _ => null,
        };
    }
}
