using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Npgsql;
using Pulse.Audit;
using Pulse.Mqtt;
using Pulse.ReferenceHost.Composition;
using Pulse.ReferenceHost.Development;
using Pulse.ReferenceHost.Development.Fleet;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Demo;

/// <summary>What the observations share: the running host, signed-in users, devices of their own.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly NpgsqlDataSource _inspection;
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    private DemoWorld(DevelopmentHost host)
    {
        Host = host;
        Login = new CodeFlowClient(host.Issuer);
        Authority = X509CertificateLoader.LoadCertificateFromFile(host.Certificates.AuthorityCertificateFile);
        _http = new HttpClient { BaseAddress = host.Url, Timeout = TimeSpan.FromSeconds(30) };
        _inspection = host.Database.OpenForInspection();
    }

    public DevelopmentHost Host { get; }

    public CodeFlowClient Login { get; }

    public X509Certificate2 Authority { get; }

    /// <summary>A real token of the provider with one second to live, taken at the very start, and when it ends.</summary>
    public string ShortToken { get; private set; } = string.Empty;

    public DateTimeOffset ShortTokenEnds { get; private set; }

    public DeviceEnrolment Enrolment => Host.Services.GetRequiredService<DeviceEnrolment>();

    public static async Task<DemoWorld> OpenAsync(DevelopmentHost host, CancellationToken cancellationToken)
    {
        var world = new DemoWorld(host);
        var brief = await world.Login.LoginAsync(
            DevelopmentClients.ShortLived, "alice", DevelopmentSecrets.UserPassword, cancellationToken);
        world.ShortToken = brief.AccessToken;
        world.ShortTokenEnds = TimeProvider.System.GetUtcNow() + brief.ExpiresIn;
        foreach (var user in DevelopmentUsers.All)
        {
            var tokens = await world.Login.LoginAsync(
                DevelopmentClients.CommandLine, user.UserName, DevelopmentSecrets.UserPassword, cancellationToken);
            world._tokens[user.UserName] = tokens.AccessToken;
        }

        return world;
    }

    public Task<AuditVerification> VerifyAuditAsync(AuditVerifier verifier, CancellationToken cancellationToken) =>
        verifier.VerifyAsync(_inspection, cancellationToken);

    public string TokenOf(string user) => _tokens[user];

    /// <summary>Calls the API as somebody; a null token sends no Authorization header.</summary>
    public async Task<(int Status, JsonElement Body)> GetAsync(
        string path, string? token, CancellationToken cancellationToken, string? reason = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (reason is not null)
        {
            request.Headers.Add(Api.OperatorApi.ReasonHeader, reason);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return ((int)response.StatusCode, isJson ? JsonSerializer.Deserialize<JsonElement>(body) : default);
    }

    /// <summary>Registers a new device and gives it a certificate.</summary>
    public async Task<(DeviceKey Device, X509Certificate2 Certificate)> EnrolAsync(
        string tenantId, string deviceId, CancellationToken cancellationToken)
    {
        if (!DeviceKey.TryCreate(tenantId, deviceId, out var device))
        {
            throw new ArgumentException("No device name.", nameof(deviceId));
        }

        await Enrolment.RegisterAsync([device], siteId: null, cancellationToken);
        var credential = await Enrolment.IssueAsync(device, cancellationToken);
        return (device, X509Certificate2.CreateFromPem(credential.CertificatePem, credential.PrivateKeyPem));
    }

    public Task<DeviceConnection> ConnectAsync(X509Certificate2 certificate, CancellationToken cancellationToken) =>
        DeviceConnection.OpenAsync(Host.Options.DevicePort, Authority, certificate, cancellationToken);

    /// <summary>Reads one value past Row-Level Security, as only this self-check may.</summary>
    public async Task<T?> InspectAsync<T>(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
#pragma warning disable CA2100 // Constant texts of the observations.
        await using var command = _inspection.CreateCommand(sql);
#pragma warning restore CA2100
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (T?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Waits for a row that another part writes in its own time.</summary>
    public async Task<bool> EventuallyAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            if (await InspectAsync<bool>(sql, cancellationToken, parameters))
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await _inspection.DisposeAsync();
        _http.Dispose();
        Login.Dispose();
        Authority.Dispose();
    }
}
