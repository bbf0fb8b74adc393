using System.Text;
using System.Text.Json;
using CsCheck;

namespace Pulse.Auth.Tests;

public sealed class StrictJsonReaderTests
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = StrictJsonReader.MaxDepth };

    [Theory]
    [InlineData("\"\\u0041\\n\\t\\r\\b\\f\\/\\\\\\\"\"", "A\n\t\r\b\f/\\\"")]
    [InlineData("\"x\\ud83d\\ude00y\"", "x😀y")]
    [InlineData("\"\\u00e9é\"", "éé")]
    [InlineData(" \"a\" ", "a")]
    public void Unescapes_strings(string json, string expected)
    {
        var reader = new StrictJsonReader(Encoding.UTF8.GetBytes(json), new uint[StrictJsonReader.NameSlots]);

        Assert.Equal(JsonToken.String, reader.Read());
        Assert.Equal(expected, Encoding.UTF8.GetString(reader.Text));
        Assert.Equal(JsonToken.End, reader.Read());
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-7", -7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Reads_integers(string json, long expected)
    {
        var reader = new StrictJsonReader(Encoding.UTF8.GetBytes(json), new uint[StrictJsonReader.NameSlots]);
        reader.Read();

        Assert.True(reader.TryGetInteger(out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":\"\\ud800\\ud800\"}")]
    [InlineData("{\"a\":\"\\ud800x\"}")]
    [InlineData("{\"a\":\"\\udc00\\ud800\"}")]
    [InlineData("{\"a\":\"\\ud8")]
    [InlineData("{\"a\":\"\\u00g0\"}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"\\")]
    [InlineData("{\"a\":\"\u0001\"}")]
    [InlineData("{\"a\":\"b}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":}")]
    [InlineData("{a:1}")]
    [InlineData("{,}")]
    [InlineData("[1 2]")]
    [InlineData("[1,]")]
    [InlineData("[1,")]
    [InlineData("[1}")]
    [InlineData("{\"a\":1]")]
    [InlineData("]")]
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData("1.e1")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("NaN")]
    [InlineData("tru")]
    [InlineData("nulll")]
    [InlineData("1 1")]
    public void Refuses(string json) => Assert.False(IsAccepted(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{\"a\":{\"b\":1},\"b\":{\"a\":1}}")]
    [InlineData("[{\"a\":1},{\"a\":1}]")]
    [InlineData("{\"a\":[{\"a\":1}],\"b\":1}")]
    [InlineData("1.5e-3")]
    [InlineData("-0.0E+1")]
    [InlineData("[[],{},true,false,null,\"\"]")]
    public void Accepts(string json) => Assert.True(IsAccepted(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Bounds_the_members_of_each_object_by_itself(int members, bool accepted)
    {
        var inner = string.Join(',', Enumerable.Range(0, members).Select(i => $"\"m{i}\":0"));

        Assert.Equal(accepted, IsAccepted(Encoding.UTF8.GetBytes($$"""{"a":0,"b":{"c":0,"d":{ {{inner}} },"e":0},"f":0}""")));
    }

    [Theory]
    [InlineData("{ \"a\" : 1 , \"b\" : [ 1 , 2 ] } ")]
    [InlineData("\t{\r\n\"a\"\t:\n{}\r,\"b\":null}\n")]
    public void Passes_over_white_space_between_tokens(string json) => Assert.True(IsAccepted(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" {\"a\":[]} ", true)]
    [InlineData("{}{}", false)]
    [InlineData("{} x", false)]
    [InlineData("{\"a\":1", false)]
    [InlineData("[]", false)]
    [InlineData("", false)]
    [InlineData("null", false)]
    public void A_document_is_one_object_and_nothing_behind_it(string json, bool expected) => Assert.Equal(expected, StrictJson.IsObject(json));

    [Fact]
    public void Finds_a_repeated_name_after_a_nested_object_ended() =>
        Assert.False(IsAccepted("{\"a\":{\"x\":1,\"y\":2},\"b\":[{\"z\":1}],\"a\":1}"u8.ToArray()));

    [Fact]
    public void Bounds_the_text_at_8_MiB_and_a_name_at_511_bytes()
    {
        Assert.True(IsAccepted(Encoding.UTF8.GetBytes(new string(' ', 8_388_606) + "1")));
        Assert.False(IsAccepted(Encoding.UTF8.GetBytes(new string(' ', 8_388_607) + "1")));
        Assert.True(IsAccepted(Encoding.UTF8.GetBytes($$"""{"{{new string('n', 511)}}":1}""")));
        Assert.False(IsAccepted(Encoding.UTF8.GetBytes($$"""{"{{new string('n', 512)}}":1}""")));
    }

    [Fact]
    public void B6_Finds_a_repeated_name_far_into_a_long_text()
    {
        var far = new string(' ', 4_000_000);

        Assert.True(IsAccepted(Encoding.UTF8.GetBytes($$"""{{far}}{"{{new string('n', 511)}}":1,"n":1}""")));
        Assert.False(IsAccepted(Encoding.UTF8.GetBytes($$"""{{far}}{"{{new string('n', 511)}}":1,"{{new string('n', 511)}}":1}""")));
    }

    [Fact]
    public void Stays_invalid_once_invalid()
    {
        var reader = new StrictJsonReader("x{}"u8.ToArray(), new uint[StrictJsonReader.NameSlots]);

        Assert.Equal(JsonToken.Invalid, reader.Read());
        Assert.Equal(JsonToken.Invalid, reader.Read());
        Assert.False(reader.Skip());
    }

    [Fact]
    public void Skips_a_whole_value_and_reports_damage_inside_it()
    {
        var reader = new StrictJsonReader("{\"a\":[{\"b\":[1]}],\"c\":2}"u8.ToArray(), new uint[StrictJsonReader.NameSlots]);
        reader.Read();
        reader.Read();
        reader.Read();
        Assert.True(reader.Skip());
        Assert.Equal(JsonToken.Name, reader.Read());
        Assert.Equal("c", Encoding.UTF8.GetString(reader.Text));

        var damaged = new StrictJsonReader("[[1,]]"u8.ToArray(), new uint[StrictJsonReader.NameSlots]);
        damaged.Read();
        Assert.False(damaged.Skip());
    }

    [Fact]
    public void Agrees_with_the_strictest_settings_of_system_text_json()
    {
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u0061\"", "1", "-2.5e3", "true", "null", " ", "\"\\n\"", "\"é\"", "0", "\\"];

        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).List[0, 12].Select(string.Concat).Sample(
            json => IsAccepted(Encoding.UTF8.GetBytes(json)) == IsAcceptedByPeer(json),
            iter: 5_000);
    }

    [Fact]
    public void Agrees_on_damaged_documents_too()
    {
        const string document = "{\"iss\":\"https://x\",\"aud\":[\"a\",\"b\"],\"n\":{\"exp\":-12.5e+1,\"ok\":true,\"no\":null},\"t\":\"\\u00e9\\n\"}";

        Gen.Select(Gen.Int[0, document.Length - 1], Gen.Char[' ', '~']).Sample(
            (at, character) =>
            {
                var json = document[..at] + character + document[(at + 1)..];
                return IsAccepted(Encoding.UTF8.GetBytes(json)) == IsAcceptedByPeer(json);
            },
            iter: 5_000);
    }

    private static bool IsAccepted(byte[] json)
    {
        var reader = new StrictJsonReader(json, new uint[StrictJsonReader.NameSlots]);
        reader.Read();
        return reader.Skip() && reader.Read() == JsonToken.End;
    }

    private static bool IsAcceptedByPeer(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
