using System.Globalization;
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

    public static string Quote(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>A block of PL/pgSQL that runs once. The quotes around it are such as the text itself does not contain.</summary>
    public static string Block(string body)
    {
        var tag = "$pulse$";
        for (var number = 1; body.Contains(tag, StringComparison.Ordinal); number++)
        {
            tag = string.Create(CultureInfo.InvariantCulture, $"$pulse{number}$");
        }

        return $"DO {tag}\n{body}\n{tag};";
    }

    /// <summary>A string constant that means the same whatever standard_conforming_strings says.</summary>
    public static string Literal(string text) =>
        $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
