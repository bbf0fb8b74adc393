namespace Pulse.Mqtt;

/// <summary>Finds what an ACL file says without its author having meant it. A file with errors does not load; warnings leave the choice.</summary>
public static class AclLinter
{
    /// <summary>Beyond this number of users Mosquitto 2.0's loading, quadratic in them, makes every reload a pause for all clients.</summary>
    public const int MaxUsers = 10_000;

    /// <summary>Reads a file and judges it. Nothing is thrown whatever the bytes are.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="dialect">How to read them. In <see cref="AclDialect.Mosquitto20"/> what <see cref="AclDialect.Strict"/> refuses is a warning.</param>
    /// <returns>The findings, by line; those of <see cref="AclDocument.Parse"/> among them.</returns>
    public static IReadOnlyList<AclDiagnostic> Lint(ReadOnlySpan<byte> file, AclDialect dialect = AclDialect.Strict)
    {
        var lint = new AclLint();
        var result = new AclParser(dialect, lint).Parse(file);
        var found = result.Succeeded ? result.Diagnostics.Concat(lint.Finish()) : result.Diagnostics;
        return [.. found.OrderBy(static diagnostic => diagnostic.Line)];
    }
}
