using System.Net;
using System.Text;

namespace Pulse.Auth.Tests;

public sealed class HttpKeyDocumentsTests
{
    private const int MaxBytes = 8;
    private static readonly Uri Address = new("https://id.example/certs");

    [Fact]
    public async Task A_document_is_asked_for_as_JSON_over_HTTP_1_1()
    {
        var provider = new FakeProvider(_ => Text("{}"));

        Assert.Equal(new KeyDocument("{}", KeySetProblem.None), await FetchAsync(provider));

        Assert.Equal((HttpMethod.Get, Address), (provider.Request!.Method, provider.Request.RequestUri));
        Assert.Equal("application/json", provider.Request.Headers.Accept.ToString());
        Assert.Equal((HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower), (provider.Request.Version, provider.Request.VersionPolicy));
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Any_answer_but_200_is_no_document(HttpStatusCode status) =>
        Assert.Equal(KeyDocument.Failed(KeySetProblem.StatusNotOk), await FetchAsync(new FakeProvider(_ => new HttpResponseMessage(status) { Content = new StringContent("{}") })));

    [Theory]
    [InlineData(MaxBytes, true, true)]
    [InlineData(MaxBytes, false, true)]
    [InlineData(MaxBytes + 1, true, false)]
    [InlineData(MaxBytes + 1, false, false)]
    [InlineData(MaxBytes + 1000, false, false)]
    public async Task A_document_is_bounded_whether_or_not_its_length_was_told(int length, bool told, bool fits)
    {
        var text = new string('x', length);
        var document = await FetchAsync(new FakeProvider(_ => Text(text, told)));

        Assert.Equal(fits ? new KeyDocument(text, KeySetProblem.None) : KeyDocument.Failed(KeySetProblem.TooLarge), document);
    }

    [Fact]
    public async Task A_length_that_is_too_large_is_refused_before_the_body_is_read()
    {
        var answer = new HttpResponseMessage { Content = new StreamContent(new UnreadableStream()) };
        answer.Content.Headers.ContentLength = MaxBytes + 1;

        Assert.Equal(KeyDocument.Failed(KeySetProblem.TooLarge), await FetchAsync(new FakeProvider(_ => answer)));
    }

    [Fact]
    public async Task A_document_that_is_no_UTF_8_is_no_JSON() =>
        Assert.Equal(KeyDocument.Failed(KeySetProblem.NotJson), await FetchAsync(new FakeProvider(_ => new HttpResponseMessage { Content = new ByteArrayContent([0x22, 0xFF, 0x22]) })));

    [Fact]
    public async Task Failures_of_the_network_are_told_apart_from_time_running_out()
    {
        Assert.Equal(KeyDocument.Failed(KeySetProblem.Unreachable), await FetchAsync(new FakeProvider(_ => throw new HttpRequestException())));
        Assert.Equal(KeyDocument.Failed(KeySetProblem.Unreachable), await FetchAsync(new FakeProvider(_ => throw new IOException())));
        Assert.Equal(KeyDocument.Failed(KeySetProblem.TimedOut), await FetchAsync(new FakeProvider(_ => throw new TaskCanceledException())));
        await Assert.ThrowsAsync<InvalidOperationException>(() => FetchAsync(new FakeProvider(_ => throw new InvalidOperationException())));
    }

    private static async Task<KeyDocument> FetchAsync(FakeProvider provider)
    {
        using var documents = new HttpKeyDocuments(provider);
        return await documents.GetAsync(Address, MaxBytes, CancellationToken.None);
    }

    private static HttpResponseMessage Text(string text, bool told = true)
    {
        var answer = new HttpResponseMessage { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(text))) };
        answer.Content.Headers.ContentLength = told ? text.Length : null;
        return answer;
    }

    private sealed class FakeProvider(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = request;
            return Task.FromResult(answer(request));
        }
    }

    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException();
    }
}
