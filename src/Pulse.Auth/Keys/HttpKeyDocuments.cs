using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;

namespace Pulse.Auth;

/// <summary>Fetches documents over <see cref="ProviderTransport"/>, with a cap on their size.</summary>
internal sealed class HttpKeyDocuments : IKeyDocuments, IDisposable
{
    private readonly HttpMessageInvoker _http;

    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker disposes of its handler.")]
    public HttpKeyDocuments()
        : this(ProviderTransport.CreateHandler())
    {
    }

    internal HttpKeyDocuments(HttpMessageHandler handler) => _http = new HttpMessageInvoker(handler);

    public async ValueTask<KeyDocument> GetAsync(Uri address, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchAsync(address, maxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return KeyDocument.Failed(KeySetProblem.TimedOut);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return KeyDocument.Failed(KeySetProblem.Unreachable);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<KeyDocument> FetchAsync(Uri address, int maxBytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return KeyDocument.Failed(KeySetProblem.StatusNotOk);
        }

        if (response.Content.Headers.ContentLength > maxBytes)
        {
            return KeyDocument.Failed(KeySetProblem.TooLarge);
        }

        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            // One byte more than allowed tells a full answer from a longer one.
            var buffer = new byte[maxBytes + 1];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length > maxBytes)
            {
                return KeyDocument.Failed(KeySetProblem.TooLarge);
            }

            return Utf8.IsValid(buffer.AsSpan(0, length))
                ? new KeyDocument(Encoding.UTF8.GetString(buffer, 0, length), KeySetProblem.None)
                : KeyDocument.Failed(KeySetProblem.NotJson);
        }
    }
}
