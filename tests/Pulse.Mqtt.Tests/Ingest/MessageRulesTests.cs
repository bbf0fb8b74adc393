using System.Text;

namespace Pulse.Mqtt.Tests.Ingest;

/// <summary>The rules on bytes and their order.</summary>
public sealed class MessageRulesTests
{
    private const int MaxPayload = 100;
    private const string Envelope = """{"version":"1","seq":3,"metrics":{"a":1}}""";

    private readonly DeviceIdentity _identity = TestDevices.Identity();
    private readonly AclDocument _acl = Acl("topic write tenant/#\n");

    [Theory]
    [InlineData("telemetry", Envelope, IngestKind.Telemetry)]
    [InlineData("heartbeat", "{}", IngestKind.Heartbeat)]
    [InlineData("shadow/reported", "{\"x\":null}", IngestKind.ShadowReported)]
    [InlineData("commands/ack", "{}", IngestKind.CommandAck)]
    public void A_message_of_every_kind_passes(string suffix, string payload, IngestKind kind)
    {
        var verdict = Check("tenant/t1/device/d1/" + suffix, payload);

        Assert.Equal((IngestRefusal.None, kind), (verdict.Refusal, verdict.Kind));
        Assert.Equal(kind == IngestKind.Telemetry ? 3 : null, verdict.Envelope.Sequence);
    }

    [Theory]
    [InlineData("tenant/t1/device/d1/commands")]
    [InlineData("tenant/t1/device/d1/shadow/desired")]
    [InlineData("tenant/t1/device/d1/telemetry/deeper")]
    [InlineData("tenant/t1/device/d1/telemetry/")]
    [InlineData("tenant/t1/device/d1/Telemetry")]
    [InlineData("tenant/t1/device/d1/")]
    [InlineData("tenant/t1/device/d1")]
    [InlineData("tenant/T1/device/d1/telemetry")]
    [InlineData("tenant/t1/device/-d/telemetry")]
    [InlineData("tenant/t1/device//telemetry")]
    [InlineData("tenant//device/d1/telemetry")]
    [InlineData("tenant/t1/devices/d1/telemetry")]
    [InlineData("tenants/t1/device/d1/telemetry")]
    [InlineData("/tenant/t1/device/d1/telemetry")]
    [InlineData("tenant/t1/device/+/telemetry")]
    [InlineData("tenant/t1/device/é/telemetry")]
    [InlineData("$SYS/broker")]
    [InlineData("a")]
    public void A_topic_outside_the_grammar_is_invalid(string topic) =>
        Assert.Equal(IngestRefusal.TopicInvalid, Check(topic, Envelope).Refusal);

    [Theory]
    [InlineData("tenant/t1/device/d2/telemetry")]
    [InlineData("tenant/t2/device/d1/telemetry")]
    [InlineData("tenant/t1/device/d11/telemetry")]
    [InlineData("tenant/t1/device/D1/heartbeat")]
    public void A_topic_of_another_device_is_a_mismatch_whatever_it_says(string topic) =>
        Assert.Equal(IngestRefusal.IdentityMismatch, Check(topic, "poison").Refusal);

    [Fact]
    public void Identifiers_of_full_length_are_well_formed()
    {
        var tenant = new string('t', 63);
        Assert.True(DeviceTopic.IsWellFormed(Encoding.ASCII.GetBytes($"tenant/{tenant}/device/{new string('d', 64)}/telemetry")));
        Assert.False(DeviceTopic.IsWellFormed(Encoding.ASCII.GetBytes($"tenant/{tenant}t/device/d/telemetry")));
        Assert.False(DeviceTopic.IsWellFormed(Encoding.ASCII.GetBytes($"tenant/{tenant}/device/{new string('d', 65)}/telemetry")));
    }

    [Fact]
    public void The_acl_comes_before_the_size() =>
        Assert.Equal(IngestRefusal.AclDenied, Check("tenant/t1/device/d1/telemetry", new string('x', 101), Acl("topic read tenant/#\n")).Refusal);

