using System.Text.Json;

namespace Pulse.Tenancy;

/// <summary>What a plan, as EXPLAIN (FORMAT JSON) writes it, does for each row.</summary>
internal static class PlanReading
{
    // Words a plan follows with a parenthesis although they are no functions.
    private static readonly HashSet<string> NoFunctions = new(StringComparer.Ordinal) { "ANY", "ALL", "AND", "OR", "NOT", "IN", "ARRAY", "ROW", "CASE" };

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

    private static bool WorksPerRow(string condition)
    {
        // A subquery that depends on the row is a SubPlan; one that does not is an InitPlan, run once.
        if (condition.Contains("SubPlan ", StringComparison.Ordinal))
        {
            return true;
        }

        for (var open = condition.IndexOf('(', StringComparison.Ordinal); open >= 0; open = condition.IndexOf('(', open + 1))
        {
            var start = open;
            while (start > 0 && (char.IsLetterOrDigit(condition[start - 1]) || condition[start - 1] == '_'))
            {
                start--;
            }

            if (start < open && !NoFunctions.Contains(condition[start..open]))
            {
                return true;
            }
        }

        return false;
    }
}
