using System.Text;

namespace Pulse.Tenancy;

/// <summary>Names and texts written into SQL.</summary>
internal static class SqlName
{
    /// <summary>PostgreSQL silently cuts longer names off: two names could become one.</summary>
    private const int MaxBytes = 63;

    public static string Quote(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes || name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"Not a PostgreSQL name: expected at most {MaxBytes} bytes without NUL.", nameof(name));
        }

        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A string constant that means the same whatever standard_conforming_strings says.</summary>
    public static string Literal(string text) =>
        $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
