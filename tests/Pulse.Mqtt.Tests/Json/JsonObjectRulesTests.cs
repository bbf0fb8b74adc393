using System.Text;
using System.Text.Json;
using CsCheck;

namespace Pulse.Mqtt.Tests.Json;

public sealed class JsonObjectRulesTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(" \t\r\n{ \"a\" : [ 1 , -0 , 0.5e-3 , true , false , null , {} , [] , \"x\" ] } ")]
    [InlineData("""{"a":"\u0041\n\"\\\/\b\f\r\t\ud83d\ude00"}""")]
    [InlineData("""{"a":{"a":{"a":1}}}""")]
    [InlineData("""{"a":1e308,"b":-1E+308,"c":5e-324}""")]
    [InlineData("""{"a":0e400,"b":0.0}""")]
    public void An_object_every_reader_understands_alike_is_fine(string json) => AssertProblem(json, JsonProblem.None);

    [Theory]
    [InlineData("", JsonProblem.Syntax)]
    [InlineData(" ", JsonProblem.Syntax)]
    [InlineData("42", JsonProblem.NotAnObject)]
    [InlineData("[]", JsonProblem.NotAnObject)]
    [InlineData("null", JsonProblem.NotAnObject)]
    [InlineData("\"a\"", JsonProblem.NotAnObject)]
    [InlineData("[1", JsonProblem.Syntax)]
    [InlineData("{} {}", JsonProblem.TrailingData)]
    [InlineData("{},", JsonProblem.TrailingData)]
    [InlineData("{}\0", JsonProblem.TrailingData)]
    [InlineData("\uFEFF{}", JsonProblem.Syntax)]
    [InlineData("{", JsonProblem.Syntax)]
    [InlineData("{\"a\"}", JsonProblem.Syntax)]
    [InlineData("{\"a\":}", JsonProblem.Syntax)]
    [InlineData("{\"a\":1,}", JsonProblem.Syntax)]
    [InlineData("{a:1}", JsonProblem.Syntax)]
    [InlineData("{'a':1}", JsonProblem.Syntax)]
    [InlineData("{\"a\":1 \"b\":2}", JsonProblem.Syntax)]
    [InlineData("{\"a\":[1,]}", JsonProblem.Syntax)]
    [InlineData("{\"a\":[1 2]}", JsonProblem.Syntax)]
    [InlineData("{\"a\":tru}", JsonProblem.Syntax)]
    [InlineData("{\"a\":True}", JsonProblem.Syntax)]
    [InlineData("{\"a\":NaN}", JsonProblem.Syntax)]
    [InlineData("{\"a\":Infinity}", JsonProblem.Syntax)]
    [InlineData("{\"a\":-}", JsonProblem.Syntax)]
    [InlineData("{\"a\":01}", JsonProblem.Syntax)]
    [InlineData("{\"a\":+1}", JsonProblem.Syntax)]
    [InlineData("{\"a\":.5}", JsonProblem.Syntax)]
    [InlineData("{\"a\":1.}", JsonProblem.Syntax)]
    [InlineData("{\"a\":1e}", JsonProblem.Syntax)]
    [InlineData("{\"a\":1e+}", JsonProblem.Syntax)]
    [InlineData("{\"a\":\"x}", JsonProblem.Syntax)]
    [InlineData("{\"a\":\"\\x\"}", JsonProblem.Syntax)]
    [InlineData("{\"a\":\"\\u12\"}", JsonProblem.Syntax)]
    [InlineData("{\"a\":\"\\u12g4\"}", JsonProblem.Syntax)]
    [InlineData("{\"a\":\"\\", JsonProblem.Syntax)]
    [InlineData("{\"a\":1/*x*/}", JsonProblem.Syntax)]
    [InlineData("{\"a\":\"\n\"}", JsonProblem.ControlCharacter)]
    [InlineData("{\"a\":\"\u0000\"}", JsonProblem.ControlCharacter)]
    [InlineData("{\"a\":\"\\u0000\"}", JsonProblem.NulCharacter)]
    [InlineData("{\"\\u0000\":1}", JsonProblem.NulCharacter)]
    [InlineData("{\"a\":\"\\ud800\"}", JsonProblem.LoneSurrogate)]
    [InlineData("{\"a\":\"\\udc00\"}", JsonProblem.LoneSurrogate)]
    [InlineData("{\"a\":\"\\udc00\\ud800\"}", JsonProblem.LoneSurrogate)]
    [InlineData("{\"a\":\"\\ud800\\ud800\"}", JsonProblem.LoneSurrogate)]
    [InlineData("{\"a\":\"\\ud800\\n\"}", JsonProblem.LoneSurrogate)]
    [InlineData("{\"a\":1e309}", JsonProblem.NumberOutOfRange)]
    [InlineData("{\"a\":-1e309}", JsonProblem.NumberOutOfRange)]
    [InlineData("{\"a\":1e200000}", JsonProblem.NumberOutOfRange)]
    [InlineData("{\"a\":1e-400}", JsonProblem.NumberOutOfRange)]
    [InlineData("{\"a\":0e401}", JsonProblem.NumberOutOfRange)]
    [InlineData("{\"a\":1,\"a\":2}", JsonProblem.DuplicateMember)]
    [InlineData("{\"a\":1,\"\\u0061\":2}", JsonProblem.DuplicateMember)]
    [InlineData("{\"b\":{\"a\":1,\"a\":2}}", JsonProblem.DuplicateMember)]
    [InlineData("{\"\\ud83d\\ude00\":1,\"😀\":2}", JsonProblem.DuplicateMember)]
    public void Everything_else_has_its_problem(string json, object problem) => AssertProblem(json, (JsonProblem)problem);

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_wherever_they_stand() =>
        Assert.Equal(JsonProblem.NotUtf8, JsonObjectRules.Check([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], out _));

    [Theory]
    [InlineData(16, JsonProblem.None)]
    [InlineData(17, JsonProblem.TooDeep)]
    public void Sixteen_levels_are_the_deepest(int depth, object problem)
    {
        AssertProblem(string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth), (JsonProblem)problem);
        AssertProblem("{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}", (JsonProblem)problem);
    }

    [Fact]
    public void A_number_has_at_most_400_bytes()
    {
        AssertProblem($"{{\"a\":0.{new string('1', 398)}}}", JsonProblem.None);
        AssertProblem($"{{\"a\":0.{new string('1', 399)}}}", JsonProblem.NumberOutOfRange);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void A_duplicate_is_found_among_many_members(int count)
    {
        var members = string.Join(',', Enumerable.Range(0, count).Select(static index => $"\"m{index}\":1"));

        AssertProblem($"{{{members}}}", JsonProblem.None);
        AssertProblem($"{{{members},\"m{count - 1}\":2}}", JsonProblem.DuplicateMember);
        AssertProblem($"{{{members},\"m0\":2}}", JsonProblem.DuplicateMember);
    }

    [Fact]
    public void The_problem_has_its_place()
    {
        JsonObjectRules.Check("{\"a\":1,\"a\":2}"u8, out var position);

        Assert.Equal("duplicate member near byte 10", JsonDetail.Describe(JsonProblem.DuplicateMember, position));
    }

    [Fact]
    public void Nothing_that_the_framework_refuses_is_accepted() =>
        Gen.OneOf([.. new[] { "{", "}", "[", "]", ",", ":", "\"", "\\", "a", "u0041", "\\u00e9", "1", "-", ".", "e", "0", "true", "null", " ", "\"a\"", "\"b\":", "{\"a\":1}" }.Select(static part => Gen.Const(part))])
            .Array[0, 12]
            .Sample(parts =>
            {
                var json = Encoding.UTF8.GetBytes(string.Concat(parts));
                Assert.True(IsRefused(json) || IsObject(json), Encoding.UTF8.GetString(json));
            });

    [Fact]
    public void Every_object_the_framework_writes_is_accepted() =>
        Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 8], Gen.Double[-1e300, 1e300])[0, 30]
            .Sample(members => AssertProblem(JsonSerializer.Serialize(members), JsonProblem.None));

    private static bool IsRefused(byte[] json) => JsonObjectRules.Check(json, out _) != JsonProblem.None;

    private static bool IsObject(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void AssertProblem(string json, JsonProblem problem) =>
        Assert.Equal(problem, JsonObjectRules.Check(Encoding.UTF8.GetBytes(json), out _));
}
