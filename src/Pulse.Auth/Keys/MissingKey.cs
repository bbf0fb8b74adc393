namespace Pulse.Auth;

/// <summary>A key some token names and the issuer's keys do not include.</summary>
/// <param name="KeyId">Its identifier, of the grammar of identifiers.</param>
/// <param name="JudgedWith">Generation of the snapshot that lacks it; zero when there was none.</param>
internal sealed record MissingKey(string KeyId, long JudgedWith);
