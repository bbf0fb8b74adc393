using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pulse.ReferenceHost.Cli;

/// <summary>One JSON object per line. Text is for people too: only what JSON or a terminal cannot bear is escaped.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync<T>(TextWriter output, T line, CancellationToken stop) =>
        output.WriteLineAsync(JsonSerializer.Serialize(line, Options).AsMemory(), stop);
}