    [Fact]
    public void The_size_comes_before_the_payload()
    {
        Assert.Equal(IngestRefusal.PayloadTooLarge, Check("tenant/t1/device/d1/heartbeat", new string('x', 101)).Refusal);
        Assert.Equal(IngestRefusal.JsonInvalid, Check("tenant/t1/device/d1/heartbeat", new string('x', 100)).Refusal);
    }

    [Fact]
    public void Json_comes_before_the_envelope()
    {
        Assert.Equal(IngestRefusal.JsonInvalid, Check("tenant/t1/device/d1/telemetry", """{"version":"2","version":"2"}""").Refusal);
        Assert.Equal(IngestRefusal.EnvelopeInvalid, Check("tenant/t1/device/d1/telemetry", """{"version":"2"}""").Refusal);
    }

    [Fact]
    public void The_envelope_is_for_telemetry_only() =>
        Assert.Equal(IngestRefusal.None, Check("tenant/t1/device/d1/heartbeat", """{"version":"2"}""").Refusal);

    [Fact]
    public void An_accepted_message_costs_no_allocation()
    {
        var topic = "tenant/t1/device/d1/telemetry"u8.ToArray();
        var payload = Encoding.UTF8.GetBytes(Envelope);
        MessageRules.Check(_identity, _acl, topic, payload, payload.Length, MaxPayload);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            MessageRules.Check(_identity, _acl, topic, payload, payload.Length, MaxPayload);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(IngestRefusal.None, 0x00)]
    [InlineData(IngestRefusal.TopicInvalid, 0x90)]
    [InlineData(IngestRefusal.IdentityMismatch, 0x87)]
    [InlineData(IngestRefusal.AclDenied, 0x87)]
    [InlineData(IngestRefusal.PayloadTooLarge, 0x97)]
    [InlineData(IngestRefusal.JsonInvalid, 0x99)]
    [InlineData(IngestRefusal.EnvelopeInvalid, 0x99)]
    [InlineData(IngestRefusal.DeviceUnknown, 0x87)]
    [InlineData(IngestRefusal.DeviceDisabled, 0x87)]
    [InlineData(IngestRefusal.TenantSuspended, 0x87)]
    [InlineData(IngestRefusal.CertificateExpired, 0x87)]
    [InlineData(IngestRefusal.CertificateRevoked, 0x87)]
    [InlineData(IngestRefusal.SiteMismatch, 0x99)]
    [InlineData(IngestRefusal.DeviceRateLimited, 0x97)]
    [InlineData(IngestRefusal.TenantRateLimited, 0x97)]
    [InlineData(IngestRefusal.StoreRefused, 0x83)]
    public void Every_refusal_has_its_reason_code(IngestRefusal refusal, int code) => Assert.Equal(code, (int)PubAckCodes.Of(refusal));

    [Fact]
    public void A_topic_is_kept_printable_and_short()
    {
        Assert.Equal("a\\\\b\\x00\\xff~", PrintableText.Escape([(byte)'a', (byte)'\\', (byte)'b', 0, 0xFF, (byte)'~']));
        Assert.Equal(256, PrintableText.Escape(new byte[1000].Select(static _ => (byte)'a').ToArray()).Length);
        Assert.Equal(256, PrintableText.Escape(new byte[1000]).Length);
        Assert.Equal("aaa", PrintableText.Escape("aaa\\"u8, 4));
    }

    private MessageVerdict Check(string topic, string payload, AclDocument? acl = null)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        return MessageRules.Check(_identity, acl ?? _acl, Encoding.UTF8.GetBytes(topic), bytes, bytes.Length, MaxPayload);
    }

    private static AclDocument Acl(string rules) => AclDocument.Parse(Encoding.UTF8.GetBytes("user t1:d1\n" + rules), AclDialect.Strict).Document!;
}
