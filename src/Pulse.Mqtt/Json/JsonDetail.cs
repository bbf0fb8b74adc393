using System.Globalization;

namespace Pulse.Mqtt;

/// <summary>Words for a refused payload, safe to store and show.</summary>
internal static class JsonDetail
{
    public static string Describe(JsonProblem problem, int position)
    {
        var text = problem switch
        {
            JsonProblem.NotUtf8 => "invalid UTF-8",
            JsonProblem.Syntax => "no valid JSON",
            JsonProblem.NotAnObject => "not a JSON object",
            JsonProblem.TrailingData => "more after the JSON object",
            JsonProblem.TooDeep => "nested too deeply",
            JsonProblem.ControlCharacter => "unescaped control character",
            JsonProblem.NulCharacter => "U+0000 in a text",
            JsonProblem.LoneSurrogate => "lone surrogate in a text",
            JsonProblem.NumberOutOfRange => "number out of range",
            JsonProblem.DuplicateMember => "duplicate member",
            _ => throw new ArgumentOutOfRangeException(nameof(problem)),
        };
        return problem is JsonProblem.NotUtf8 or JsonProblem.NotAnObject
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text} near byte {position}");
    }
}
