using System.Buffers;

namespace Pulse.Tenancy;

/// <summary>How reports and baselines write an object: its kind, then its name, quoted only where SQL would ask for it.</summary>
internal static class ObjectName
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    public static string Of(string schema, string name) => $"{Of(schema)}.{Of(name)}";

    public static string Of(string name) => IsPlain(name) ? name : SqlName.Quote(name);

    public static string Table(TableFacts table) => "table " + Of(table.Schema, table.Name);

    public static string On(string kind, string name, string schema, string table) => $"{kind} {Of(name)} on {Of(schema, table)}";

    private static bool IsPlain(string name) => !char.IsAsciiDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(Plain);
}
