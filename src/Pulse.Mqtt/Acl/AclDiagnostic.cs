namespace Pulse.Mqtt;

/// <summary>A finding in an ACL file.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Code">What it is.</param>
/// <param name="Severity">Whether the file still loads.</param>
public readonly record struct AclDiagnostic(int Line, AclDiagnosticCode Code, AclSeverity Severity)
{
    /// <summary>What is wrong, what comes of it and what to do, in one or two sentences without any text of the file.</summary>
    public string Message => AclMessages.Of(Code);

    /// <summary>Returns <c>line 3: error InvalidTopic</c>.</summary>
    /// <returns>The finding in one line, without any text of the file.</returns>
    public override string ToString() => $"line {Line}: {(Severity == AclSeverity.Error ? "error" : "warning")} {Code}";
}
