using System.Globalization;

namespace Pulse.Tenancy;

internal static class TextReport
{
    private const string Indent = "              ";
    private const int LongestFix = 8;

    public static string Write(DoctorReport report)
    {
        var role = report.Role == report.Login ? string.Empty : $" in role {report.Role}";
        var head = Printable($"database {report.Database}, PostgreSQL {report.ServerVersion}, seen by {report.Login}{role}");
        string[] lines = [head, .. report.Findings.SelectMany(Describe), string.Empty, Summary(report), string.Empty];
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Describe(DoctorFinding finding)
    {
        var level = JsonReport.Level(finding.Severity);
        return
        [
            string.Empty,
            $"{level,-8} {finding.Rule.Id,-4} {Printable(finding.Place)}",
            Indent + Printable(finding.Message),
            Indent + finding.Rule.Explanation,
            .. Fix(finding.FixSql).Select(line => $"{Indent}  {line}"),
        ];
    }

    private static IEnumerable<string> Fix(string? sql)
    {
        if (sql is null)
        {
            return [];
        }

        var lines = sql.Split('\n');
        return lines.Length > LongestFix
            ? [string.Create(CultureInfo.InvariantCulture, $"({lines.Length} lines of SQL: see the JSON report)")]
            : lines.Select(Printable);
    }

    private static string Summary(DoctorReport report)
    {
        var accepted = report.Accepted.Count == 0 ? string.Empty : $"; {Number(report.Accepted.Count, "finding")} accepted by the baseline";
        return $"{Number(report.TenantTables, "tenant table")}: {Number(report.Count(DoctorSeverity.Error), "error")}, "
            + $"{Number(report.Count(DoctorSeverity.Warning), "warning")}, {Number(report.Count(DoctorSeverity.Note), "note")}{accepted}.";
    }

    private static string Number(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");

    /// <summary>Names of a database may hold anything: nothing of it may move the reader's cursor or turn the text around.</summary>
    private static string Printable(string text) => string.Concat(text.Select(character => char.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator =>
            string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
        _ => character.ToString(),
    }));
}
