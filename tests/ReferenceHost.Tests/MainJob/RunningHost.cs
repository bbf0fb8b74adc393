using System.Net.Http.Headers;
using Pulse.ReferenceHost.Development;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.MainJob;

/// <summary>One host in development mode for the tests of the main job.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private readonly DevelopmentRoot _root = new();

    internal DevelopmentHost Host { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await DevelopmentHost.StartAsync(_root.Options, _ => { }, CancellationToken.None);
        Http = new HttpClient { BaseAddress = Host.Url };
    }

    internal async Task<HttpResponseMessage> GetAsync(string path, string user)
    {
        using var login = new CodeFlowClient(Host.Issuer);
        var tokens = await login.LoginAsync(DevelopmentClients.CommandLine, user, DevelopmentSecrets.UserPassword);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        return await Http.SendAsync(request);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        await _root.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class RunningHostTests : ICollectionFixture<RunningHost>
{
    public const string Name = "Running host";
}
