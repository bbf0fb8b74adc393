namespace Pulse.Mqtt;

/// <summary>A message the store refused for good. The message is quarantined as <see cref="IngestRefusal.StoreRefused"/> and acknowledged.</summary>
/// <param name="Index">Its index in the batch.</param>
/// <param name="Code">Why, a short code such as an SQLSTATE.</param>
public readonly record struct IngestFailure(int Index, string Code);
