using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pulse.Auth.IntegrationTests;

/// <summary>RFC 8705 over real TLS: what counts is the certificate of the handshake.</summary>
public sealed class CertificateBindingTests : IAsyncLifetime
{
    private readonly X509Certificate2 _server = Certificate("CN=127.0.0.1");
    private readonly X509Certificate2 _client = Certificate("CN=device");
    private readonly X509Certificate2 _other = Certificate("CN=other");
    private Provider _provider = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _provider = await Provider.StartAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_server, https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        builder.Services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme).AddPulseJwt(options =>
            options.Issuers.Add(new PulseIssuerOptions { Issuer = _provider.Issuer, Audiences = { "pulse-api" }, AllowHttpMetadata = true }));
        builder.Services.AddPulseAuthorization();
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapGet("/me", () => "me").RequireAuthorization(PulsePolicies.Customer);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _provider.DisposeAsync();
        _server.Dispose();
        _client.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task C8_A_bound_token_works_over_the_connection_of_its_certificate_alone()
    {
        var thumbprint = Base64Url.EncodeToString(_client.GetCertHash(HashAlgorithmName.SHA256));
        var bound = _provider.AccessToken(("cnf", new Dictionary<string, string> { ["x5t#S256"] = thumbprint }));
        var plain = _provider.AccessToken();

        Assert.Equal(HttpStatusCode.OK, await GetAsync(bound, _client));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(bound, _other));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(bound, null));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(plain, null));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(plain, _other));
    }

    private async Task<HttpStatusCode> GetAsync(string token, X509Certificate2? certificate)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == _server.Thumbprint;
        if (certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Urls.First() + "/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }
}
