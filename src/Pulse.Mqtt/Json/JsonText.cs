namespace Pulse.Mqtt;

/// <summary>A string read by <see cref="JsonScanner"/>: where it stands and what its decoded form is like.</summary>
/// <param name="Start">First byte after the opening quote.</param>
/// <param name="Length">Bytes up to the closing quote.</param>
/// <param name="IsEscaped">Whether it holds escapes.</param>
/// <param name="Characters">Unicode characters of the decoded text.</param>
/// <param name="HoldsControl">Whether the decoded text holds a control character (U+0000–001F, U+007F–009F).</param>
/// <param name="Hash">Hash of the decoded text.</param>
internal readonly record struct JsonText(int Start, int Length, bool IsEscaped, int Characters, bool HoldsControl, ulong Hash);
