using System.Runtime.CompilerServices;
using System.Text;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// Lines of a stream, one at a time. A line longer than the limit comes cut one character after it, which is enough to be
/// refused for its length; the rest of it is read and dropped, so that no input makes this program grow.
/// </summary>
internal static class BatchLines
{
    public static async IAsyncEnumerable<string> ReadAsync(
        TextReader input, int limit, [EnumeratorCancellation] CancellationToken stop)
    {
        var buffer = new char[16 * 1024];
        var line = new StringBuilder();
        var started = false;
        int length;
        while ((length = await input.ReadAsync(buffer, stop)) > 0)
        {
            var chunk = buffer.AsMemory(0, length);
            while (!chunk.IsEmpty)
            {
                var end = chunk.Span.IndexOf('\n');
                var part = end < 0 ? chunk : chunk[..end];
                line.Append(part.Span[..Math.Min(part.Length, limit + 1 - line.Length)]);
                started = end < 0;
                chunk = end < 0 ? default : chunk[(end + 1)..];
                if (end >= 0)
                {
                    yield return Take(line);
                }
            }
        }

        if (started)
        {
            yield return Take(line);
        }
    }

    private static string Take(StringBuilder line)
    {
        var length = line.Length > 0 && line[^1] == '\r' ? line.Length - 1 : line.Length;
        var text = line.ToString(0, length);
        line.Clear();
        return text;
    }
}
