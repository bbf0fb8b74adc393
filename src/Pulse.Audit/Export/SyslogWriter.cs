using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pulse.Audit;

/// <summary>
/// Messages of RFC 5424 with their lengths in front. The structured data is under the enterprise number 32473, which RFC 5612 keeps
/// for documentation: receivers go by the name before it.
/// </summary>
internal sealed class SyslogWriter
{
    private const int Facility = 13;
    private const int MaxHostNameLength = 255;
    private const int MaxMessageIdLength = 32;

    private readonly string _hostName;

    public SyslogWriter(string hostName)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostName);
        if (hostName.Length > MaxHostNameLength || hostName.Any(character => character is <= ' ' or >= (char)0x7F))
        {
            throw new ArgumentException("A host name is 1 to 255 printable ASCII characters without space.", nameof(hostName));
        }

        _hostName = hostName;
    }

    public GatheredBytes Gathered { get; } = new();

    public void Write(StoredEvent found)
    {
        var read = RecordReader.Read(found.Record, gapCount: null);
        var type = read?.Type ?? "audit.unreadable";
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<{(Facility * 8) + Severity(read)}>1 {Time(read)} {_hostName} pulse-audit - ")
            .Append(type.AsSpan(0, Math.Min(type.Length, MaxMessageIdLength)))
            .Append(CultureInfo.InvariantCulture, $" [pulse@32473 stream=\"{found.Stream:D}\" seq=\"{found.Sequence}\"");
        Add(head, "id", read?.Id.ToString("D"));
        Add(head, "type", type);
        Add(head, "outcome", read is null ? null : CanonicalNames.Of(read.Outcome));
        Add(head, "tenant", read?.TenantId);
        Add(head, "actor", read?.Actor);
        Add(head, "hash", Convert.ToHexStringLower(found.Hash));

        // The byte order mark says that the message is UTF-8 (RFC 5424, section 6.4).
        byte[] message = [.. Encoding.UTF8.GetBytes(head.Append("] ").ToString()), 0xEF, 0xBB, 0xBF, .. found.Record];
        Gathered.Writer.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")));
        Gathered.Writer.Write(message);
    }

    // Error 3, warning 4, informational 6. What cannot be read is no ordinary event.
    private static int Severity(PendingEvent? read) => read?.Outcome switch
    {
        null or AuditOutcome.Error => 3,
        AuditOutcome.Denied or AuditOutcome.Failure => 4,
        _ => 6,
    };

    private static string Time(PendingEvent? read) => read?.OccurredAt.ToString(CanonicalNames.TimeFormat, CultureInfo.InvariantCulture) ?? "-";

    // RFC 5424, section 6.3.3: these three are escaped, and nothing else is. The record's texts hold no control characters.
    private static void Add(StringBuilder head, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        head.Append(' ').Append(name).Append("=\"");
        foreach (var character in value)
        {
            head.Append(character is '"' or '\\' or ']' ? "\\" : string.Empty).Append(character);
        }

        head.Append('"');
    }
}
