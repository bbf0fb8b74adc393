namespace Pulse.Certs;

/// <summary>An answer of EST (RFC 7030) for the host to send as it is.</summary>
public sealed class EstResponse
{
    internal EstResponse(int statusCode, string contentType, byte[] body, IssueRefusal refusal = IssueRefusal.None)
    {
        StatusCode = statusCode;
        ContentType = contentType;
        Body = body;
        Refusal = refusal;
    }

    /// <summary>The HTTP status.</summary>
    public int StatusCode { get; }

    /// <summary>The value of Content-Type.</summary>
    public string ContentType { get; }

    /// <summary>The body: base64 text on success (RFC 8951 needs no Content-Transfer-Encoding), a reason in plain text otherwise.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Why no certificate was issued; <see cref="IssueRefusal.None"/> on success and when it was not about the request.</summary>
    public IssueRefusal Refusal { get; }
}
