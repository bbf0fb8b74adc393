using System.Globalization;
using System.Text.Json;

namespace Pulse.Tenancy;

/// <summary>
/// Findings a team has looked at and accepts, each with its reason: a JSON file
/// <c>{"version": 1, "accepted": [{"rule": "T08", "object": "constraint devices_pkey on public.devices", "reason": "…"}]}</c>.
/// An entry fits findings of exactly that rule on exactly that object, as reports write them.
/// </summary>
public sealed class DoctorBaseline
{
    private const int Version = 1;
    private readonly IReadOnlyList<BaselineEntry> _entries;

    private DoctorBaseline(IReadOnlyList<BaselineEntry> entries) => _entries = entries;

    /// <summary>Accepts nothing.</summary>
    public static DoctorBaseline Empty { get; } = new([]);

    /// <summary>Reads a baseline's text.</summary>
    /// <param name="json">The JSON; members it does not know are refused, comments and trailing commas are welcome.</param>
    /// <exception cref="FormatException">It is no baseline; the text says what is wrong and where.</exception>
    public static DoctorBaseline Parse(string json)
    {
        BaselineFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, BaselineJson.Default.BaselineFile);
        }
        catch (JsonException unreadable)
        {
            throw new FormatException($"The baseline cannot be read: {unreadable.Message}", unreadable);
        }

        if (file?.Version != Version)
        {
            throw new FormatException("The baseline needs \"version\": 1.");
        }

        var entries = file.Accepted ?? [];
        for (var i = 0; i < entries.Count; i++)
        {
            if (!IsComplete(entries[i]))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Entry {i + 1} of the baseline needs a rule, an object and a reason."));
            }
        }

        return new DoctorBaseline(entries);
    }

    /// <summary>Reads a baseline file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is no baseline; the text says what is wrong and where.</exception>
    public static DoctorBaseline Load(string path) => Parse(File.ReadAllText(path));

    /// <summary>Parts what it accepts from what stays open, and adds findings about itself.</summary>
    internal (IReadOnlyList<DoctorFinding> Open, IReadOnlyList<AcceptedFinding> Accepted) Apply(IReadOnlyList<DoctorFinding> findings)
    {
        var accepted = new List<AcceptedFinding>();
        var open = new List<DoctorFinding>();
        foreach (var finding in findings)
        {
            var entry = _entries.FirstOrDefault(entry => Fits(entry, finding));
            if (entry is null)
            {
                open.Add(finding);
            }
            else
            {
                accepted.Add(new AcceptedFinding(finding, entry.Reason!));
            }
        }

        open.AddRange(_entries.Where(entry => !findings.Any(finding => Fits(entry, finding))).Select(Stale));
        return (open, accepted);
    }

    private static bool IsComplete(BaselineEntry? entry) =>
        !string.IsNullOrWhiteSpace(entry?.Rule) && !string.IsNullOrWhiteSpace(entry.Object) && !string.IsNullOrWhiteSpace(entry.Reason);

    private static bool Fits(BaselineEntry entry, DoctorFinding finding) => entry.Rule == finding.Rule.Id && entry.Object == finding.Place;

    private static DoctorFinding Stale(BaselineEntry entry)
    {
        var place = $"baseline entry {entry.Rule} {entry.Object}";
        return RuleBook.All.Any(rule => rule.Id == entry.Rule)
            ? RuleBook.StaleBaseline.At(place, "Nothing of the kind is found there.")
            : RuleBook.UnknownBaseline.At(place, $"There is no rule {entry.Rule}.");
    }
}
