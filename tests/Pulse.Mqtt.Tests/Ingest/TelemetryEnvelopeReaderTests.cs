using System.Text;

namespace Pulse.Mqtt.Tests.Ingest;

public sealed class TelemetryEnvelopeReaderTests
{
    private const string ValueRule = "the value of a metric must be a finite number, true, false or a text of at most 256 characters";
    private const string NameRule = "the name of a metric must be 1 to 128 characters without control characters";
    private const string CountRule = "metrics must have 1 to 50 members";
    private const string SequenceRule = "seq must be an integer from 0 to 9223372036854775807";
    private const string SiteRule = "site_id must be a text of 1 to 128 characters without control characters";

    [Fact]
    public void A_whole_envelope_is_read()
    {
        var problem = Read("""{"metrics":{"a":1.5,"b":true,"c":"x","d":-0},"site_id":"s\u00e9","seq":9223372036854775807,"ts":"2026-01-02T03:04:05+01:00","version":"1"}""", out var envelope);

        Assert.Null(problem);
        Assert.Equal(new TelemetryEnvelope(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero), long.MaxValue, "sé"), envelope);
    }

    [Fact]
    public void Version_and_metrics_are_enough()
    {
        Assert.Null(Read("""{"version":"1","metrics":{"a":0}}""", out var envelope));
        Assert.Equal(default, envelope);
    }

    [Theory]
    [InlineData("""{}""", "version is missing")]
    [InlineData("""{"metrics":{"a":1}}""", "version is missing")]
    [InlineData("""{"version":"1"}""", "metrics is missing")]
    [InlineData("""{"version":"2","metrics":{"a":1}}""", "version must be \"1\"")]
    [InlineData("""{"version":1,"metrics":{"a":1}}""", "version must be \"1\"")]
    [InlineData("""{"version":null,"metrics":{"a":1}}""", "version must be \"1\"")]
    [InlineData("""{"version":"1","metrics":{"a":1},"lat":1}""", "unknown member 'lat'")]
    [InlineData("""{"version":"1","metrics":{"a":1},"Seq":1}""", "unknown member 'Seq'")]
    [InlineData("""{"version":"1","metrics":{"a":1},"é":1}""", "unknown member '\\xc3\\xa9'")]
    [InlineData("""{"version":"1","metrics":{"a":1},"ts":1}""", "ts must be an RFC 3339 date-time")]
    [InlineData("""{"version":"1","metrics":{"a":1},"ts":null}""", "ts must be an RFC 3339 date-time")]
    [InlineData("""{"version":"1","metrics":{"a":1},"ts":"yesterday"}""", "ts must be an RFC 3339 date-time")]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":-1}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":-0}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":1.0}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":1e3}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":"1"}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":null}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"seq":9223372036854775808}""", SequenceRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"site_id":""}""", SiteRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"site_id":7}""", SiteRule)]
    [InlineData("""{"version":"1","metrics":{"a":1},"site_id":"a\u0001"}""", SiteRule)]
    [InlineData("""{"version":"1","metrics":[]}""", "metrics must be an object")]
    [InlineData("""{"version":"1","metrics":null}""", "metrics must be an object")]
    [InlineData("""{"version":"1","metrics":{}}""", CountRule)]
    [InlineData("""{"version":"1","metrics":{"a":null}}""", ValueRule)]
    [InlineData("""{"version":"1","metrics":{"a":{}}}""", ValueRule)]
    [InlineData("""{"version":"1","metrics":{"a":[]}}""", ValueRule)]
    [InlineData("""{"version":"1","metrics":{"":1}}""", NameRule)]
    [InlineData("""{"version":"1","metrics":{"a\n":1}}""", NameRule)]
    [InlineData("""{"version":"1","metrics":{"a\u0085":1}}""", NameRule)]
    public void What_breaks_a_rule_is_said(string json, string problem) => Assert.Equal(problem, Read(json, out _));

    [Theory]
    [InlineData("a\u007F")]
    [InlineData("a\u0080")]
    [InlineData("\u009Fa")]
    public void A_control_character_beyond_ascii_is_no_part_of_a_name(string name) => Assert.Equal(NameRule, ReadMetric(name, "1"));

    [Fact]
    public void Fifty_metrics_are_the_most()
    {
        Assert.Null(ReadMany(50));
        Assert.Equal(CountRule, ReadMany(51));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("😀")]
    [InlineData("\\u00e9")]
    [InlineData("\\ud83d\\ude00")]
    public void Lengths_are_counted_in_characters(string character)
    {
        Assert.Null(ReadMetric(Repeat(character, 128), "1"));
        Assert.Equal(NameRule, ReadMetric(Repeat(character, 129), "1"));
        Assert.Null(ReadMetric("a", $"\"{Repeat(character, 256)}\""));
        Assert.Equal(ValueRule, ReadMetric("a", $"\"{Repeat(character, 257)}\""));
        Assert.Null(Read($$"""{"version":"1","metrics":{"a":1},"site_id":"{{Repeat(character, 128)}}"}""", out _));
        Assert.Equal(SiteRule, Read($$"""{"version":"1","metrics":{"a":1},"site_id":"{{Repeat(character, 129)}}"}""", out _));
    }

    [Fact]
    public void A_text_value_may_be_empty_and_hold_control_characters() => Assert.Null(ReadMetric("a", "\"\\n\""));

    private static string? ReadMany(int count) =>
        Read("{\"version\":\"1\",\"metrics\":{" + string.Join(',', Enumerable.Range(0, count).Select(static index => $"\"m{index}\":{index}")) + "}}", out _);

    private static string? ReadMetric(string name, string value) =>
        Read("{\"version\":\"1\",\"metrics\":{\"" + name + "\":" + value + "}}", out _);

    private static string? Read(string json, out TelemetryEnvelope envelope)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Equal(JsonProblem.None, JsonObjectRules.Check(bytes, out _));
        return TelemetryEnvelopeReader.Read(bytes, out envelope);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
