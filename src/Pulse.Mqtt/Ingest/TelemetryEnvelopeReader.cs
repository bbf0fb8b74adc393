using System.Buffers.Text;
using System.Text.Json;

namespace Pulse.Mqtt;

/// <summary>
/// Reads a telemetry envelope of version 1 from bytes that <see cref="JsonObjectRules"/> accepted. Without a problem nothing but the name
/// of a site is allocated.
/// </summary>
internal ref struct TelemetryEnvelopeReader
{
    public const int MaxMetrics = 50;
    public const int MaxKeyLength = 128;
    public const int MaxTextLength = 256;
    public const int MaxSiteLength = 128;

    private const int ShownNameLength = 64;

    private JsonScanner _json;
    private bool _hasVersion;
    private bool _hasMetrics;
    private DateTimeOffset? _timestamp;
    private long? _sequence;
    private string? _siteId;
    private string? _problem;

    private TelemetryEnvelopeReader(ReadOnlySpan<byte> payload) => _json = new JsonScanner(payload);

    /// <summary>Reads an envelope.</summary>
    /// <returns><see langword="null"/>, or what is wrong in printable ASCII.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out TelemetryEnvelope envelope)
    {
        var reader = new TelemetryEnvelopeReader(payload);
        reader.ReadMembers();
        envelope = new TelemetryEnvelope(reader._timestamp, reader._sequence, reader._siteId);
        return reader._problem;
    }

    private void ReadMembers()
    {
        _json.Take((byte)'{');
        if (_json.TryTake((byte)'}'))
        {
            _problem = "version is missing";
            return;
        }

        do
        {
            if (!_json.TakeText(out var name) || !_json.Take((byte)':'))
            {
                throw new InvalidOperationException("The payload was not checked before it was read.");
            }

            ReadMember(name);
        }
        while (_problem is null && _json.TryTake((byte)','));

        if (_problem is null && !_hasVersion)
        {
            _problem = "version is missing";
        }

        if (_problem is null && !_hasMetrics)
        {
            _problem = "metrics is missing";
        }
    }

    private void ReadMember(JsonText name)
    {
        var bytes = _json.Bytes(name);
        if (bytes.SequenceEqual("version"u8))
        {
            ReadVersion();
        }
        else if (bytes.SequenceEqual("ts"u8))
        {
            ReadTimestamp();
        }
        else if (bytes.SequenceEqual("seq"u8))
        {
            ReadSequence();
        }
        else if (bytes.SequenceEqual("site_id"u8))
        {
            ReadSite();
        }
        else if (bytes.SequenceEqual("metrics"u8))
        {
            ReadMetrics();
        }
        else
        {
            _problem = $"unknown member '{PrintableText.Escape(bytes, ShownNameLength)}'";
        }
    }

    private void ReadVersion()
    {
        if (_json.Peek() != '"' || !_json.TakeText(out var text) || !_json.Bytes(text).SequenceEqual("1"u8))
        {
            _problem = "version must be \"1\"";
        }

        _hasVersion = true;
    }

    private void ReadTimestamp()
    {
        if (_json.Peek() != '"' || !_json.TakeText(out var text) || !Rfc3339.TryParse(_json.Bytes(text), out var timestamp))
        {
            _problem = "ts must be an RFC 3339 date-time";
            return;
        }

        _timestamp = timestamp;
    }

    private void ReadSequence()
    {
        _json.Peek();
        var start = _json.Position;
        JsonObjectRules.TakeValue(ref _json, depth: 1);
        var token = _json.From(start);
        var parsed = Utf8Parser.TryParse(token, out long sequence, out var length);
        if (!parsed || length != token.Length || token[0] == '-')
        {
            _problem = "seq must be an integer from 0 to 9223372036854775807";
            return;
        }

        _sequence = sequence;
    }

    private void ReadSite()
    {
        if (_json.Peek() != '"' || !_json.TakeText(out var text) || text.HoldsControl || text.Characters is 0 or > MaxSiteLength)
        {
            _problem = "site_id must be a text of 1 to 128 characters without control characters";
            return;
        }

        var quoted = new Utf8JsonReader(_json.Quoted(text));
        quoted.Read();
        _siteId = quoted.GetString();
    }

    private void ReadMetrics()
    {
        _hasMetrics = true;
        if (!_json.TryTake((byte)'{'))
        {
            _problem = "metrics must be an object";
            return;
        }

        if (_json.TryTake((byte)'}'))
        {
            _problem = "metrics must have 1 to 50 members";
            return;
        }

        var count = 0;
        do
        {
            count++;
            ReadMetric(count);
        }
        while (_problem is null && _json.TryTake((byte)','));

        if (_problem is null)
        {
            _json.Take((byte)'}');
        }
    }

    private void ReadMetric(int count)
    {
        if (count > MaxMetrics)
        {
            _problem = "metrics must have 1 to 50 members";
            return;
        }

        _json.TakeText(out var name);
        if (name.HoldsControl || name.Characters is 0 or > MaxKeyLength)
        {
            _problem = "the name of a metric must be 1 to 128 characters without control characters";
            return;
        }

        _json.Take((byte)':');
        var kind = _json.Peek();
        if (kind is (byte)'{' or (byte)'[' or (byte)'n')
        {
            _problem = ValueRule;
            return;
        }

        if (kind == '"')
        {
            _json.TakeText(out var value);
            _problem = value.Characters > MaxTextLength ? ValueRule : null;
            return;
        }

        JsonObjectRules.TakeValue(ref _json, depth: 1);
    }

    private static string ValueRule => "the value of a metric must be a finite number, true, false or a text of at most 256 characters";
}
