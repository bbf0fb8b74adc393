using System.Globalization;
using System.Text.Json;

namespace Pulse.Audit;

/// <summary>
/// Makes an event again from its canonical record: the columns repeat what the record says, so the record is all that has to
/// be kept.
/// </summary>
internal static class RecordReader
{
    /// <returns>Null when this is no record of the version this code writes.</returns>
    public static PendingEvent? Read(byte[] record, long? gapCount)
    {
        try
        {
            using var document = JsonDocument.Parse(record);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt64() != 1)
            {
                return null;
            }

            return new PendingEvent
            {
                Id = root.GetProperty("id").GetGuid(),
                OccurredAt = DateTimeOffset.ParseExact(
                    Required(root, "at"), CanonicalNames.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                Class = CanonicalNames.ClassOf(Required(root, "class")),
                Outcome = CanonicalNames.OutcomeOf(Required(root, "outcome")),
                Type = Required(root, "type"),
                TenantId = Text(root, "tenant"),
                VisibleToTenant = root.GetProperty("visible_to_tenant").GetBoolean(),
                Actor = Text(root, "actor"),
                OnBehalfOf = Text(root, "on_behalf_of"),
                Reason = Text(root, "reason"),
                Peer = Text(root, "peer"),
                TraceId = Text(root, "trace"),
                Record = record,
                GapCount = gapCount,
            };
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // Another version's record, or a file from elsewhere: the caller tells of it and keeps the file.
            return null;
        }
    }

    // Null is a value that this version never writes there.
    private static string Required(JsonElement root, string member) =>
        root.GetProperty(member).GetString() ?? throw new FormatException($"The record has no \"{member}\".");

    private static string? Text(JsonElement root, string member) => root.TryGetProperty(member, out var value) ? value.GetString() : null;
}
