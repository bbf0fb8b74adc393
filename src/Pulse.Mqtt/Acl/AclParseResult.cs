using System.Diagnostics.CodeAnalysis;

namespace Pulse.Mqtt;

/// <summary>What became of an ACL file.</summary>
public sealed class AclParseResult
{
    internal AclParseResult(AclDocument? document, IReadOnlyList<AclDiagnostic> diagnostics)
    {
        Document = document;
        Diagnostics = diagnostics;
    }

    /// <summary>Whether the file loads.</summary>
    [MemberNotNullWhen(true, nameof(Document))]
    public bool Succeeded => Document is not null;

    /// <summary>The rules; <see langword="null"/> when any diagnostic is an error.</summary>
    public AclDocument? Document { get; }

    /// <summary>The findings, by line.</summary>
    public IReadOnlyList<AclDiagnostic> Diagnostics { get; }
}
