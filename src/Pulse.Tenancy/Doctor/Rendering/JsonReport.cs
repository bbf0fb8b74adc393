using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Pulse.Tenancy;

internal static class JsonReport
{
    public static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static string Write(DoctorReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteString("database", report.Database);
            json.WriteString("serverVersion", report.ServerVersion);
            json.WriteString("login", report.Login);
            json.WriteString("role", report.Role);
            json.WriteNumber("tenantTables", report.TenantTables);
            json.WriteNumber("errors", report.Count(DoctorSeverity.Error));
            json.WriteNumber("warnings", report.Count(DoctorSeverity.Warning));
            json.WriteNumber("notes", report.Count(DoctorSeverity.Note));
            json.WriteStartArray("findings");
            foreach (var finding in report.Findings)
            {
                Write(json, finding, reason: null);
            }

            json.WriteEndArray();
            json.WriteStartArray("accepted");
            foreach (var accepted in report.Accepted)
            {
                Write(json, accepted.Finding, accepted.Reason);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Level(DoctorSeverity severity) => severity switch
    {
        DoctorSeverity.Error => "error",
        DoctorSeverity.Warning => "warning",
        _ => "note",
    };

    private static void Write(Utf8JsonWriter json, DoctorFinding finding, string? reason)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Id);
        json.WriteString("name", finding.Rule.Name);
        json.WriteString("severity", Level(finding.Severity));
        json.WriteString("object", finding.Place);
        json.WriteString("message", finding.Message);
        json.WriteString("explanation", finding.Rule.Explanation);
        json.WriteString("fix", finding.FixSql);
        if (reason is not null)
        {
            json.WriteString("reason", reason);
        }

        json.WriteEndObject();
    }
}
