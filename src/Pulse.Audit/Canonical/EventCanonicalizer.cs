using System.Diagnostics;
using System.Globalization;
using Pulse.Shared;

namespace Pulse.Audit;

/// <summary>
/// Turns an event into the bytes that are hashed and stored, on the caller's thread: the event is frozen before the caller
/// goes on, and its size is known before it is queued.
/// </summary>
internal sealed class EventCanonicalizer(PulseAuditOptions options, TimeProvider time)
{
    private const int SmallestTextBytes = 16;

    private readonly Pseudonyms _pseudonyms = new(options);

    /// <summary>Freezes a caller's event, and stamps it with time and id.</summary>
    public PendingEvent Canonicalize(AuditEvent source)
    {
        var occurredAt = TruncateToMicroseconds(time.GetUtcNow());
        return Fit(source, Guid.CreateVersion7(occurredAt), occurredAt, gapCount: null);
    }

    /// <summary>Freezes a record of the sink's own.</summary>
    /// <param name="source">The record.</param>
    /// <param name="gapCount">How many dropped events it stands for.</param>
    public PendingEvent CanonicalizeOwn(AuditEvent source, long gapCount)
    {
        var occurredAt = TruncateToMicroseconds(time.GetUtcNow());
        return Fit(source, Guid.CreateVersion7(occurredAt), occurredAt, gapCount);
    }

    /// <summary>Freezes a record of the sink's own that must come out the same each time it is made.</summary>
    public PendingEvent CanonicalizeOwn(AuditEvent source, Guid id, DateTimeOffset occurredAt) => Fit(source, id, occurredAt, gapCount: 0);

    /// <summary>Freezes the record of a flood.</summary>
    public PendingEvent CanonicalizeOwn(Flood flood) => Fit(flood.ToEvent(), flood.Id, flood.First, gapCount: 0, flood.Count);

    /// <summary>PostgreSQL keeps microseconds and rounds; a rounded time would no longer be the one that was hashed.</summary>
    internal static DateTimeOffset TruncateToMicroseconds(DateTimeOffset value) =>
        new(value.UtcTicks - (value.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private PendingEvent Fit(AuditEvent source, Guid id, DateTimeOffset occurredAt, long? gapCount, long repeats = 0)
    {
        var maxTextBytes = options.MaxTextBytes;
        var pending = Write(source, id, occurredAt, maxTextBytes, gapCount, repeats, earlier: null, out var cuts);

        // All texts shrink alike, so the result depends on the event alone. 64 fields cut to 16 bytes each fit into 32 KiB. What was
        // cut once is cut again, and its hash stays.
        while (pending.Record.Length > options.MaxEventBytes && maxTextBytes > SmallestTextBytes)
        {
            maxTextBytes = Math.Max(maxTextBytes / 2, SmallestTextBytes);
            pending = Write(source, id, occurredAt, maxTextBytes, gapCount, repeats, cuts, out cuts);
        }

        return pending;
    }

    private PendingEvent Write(
        AuditEvent source,
        Guid id,
        DateTimeOffset occurredAt,
        int maxTextBytes,
        long? gapCount,
        long repeats,
        List<CutText>? earlier,
        out List<CutText>? cuts)
    {
        List<CutText>? made = null;
        string? Clean(string member, string? text)
        {
            if (text is null)
            {
                return null;
            }

            var clean = SafeText.Clean(text, maxTextBytes, out var cut);
            if (cut)
            {
                (made ??= []).Add(CutText.Of(member, text, earlier));
            }

            return clean;
        }

        var tenant = Clean("tenant", source.TenantId);
        var visible = source.VisibleToTenant && IdentifierGrammar.IsTenant(source.TenantId);
        var actor = Clean("actor", source.Actor);
        var onBehalfOf = Clean("on_behalf_of", source.OnBehalfOf);
        var reason = Clean("reason", source.Reason);
        var peer = source.Peer is null ? null : PeerAddress.Normalize(source.Peer).ToString();
        var trace = Clean("trace", source.TraceId ?? Activity.Current?.TraceId.ToHexString());

        var json = new CanonicalJson(1024);
        try
        {
            json.Open((byte)'{');
            json.Name("v");
            json.Number(1);
            json.Member("id", id.ToString("D"));
            json.Member("at", occurredAt.ToString(CanonicalNames.TimeFormat, CultureInfo.InvariantCulture));
            json.Member("class", CanonicalNames.Of(source.Class));
            json.Member("type", source.Type);
            json.Member("outcome", CanonicalNames.Of(source.Outcome));
            json.Member("tenant", tenant);
            json.Name("visible_to_tenant");
            json.Boolean(visible);
            json.Member("actor", actor);
            json.Member("on_behalf_of", onBehalfOf);
            json.Member("reason", reason);
            json.Member("peer", peer);
            json.Member("trace", trace);
            WriteFields(ref json, "public", source.Fields, personal: false, Clean);
            WriteFields(ref json, "personal", source.Fields, personal: true, Clean);
            WriteCuts(ref json, made);
            json.Close((byte)'}');
            cuts = made;

            return new PendingEvent
            {
                Id = id,
                OccurredAt = occurredAt,
                Class = source.Class,
                Outcome = source.Outcome,
                Type = source.Type,
                TenantId = tenant,
                VisibleToTenant = visible,
                Actor = actor,
                OnBehalfOf = onBehalfOf,
                Reason = reason,
                Peer = peer,
                TraceId = trace,
                Record = json.ToArray(),
                GapCount = gapCount,
                Repeats = repeats,
            };
        }
        finally
        {
            json.Dispose();
        }
    }

    private void WriteFields(
        ref CanonicalJson json, string group, IReadOnlyList<AuditField> fields, bool personal, Func<string, string?, string?> clean)
    {
        var opened = false;
        foreach (var field in fields)
        {
            if (field.IsPersonal != personal)
            {
                continue;
            }

            if (!opened)
            {
                json.Name(group);
                json.Open((byte)'{');
                opened = true;
            }

            json.Name(field.Name);
            switch (field.Kind)
            {
                case AuditFieldKind.Number:
                    json.Number(field.Number);
                    break;
                case AuditFieldKind.Boolean:
                    json.Boolean(field.Number != 0);
                    break;
                case AuditFieldKind.Pseudonym:
                    json.Text(_pseudonyms.Of(field.Name, field.Text));
                    break;
                default:
                    json.Text(clean($"{group}.{field.Name}", field.Text));
                    break;
            }
        }

        if (opened)
        {
            json.Close((byte)'}');
        }
    }

    private static void WriteCuts(ref CanonicalJson json, List<CutText>? cuts)
    {
        if (cuts is null)
        {
            return;
        }

        json.Name("truncated");
        json.Open((byte)'[');
        foreach (var cut in cuts)
        {
            json.Open((byte)'{');
            json.Member("member", cut.Member);
            json.Name("bytes");
            json.Number(cut.Bytes);
            json.Member("sha256", cut.Sha256);
            json.Close((byte)'}');
        }

        json.Close((byte)']');
    }
}
