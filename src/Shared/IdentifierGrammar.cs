// Tested and mutated with Pulse.Tenancy.
using System.Buffers;

namespace Pulse.Shared;

/// <summary>The one grammar of tenant and device identifiers (docs/architecture.md, "Names and grammar").</summary>
internal static class IdentifierGrammar
{
    /// <summary>Longest tenant identifier, in characters.</summary>
    public const int MaxTenantLength = 63;

    /// <summary>Longest device identifier, in characters.</summary>
    public const int MaxDeviceLength = 64;

    private static readonly SearchValues<char> TenantCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly SearchValues<char> DeviceCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Matches <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>.</summary>
    public static bool IsTenant(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.Length > MaxTenantLength)
        {
            return false;
        }

        return !value.ContainsAnyExcept(TenantCharacters) && value[0] != '-' && value[^1] != '-';
    }

    /// <summary>Matches <c>[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?</c> and holds no <c>..</c>.</summary>
    public static bool IsDevice(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.Length > MaxDeviceLength)
        {
            return false;
        }

        return !value.ContainsAnyExcept(DeviceCharacters)
            && char.IsAsciiLetterOrDigit(value[0])
            && char.IsAsciiLetterOrDigit(value[^1])
            && !value.Contains("..", StringComparison.Ordinal);
    }
}
