using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Audit.Tests.Canonical;

public sealed class EventCanonicalizerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567));
    private readonly PulseAuditOptions _options = new();

    [Fact]
    public void The_record_has_one_form_with_members_in_fixed_order()
    {
        var pending = Canonicalize(new AuditEvent
        {
            Type = "device.revoked",
            Class = AuditClass.Critical,
            Outcome = AuditOutcome.Success,
            TenantId = "acme",
            Actor = "alice \"the boss\"",
            OnBehalfOf = "bob\\carol",
            Reason = "line\nbreak",
            Peer = IPAddress.Parse("192.0.2.1"),
            TraceId = "0123456789abcdef0123456789abcdef",
            Fields =
            [
                AuditField.Personal("email", "é@example.test"),
                AuditField.Public("count", -42),
                AuditField.Public("forced", true),
                AuditField.Personal("known", false),
                AuditField.Personal("age", long.MaxValue),
                AuditField.Public("note", null),
            ],
        });

        Assert.Equal(
            $$$"""{"v":1,"id":"{{{pending.Id}}}","at":"2026-01-02T03:04:05.123456Z","class":"critical","type":"device.revoked","outcome":"success","tenant":"acme","visible_to_tenant":true,"actor":"alice \"the boss\"","on_behalf_of":"bob\\carol","reason":"line\\u000Abreak","peer":"192.0.2.1","trace":"0123456789abcdef0123456789abcdef","public":{"count":-42,"forced":true,"note":null},"personal":{"email":"é@example.test","known":false,"age":9223372036854775807}}""",
            Text(pending));
        Assert.Equal("line\\u000Abreak", pending.Reason);
        Assert.Equal(("acme", true, "device.revoked", AuditClass.Critical, AuditOutcome.Success),
            (pending.TenantId, pending.VisibleToTenant, pending.Type, pending.Class, pending.Outcome));
        Assert.Equal(("alice \"the boss\"", "bob\\carol", "192.0.2.1", "0123456789abcdef0123456789abcdef"),
            (pending.Actor, pending.OnBehalfOf, pending.Peer, pending.TraceId));
    }

    [Fact]
    public void What_an_event_does_not_say_is_left_out()
    {
        var pending = Canonicalize(new AuditEvent { Type = "test.bare", Class = AuditClass.Access });

        Assert.Equal(
            $$"""{"v":1,"id":"{{pending.Id}}","at":"2026-01-02T03:04:05.123456Z","class":"access","type":"test.bare","outcome":"unknown","visible_to_tenant":false}""",
            Text(pending));
        Assert.Null(pending.GapCount);
        Assert.False(pending.IsOwn);
        Assert.Equal(pending.Record.Length + 256, pending.Cost);
    }

    [Fact]
    public void The_time_is_cut_to_microseconds_and_the_id_carries_it()
    {
        var pending = Canonicalize(new AuditEvent { Type = "test.time", Class = AuditClass.Access });

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234560), pending.OccurredAt);
        Assert.Equal(7, pending.Id.Version);
        Assert.Equal(
            new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.Zero),
            EventCanonicalizer.TruncateToMicroseconds(new DateTimeOffset(2026, 1, 2, 5, 0, 0, TimeSpan.FromHours(2)).AddTicks(9)));
    }

    [Theory]
    [InlineData(AuditOutcome.Unknown, "unknown")]
    [InlineData(AuditOutcome.Success, "success")]
    [InlineData(AuditOutcome.Denied, "denied")]
    [InlineData(AuditOutcome.Failure, "failure")]
    [InlineData(AuditOutcome.Error, "error")]
    public void Outcomes_have_fixed_words(AuditOutcome outcome, string word) =>
        Assert.Equal(word, Parse(new AuditEvent { Type = "x", Class = AuditClass.Access, Outcome = outcome }).GetProperty("outcome").GetString());

    [Theory]
    [InlineData(AuditClass.Access, "access")]
    [InlineData(AuditClass.Security, "security")]
    [InlineData(AuditClass.Critical, "critical")]
    public void Classes_have_fixed_words(AuditClass auditClass, string word) =>
        Assert.Equal(word, Parse(new AuditEvent { Type = "x", Class = auditClass }).GetProperty("class").GetString());

    [Theory]
    [InlineData("acme", true, true)]
    [InlineData("acme", false, false)]
    [InlineData("Not A Tenant", true, false)]
    [InlineData(null, true, false)]
    public void Only_an_event_of_a_real_tenant_is_visible_to_one(string? tenant, bool asked, bool visible)
    {
        var pending = Canonicalize(new AuditEvent { Type = "x", Class = AuditClass.Access, TenantId = tenant, VisibleToTenant = asked });

        Assert.Equal(visible, pending.VisibleToTenant);
        Assert.Equal(tenant, pending.TenantId);
        Assert.Contains($"\"visible_to_tenant\":{(visible ? "true" : "false")}", Text(pending), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::ffff:192.0.2.9", "192.0.2.9")]
    [InlineData("fe80::1%4", "fe80::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void A_peer_has_one_spelling_and_no_zone(string address, string expected) =>
        Assert.Equal(expected, Canonicalize(new AuditEvent { Type = "x", Class = AuditClass.Access, Peer = IPAddress.Parse(address) }).Peer);

    [Fact]
    public void The_trace_is_that_of_the_caller_unless_it_is_given()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        Assert.Equal(activity.TraceId.ToHexString(), Canonicalize(new AuditEvent { Type = "x", Class = AuditClass.Access }).TraceId);
        Assert.Equal("own", Canonicalize(new AuditEvent { Type = "x", Class = AuditClass.Access, TraceId = "own" }).TraceId);
    }

    [Fact]
    public void A_cut_text_is_declared_with_its_length_and_hash()
    {
        var original = new string('é', 1500) + "\uD800";
        var bytes = Encoding.UTF8.GetBytes(original);

        var pending = Canonicalize(new AuditEvent
        {
            Type = "x",
            Class = AuditClass.Access,
            Actor = original,
            Fields = [AuditField.Public("exact", new string('a', 2048)), AuditField.Personal("agent", new string('a', 2049))],
        });

        Assert.Equal(new string('é', 1024), pending.Actor);
        using var record = JsonDocument.Parse(pending.Record);
        var cuts = record.RootElement.GetProperty("truncated").EnumerateArray().ToArray();
        Assert.Equal(2, cuts.Length);
        Assert.Equal(("actor", bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))), Cut(cuts[0]));
        Assert.Equal(("personal.agent", 2049L, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(new string('a', 2049))))), Cut(cuts[1]));
        Assert.Equal(2048, record.RootElement.GetProperty("personal").GetProperty("agent").GetString()!.Length);
    }

    [Fact]
    public void An_event_beyond_its_cap_is_cut_alike_everywhere_until_it_fits()
    {
        var fields = Enumerable.Range(0, AuditEvent.MaxFields).Select(number => AuditField.Public($"f{number}", new string('x', 2000))).ToArray();

        var pending = Canonicalize(new AuditEvent { Type = "x", Class = AuditClass.Access, Fields = fields, Actor = new string('y', 300) });

        Assert.InRange(pending.Record.Length, 1, _options.MaxEventBytes);
        using var record = JsonDocument.Parse(pending.Record);
        var lengths = record.RootElement.GetProperty("public").EnumerateObject().Select(member => member.Value.GetString()!.Length).Distinct();
        Assert.Equal([256], lengths);
        Assert.Equal(256, pending.Actor!.Length);
    }

    [Fact]
    public void A_text_that_is_cut_in_several_rounds_is_declared_once_as_it_was_given()
    {
        var texts = Enumerable.Range(0, AuditEvent.MaxFields).ToDictionary(number => $"f{number}", number => new string((char)('a' + (number % 26)), 100 + (number * 60)));

        var pending = Canonicalize(new AuditEvent { Type = "x", Class = AuditClass.Access, Fields = [.. texts.Select(text => AuditField.Public(text.Key, text.Value))] });

        using var record = JsonDocument.Parse(pending.Record);
        var kept = record.RootElement.GetProperty("public");
        var cut = texts.Where(text => kept.GetProperty(text.Key).GetString() != text.Value).ToArray();
        Assert.Contains(cut, text => text.Value.Length > 2048);
        Assert.Contains(cut, text => text.Value.Length < 2048);
        Assert.Equal(
            cut.Select(text => ((string?)$"public.{text.Key}", (long)text.Value.Length, (string?)Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Value))))),
            record.RootElement.GetProperty("truncated").EnumerateArray().Select(Cut));
    }

    [Fact]
    public void The_largest_possible_event_fits_into_the_smallest_cap()
    {
        var hostile = new string('\0', 10_000);
        var fields = Enumerable.Range(0, AuditEvent.MaxFields)
            .Select(number => AuditField.Personal(number.ToString("D64", System.Globalization.CultureInfo.InvariantCulture), hostile)).ToArray();

        var pending = Canonicalize(new AuditEvent
        {
            Type = new string('t', 100),
            Class = AuditClass.Access,
            TenantId = hostile,
            Actor = hostile,
            OnBehalfOf = hostile,
            Reason = hostile,
            TraceId = hostile,
            Peer = IPAddress.Parse("2001:db8:1111:2222:3333:4444:5555:6666"),
            Fields = fields,
        });

        Assert.InRange(pending.Record.Length, 1, 32 << 10);
        Assert.Equal(69, Parse(pending).GetProperty("truncated").GetArrayLength());
    }

    private static (string? Member, long Bytes, string? Sha256) Cut(JsonElement cut) =>
        (cut.GetProperty("member").GetString(), cut.GetProperty("bytes").GetInt64(), cut.GetProperty("sha256").GetString());

    private static string Text(PendingEvent pending) => Encoding.UTF8.GetString(pending.Record);

    private static JsonElement Parse(PendingEvent pending) => JsonSerializer.Deserialize<JsonElement>(pending.Record);

    private JsonElement Parse(AuditEvent source) => Parse(Canonicalize(source));

    private PendingEvent Canonicalize(AuditEvent source) => new EventCanonicalizer(_options, _time).Canonicalize(source);
}
