namespace Pulse.Audit;

internal enum AuditFieldKind
{
    Text,
    Number,
    Boolean,

    /// <summary>A text whose keyed name is recorded in its place.</summary>
    Pseudonym,
}
