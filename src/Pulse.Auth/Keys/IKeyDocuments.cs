namespace Pulse.Auth;

/// <summary>Fetches one document of a provider. The pure tests put their own in its place.</summary>
internal interface IKeyDocuments
{
    /// <summary>Never throws for what a server or network does; a cancelled token counts as a timeout.</summary>
    ValueTask<KeyDocument> GetAsync(Uri address, int maxBytes, CancellationToken cancellationToken);
}
