using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using Pulse.ReferenceHost.Development;
using Pulse.ReferenceHost.Development.Fleet;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>The database goes away under a running host and comes back.</summary>
public sealed class DatabaseAwayTests
{
    [Fact]
    public async Task Without_the_database_nothing_is_acknowledged_people_are_told_and_nothing_is_lost()
    {
        await using var root = new DevelopmentRoot();
        await using var host = await DevelopmentHost.StartAsync(root.Options, _ => { }, CancellationToken.None);
        using var login = new CodeFlowClient(host.Issuer);
        var tokens = await login.LoginAsync(DevelopmentClients.CommandLine, "alice", DevelopmentSecrets.UserPassword);
        using var http = new HttpClient { BaseAddress = host.Url };
        using var authority = X509CertificateLoader.LoadCertificateFromFile(host.Certificates.AuthorityCertificateFile);
        await using var device = await DeviceConnection.OpenAsync(
            root.Options.DevicePort, authority, host.ReservedDevice.Load(), CancellationToken.None);
        // Once before, so that the registry has been asked and only the store is missing later.
        Assert.Equal(MqttClientPublishReasonCode.Success, await PublishAsync(device, "before"));

        await host.Database.StopAsync(CancellationToken.None);

        var waiting = PublishAsync(device, "during");
        using (var answer = await GetAsync(http, tokens.AccessToken))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("5", answer.Headers.RetryAfter?.ToString());
            Assert.Contains("database cannot be reached", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using (var health = await http.GetAsync(new Uri("/healthz", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted, "a message was acknowledged that no database holds");

        await PostgresCluster.StartAsync(
            host.Database.DataDirectory, host.Database.SocketDirectory, host.Secrets.Superuser, durable: false, CancellationToken.None);

        Assert.Equal(MqttClientPublishReasonCode.Success, await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        await using var inspection = host.Database.OpenForInspection();
        await using var command = inspection.CreateCommand("SELECT count(*) FROM public.telemetry WHERE payload -> 'metrics' ->> 'when' IN ('before', 'during')");
        Assert.Equal(2L, await command.ExecuteScalarAsync());
    }

    private static Task<MqttClientPublishReasonCode> PublishAsync(DeviceConnection device, string when) =>
        device.PublishAsync(
            "tenant/acme/device/bench-1/telemetry", $$$"""{"version":"1","metrics":{"when":"{{{when}}}"}}""", CancellationToken.None);

    private static async Task<HttpResponseMessage> GetAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/customer/devices");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }
}
