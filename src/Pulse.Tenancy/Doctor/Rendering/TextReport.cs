using System.Globalization;
using System.Text;

namespace Pulse.Tenancy;

internal static class TextReport
{
    private const string Indent = "              ";
    private const int LongestFix = 8;

    public static string Write(DoctorReport report)
    {
        var text = new StringBuilder();
        var role = report.Role == report.Login ? string.Empty : $" in role {report.Role}";
        text.Append(Printable($"database {report.Database}, PostgreSQL {report.ServerVersion}, seen by {report.Login}{role}")).Append('\n');
        foreach (var finding in report.Findings)
        {
            Append(text, finding);
        }

        text.Append('\n').Append(Summary(report)).Append('\n');
        return text.ToString();
    }

    private static void Append(StringBuilder text, DoctorFinding finding)
    {
        text.Append('\n')
            .Append(JsonReport.Level(finding.Severity).PadRight(8)).Append(' ').Append(finding.Rule.Id.PadRight(4)).Append(' ')
            .Append(Printable(finding.Place)).Append('\n')
            .Append(Indent).Append(Printable(finding.Message)).Append('\n')
            .Append(Indent).Append(finding.Rule.Explanation).Append('\n');
        if (finding.FixSql is null)
        {
            return;
        }

        var lines = finding.FixSql.Split('\n');
        if (lines.Length > LongestFix)
        {
            text.Append(Indent).Append(CultureInfo.InvariantCulture, $"  ({lines.Length} lines of SQL: see the JSON report)").Append('\n');
            return;
        }

        foreach (var line in lines)
        {
            text.Append(Indent).Append("  ").Append(Printable(line)).Append('\n');
        }
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
