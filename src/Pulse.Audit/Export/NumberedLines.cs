using System.Text.Json;

namespace Pulse.Audit;

/// <summary>Knows the number of the line that is being read.</summary>
internal sealed class NumberedLines(IAsyncEnumerator<JsonElement> lines) : IAsyncEnumerator<JsonElement>
{
    public long Number { get; private set; }

    public JsonElement Current => lines.Current;

    public ValueTask<bool> MoveNextAsync()
    {
        Number++;
        return lines.MoveNextAsync();
    }

    public ValueTask DisposeAsync() => lines.DisposeAsync();
}
