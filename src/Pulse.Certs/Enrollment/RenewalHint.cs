using System.Globalization;

namespace Pulse.Certs;

/// <summary>When to renew a certificate: at a random moment between start and end; at once when both have passed (RFC 9773 §4.2).</summary>
/// <param name="Start">Start of the suggested window, UTC, whole seconds.</param>
/// <param name="End">End of the suggested window, UTC, whole seconds; after <paramref name="Start"/>.</param>
/// <param name="RetryAfter">When to ask again, for the header Retry-After.</param>
public sealed record RenewalHint(DateTimeOffset Start, DateTimeOffset End, TimeSpan RetryAfter)
{
    /// <summary>The body, <c>application/json</c>.</summary>
    /// <returns>An object with the member suggestedWindow.</returns>
    public string ToJson() =>
        string.Create(CultureInfo.InvariantCulture, $$$"""{"suggestedWindow":{"start":"{{{Format(Start)}}}","end":"{{{Format(End)}}}"}}""");

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
