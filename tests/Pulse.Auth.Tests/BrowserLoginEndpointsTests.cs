using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Pulse.Auth.Tests;

/// <summary>The two endpoints over schemes that record what they are asked.</summary>
public sealed class BrowserLoginEndpointsTests : IDisposable
{
    private readonly RecordedSchemes _schemes = new();
    private readonly FakeLoggerProvider _log = new();
    private readonly ServiceProvider _services;
    private readonly DefaultHttpContext _context;

    public BrowserLoginEndpointsTests()
    {
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log))
            .AddSingleton<IAuthenticationService>(_schemes)
            .BuildServiceProvider();
        _context = new DefaultHttpContext { RequestServices = _services };
    }

    public void Dispose()
    {
        _services.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("?returnUrl=%2Fdevices", "/devices")]
    [InlineData("?returnUrl=https%3A%2F%2Fevil.example", "/")]
    [InlineData("?returnUrl=%2Fa&returnUrl=%2Fb", "/")]
    public async Task A_login_returns_to_a_path_of_this_site(string query, string expected)
    {
        _context.Request.QueryString = new QueryString(query);

        await BrowserLoginEndpoints.LoginAsync(_context);

        Assert.Equal([$"challenge {PulseBrowserLoginDefaults.ChallengeScheme}"], _schemes.Asked);
        Assert.Equal(expected, _schemes.Properties!.RedirectUri);
        Assert.Equal("no-store", _context.Response.Headers.CacheControl);
    }

    [Fact]
    public async Task A_login_while_the_provider_is_out_of_reach_can_be_tried_again()
    {
        _schemes.Broken = true;

        await BrowserLoginEndpoints.LoginAsync(_context);

        Assert.Equal(503, _context.Response.StatusCode);
        Assert.Equal(1021, Assert.Single(_log.Collector.GetSnapshot()).Id.Id);
    }

    [Fact]
    public async Task A_logout_from_elsewhere_is_refused_and_ends_nothing()
    {
        _context.Request.Headers["Sec-Fetch-Site"] = "cross-site";

        await BrowserLoginEndpoints.LogoutAsync(_context);

        Assert.Equal(403, _context.Response.StatusCode);
        Assert.Empty(_schemes.Asked);
        var logged = Assert.Single(_log.Collector.GetSnapshot());
        Assert.Equal((1022, "Pulse.Auth.BrowserLogin"), (logged.Id.Id, logged.Category));
    }

    [Fact]
    public async Task A_logout_without_a_session_at_the_provider_goes_home()
    {
        _context.Request.Headers["Sec-Fetch-Site"] = "same-origin";

        await BrowserLoginEndpoints.LogoutAsync(_context);

        Assert.Equal([$"authenticate {PulseBrowserLoginDefaults.SessionScheme}", $"sign out {PulseBrowserLoginDefaults.SessionScheme}"], _schemes.Asked);
        Assert.Equal((302, "/"), (_context.Response.StatusCode, _context.Response.Headers.Location.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_logout_ends_the_session_here_first_and_then_at_the_provider_if_it_can(bool broken)
    {
        _context.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        (_schemes.IdToken, _schemes.Broken) = ("an-id-token", broken);

        await BrowserLoginEndpoints.LogoutAsync(_context);

        Assert.Equal(
            [$"authenticate {PulseBrowserLoginDefaults.SessionScheme}", $"sign out {PulseBrowserLoginDefaults.SessionScheme}", $"sign out {PulseBrowserLoginDefaults.ChallengeScheme}"],
            _schemes.Asked);
        Assert.Equal("/", _schemes.Properties!.RedirectUri);
        Assert.Equal("an-id-token", _schemes.Properties.GetParameter<string>(BrowserLoginEvents.IdTokenParameter));
        Assert.Equal(broken ? "/" : "", _context.Response.Headers.Location.ToString());
        Assert.Equal(broken ? [1023] : [], _log.Collector.GetSnapshot().Select(record => record.Id.Id));
    }

    private sealed class RecordedSchemes : IAuthenticationService
    {
        public List<string> Asked { get; } = [];

        public AuthenticationProperties? Properties { get; private set; }

        public string? IdToken { get; set; }

        /// <summary>Whether the provider cannot be reached, which the scheme of the session does not notice.</summary>
        public bool Broken { get; set; }

        public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
        {
            Asked.Add($"authenticate {scheme}");
            if (IdToken is null)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var properties = new AuthenticationProperties();
            properties.StoreTokens([new AuthenticationToken { Name = "id_token", Value = IdToken }]);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(), properties, scheme!)));
        }

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => Ask("challenge", scheme, properties);

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => Ask("sign out", scheme, properties);

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => throw new NotSupportedException();

        public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) => throw new NotSupportedException();

        private Task Ask(string what, string? scheme, AuthenticationProperties? properties)
        {
            Asked.Add($"{what} {scheme}");
            Properties = properties;
            return Broken && scheme == PulseBrowserLoginDefaults.ChallengeScheme ? throw new InvalidOperationException("IDX20803") : Task.CompletedTask;
        }
    }
}
