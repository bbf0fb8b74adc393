using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Pulse.ReferenceHost.Development.Identity;

namespace Pulse.ReferenceHost.Tests.Identity;

/// <summary>Where the embedded provider refuses to start, and what outlives a restart.</summary>
public sealed class EmbeddedProviderLifetimeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pulse-provider-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("")]
    public async Task Starts_in_no_environment_but_Development(string environment)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedProvider.StartAsync(
            EmbeddedProviderFixture.Options(_folder, environment), null, CancellationToken.None));

        Assert.Contains("Development alone", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public async Task Listens_on_no_address_but_loopback(string address)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedProvider.StartAsync(
            EmbeddedProviderFixture.Options(_folder, address: IPAddress.Parse(address)), null, CancellationToken.None));

        Assert.Contains("loopback", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signing_key_outlives_a_restart_in_a_file_of_its_owner_alone()
    {
        var before = await ReadKeyIdsAsync();
        var after = await ReadKeyIdsAsync();

        Assert.Single(before);
        Assert.Equal(before, after);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "signing-key.pem")));
    }

    [Fact]
    public async Task A_session_of_before_a_restart_can_still_sign_out()
    {
        var options = EmbeddedProviderFixture.Options(_folder);
        var afterwards = new Uri(options.ConsoleOrigin, "/signout-callback-oidc");
        string idToken;
        await using (var provider = await EmbeddedProvider.StartAsync(options, null, CancellationToken.None))
        {
            using var client = new CodeFlowClient(provider.Issuer);
            var tokens = await client.LoginAsync(
                DevelopmentClients.Web, options.WebClientSecret, new Uri(options.ConsoleOrigin, "/signin-oidc"), "bob", options.Password);
            idToken = tokens.IdToken!;
        }

        await using var restarted = await EmbeddedProvider.StartAsync(options, null, CancellationToken.None);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var response = await http.GetAsync(QueryHelpers.AddQueryString(
            $"{restarted.Issuer}/protocol/openid-connect/logout",
            new Dictionary<string, string?> { ["id_token_hint"] = idToken, ["post_logout_redirect_uri"] = afterwards.AbsoluteUri }));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(afterwards, response.Headers.Location);
    }

    [Fact]
    public async Task Five_failures_block_a_user_for_a_minute_and_nobody_else()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var provider = await EmbeddedProvider.StartAsync(
            EmbeddedProviderFixture.Options(_folder, time: time), null, CancellationToken.None);
        using var client = new CodeFlowClient(provider.Issuer);
        for (var attempt = 0; attempt < LoginAttempts.MaxFailures; attempt++)
        {
            await Assert.ThrowsAsync<LoginFailedException>(() => LoginAsync(client, "alice", "wrong"));
        }

        var blocked = await Assert.ThrowsAsync<LoginFailedException>(() => LoginAsync(client, "alice", EmbeddedProviderFixture.Password));
        await LoginAsync(client, "bob", EmbeddedProviderFixture.Password);
        time.Advance(LoginAttempts.Window);
        await LoginAsync(client, "alice", EmbeddedProviderFixture.Password);

        Assert.Contains("429", blocked.Message, StringComparison.Ordinal);
    }

    private static Task<TokenSet> LoginAsync(CodeFlowClient client, string userName, string password) =>
        client.LoginAsync(DevelopmentClients.CommandLine, userName, password);

    private async Task<IEnumerable<string>> ReadKeyIdsAsync()
    {
        await using var provider = await EmbeddedProvider.StartAsync(
            EmbeddedProviderFixture.Options(_folder), null, CancellationToken.None);
        using var http = new HttpClient();
        var keys = new JsonWebKeySet(await http.GetStringAsync($"{provider.Issuer}/protocol/openid-connect/certs"));
        return keys.Keys.Select(key => key.KeyId).ToList();
    }
}
