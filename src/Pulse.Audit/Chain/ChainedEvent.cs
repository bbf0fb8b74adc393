namespace Pulse.Audit;

/// <summary>An event with its place in the chain.</summary>
internal sealed record ChainedEvent(PendingEvent Event, Guid Stream, long Sequence, byte[] PreviousHash, byte[] Hash);
