namespace Pulse.Audit;

/// <summary>A signed statement of what the sealed log was at a size. Worth the more the further from the database it is kept.</summary>
/// <param name="TreeSize">Number of sealed events.</param>
/// <param name="Note">The checkpoint: a C2SP signed note, UTF-8 text, some 200 bytes.</param>
public sealed record AuditCheckpoint(long TreeSize, string Note);
