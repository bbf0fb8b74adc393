namespace Pulse.Audit;

internal enum AuditFieldKind
{
    Text,
    Number,
    Boolean,
}
