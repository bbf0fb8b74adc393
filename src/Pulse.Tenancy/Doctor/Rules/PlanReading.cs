using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pulse.Tenancy;

/// <summary>What a plan, as EXPLAIN (FORMAT JSON) writes it, does for each row.</summary>
internal static partial class PlanReading
{
    /// <summary>The first condition of the plan that calls a function or runs a subquery for each row; null when none does.</summary>
    public static string? PerRow(string plan)
    {
        using var document = JsonDocument.Parse(plan);
        return Conditions(document.RootElement).FirstOrDefault(WorksPerRow);
    }

    private static IEnumerable<string> Conditions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Conditions),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.NameEquals("Filter") ? [member.Value.GetString()!] : Conditions(member.Value)),
        _ => [],
    };

    // A subquery that depends on the row is a SubPlan; one that does not is an InitPlan, run once.
    private static bool WorksPerRow(string condition) =>
        condition.Contains("SubPlan ", StringComparison.Ordinal) || Call().IsMatch(condition);

    /// <summary>
    /// A parenthesis right behind a function's name, which the server writes in lower case or quoted. Its own words (ROW,
    /// COALESCE) are in capitals, and a parenthesis behind the name of a type, <c>::character varying(20)</c>, is its length.
    /// </summary>
    [GeneratedRegex("""(?<=[a-z0-9_"])(?<!::[a-z0-9_ ]+)\(""")]
    private static partial Regex Call();
}
