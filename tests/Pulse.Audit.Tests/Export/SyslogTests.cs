using System.Globalization;
using System.Text;
using Pulse.Audit.Tests.Verification;

namespace Pulse.Audit.Tests.Export;

public sealed class SyslogTests : IDisposable
{
    private readonly Trail _trail = new();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void A_message_is_that_of_rfc_5424_with_its_length_in_front()
    {
        var stored = _trail.Append(Trail.StreamA, written: new AuditEvent
        {
            Type = "auth.token.refused", Class = AuditClass.Security, Outcome = AuditOutcome.Denied, TenantId = "acme", Actor = "ä \"]\\",
        });

        var (length, message) = Write(stored);

        var record = Encoding.UTF8.GetString(stored.Record);
        var read = RecordReader.Read(stored.Record, null)!;
        Assert.Equal(Encoding.UTF8.GetByteCount(message), length);
        Assert.Equal(
            $"<108>1 {read.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)} host.example pulse-audit - auth.token.refused "
            + $"[pulse@32473 stream=\"{Trail.StreamA:D}\" seq=\"1\" id=\"{read.Id:D}\" type=\"auth.token.refused\" outcome=\"denied\" tenant=\"acme\" "
            + $"actor=\"ä \\\"\\]\\\\\" hash=\"{Convert.ToHexStringLower(stored.Hash)}\"] \uFEFF{record}",
            message);
    }

    [Theory]
    [InlineData(AuditOutcome.Unknown, 110)]
    [InlineData(AuditOutcome.Success, 110)]
    [InlineData(AuditOutcome.Denied, 108)]
    [InlineData(AuditOutcome.Failure, 108)]
    [InlineData(AuditOutcome.Error, 107)]
    public void The_outcome_decides_the_severity(AuditOutcome outcome, int priority)
    {
        var (_, message) = Write(_trail.Append(Trail.StreamA, written: new AuditEvent { Type = "a", Class = AuditClass.Access, Outcome = outcome }));

        Assert.StartsWith($"<{priority}>1 ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("actor=", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    public void A_long_type_is_whole_in_the_structured_data_alone(int length)
    {
        var type = new string('t', length);

        var (_, message) = Write(_trail.Append(Trail.StreamA, written: new AuditEvent { Type = type, Class = AuditClass.Access }));

        Assert.Contains($" - {new string('t', 32)} [", message, StringComparison.Ordinal);
        Assert.Contains($"type=\"{type}\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_an_error_message_all_the_same()
    {
        var (length, message) = Write(_trail.Append(Trail.StreamA) with { Record = [0xFF, 0x0A] });

        Assert.StartsWith("<107>1 - host.example pulse-audit - audit.unreadable [pulse@32473 stream=", message, StringComparison.Ordinal);
        Assert.True(length > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void A_host_name_is_printable_ascii(string name) => Assert.Throws<ArgumentException>(() => new SyslogWriter(name));

    [Fact]
    public void A_host_name_has_at_most_255_characters()
    {
        Assert.Throws<ArgumentException>(() => new SyslogWriter(new string('a', 256)));
        Assert.NotNull(new SyslogWriter(new string('a', 255)));
    }

    private static (int Length, string Message) Write(StoredEvent stored)
    {
        var writer = new SyslogWriter("host.example");
        writer.Write(stored);
        var text = Encoding.UTF8.GetString(writer.Gathered.Take(0).Span).Split(' ', 2);
        return (int.Parse(text[0], CultureInfo.InvariantCulture), text[1]);
    }
}
