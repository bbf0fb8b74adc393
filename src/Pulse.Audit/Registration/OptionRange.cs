namespace Pulse.Audit;

/// <summary>Tells of an option outside its range: what it is, and what it may be.</summary>
internal static class OptionRange
{
    public static void Check<T>(List<string> failures, string section, string option, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            failures.Add(FormattableString.Invariant($"{section}:{option} is {value}; set it between {least} and {most}."));
        }
    }
}
