using System.Buffers;

namespace Pulse.Audit;

/// <summary>The grammar of event types and field names: chosen by programmers, so a breach is misuse and throws.</summary>
internal static class AuditName
{
    public const int MaxTypeLength = 100;
    public const int MaxFieldLength = 64;

    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly SearchValues<char> FieldCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static string Type(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return IsType(value)
            ? value
            : throw new ArgumentException(
                "An event type is 1 to 100 characters of a-z, 0-9, '.', '_' and '-', for example \"auth.token.refused\".",
                nameof(value));
    }

    public static bool IsType(string? value) => value is not null && IsWellFormed(value, MaxTypeLength, TypeCharacters);

    public static string Field(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return IsWellFormed(value, MaxFieldLength, FieldCharacters)
            ? value
            : throw new ArgumentException(
                "A field name is 1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-'.", nameof(value));
    }

    private static bool IsWellFormed(string value, int maxLength, SearchValues<char> characters) =>
        value.Length > 0 && value.Length <= maxLength && !value.AsSpan().ContainsAnyExcept(characters);
}
