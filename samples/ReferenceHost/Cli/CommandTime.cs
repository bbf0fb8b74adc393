using System.Globalization;

namespace Pulse.ReferenceHost.Cli;

/// <summary>Times as commands take them: ISO 8601 with an offset, without which they would mean another moment on another machine.</summary>
internal static class CommandTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <exception cref="UsageException">It is no such time.</exception>
    public static TimeProvider ClockAt(string? text) => text is null ? TimeProvider.System : new FixedClock(Parse("--at", text));

    /// <exception cref="UsageException">It is no such time.</exception>
    public static DateTimeOffset Parse(string option, string text) => TryParse(text, out var time)
        ? time
        : throw new UsageException($"{option} is a time with its offset, such as 2026-11-23T12:00:00Z, not \"{text}\".");

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        var isTime = DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read);
        time = isTime && read.Kind != DateTimeKind.Unspecified ? read.ToUniversalTime() : default;
        return isTime && read.Kind != DateTimeKind.Unspecified;
    }
}
