namespace Pulse.Auth;

/// <summary>The same text for every address: keys that are at hand instead of a provider.</summary>
internal sealed class GivenKeyDocuments(string text) : IKeyDocuments
{
    public ValueTask<KeyDocument> GetAsync(Uri address, int maxBytes, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new KeyDocument(text, KeySetProblem.None));
}
