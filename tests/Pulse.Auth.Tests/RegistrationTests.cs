using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Auth.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void Nothing_is_registered_on_null()
    {
        var services = new ServiceCollection();
        var builder = new AuthenticationBuilder(services);
        var endpoints = new Endpoints();

        Assert.Throws<ArgumentNullException>("builder", () => default(AuthenticationBuilder)!.AddPulseJwt(_ => { }));
        Assert.Throws<ArgumentNullException>("configure", () => builder.AddPulseJwt(null!));
        Assert.Throws<ArgumentNullException>("builder", () => default(AuthenticationBuilder)!.AddPulseBrowserLogin(_ => { }));
        Assert.Throws<ArgumentNullException>("configure", () => builder.AddPulseBrowserLogin(null!));
        Assert.Throws<ArgumentNullException>("services", () => default(IServiceCollection)!.AddPulseTokenValidator(_ => { }));
        Assert.Throws<ArgumentNullException>("configure", () => services.AddPulseTokenValidator(null!));
        Assert.Throws<ArgumentNullException>("services", () => default(IServiceCollection)!.AddPulseAuthorization());
        Assert.Throws<ArgumentNullException>("endpoints", () => default(IEndpointRouteBuilder)!.MapPulseBrowserLogin());
        Assert.Throws<ArgumentNullException>("endpoints", () => default(IEndpointRouteBuilder)!.MapPulseBackchannelLogout());
        Assert.Throws<ArgumentNullException>("pattern", () => endpoints.MapPulseBackchannelLogout(null!));
        Assert.Empty(services);
    }

    [Fact]
    public void Stores_and_validators_registered_before_are_kept()
    {
        var services = new ServiceCollection();
        var sessions = new MemorySessionStore(TimeProvider.System);
        var denylist = new MemoryTokenDenylist(TimeProvider.System);
        services.AddSingleton<ISessionStore>(sessions);
        services.AddSingleton<ITokenDenylist>(denylist);
        services.AddAuthentication().AddPulseJwt(_ => { }).AddPulseBrowserLogin(_ => { });
        using var provider = services.BuildServiceProvider();

        Assert.Same(sessions, Assert.Single(provider.GetServices<ISessionStore>()));
        Assert.Same(denylist, Assert.Single(provider.GetServices<ITokenDenylist>()));
    }

    [Fact]
    public void Login_and_logout_are_open_to_everybody_each_by_its_own_method()
    {
        var endpoints = new Endpoints();
        endpoints.MapPulseBrowserLogin();
        endpoints.MapPulseBackchannelLogout();

        var mapped = endpoints.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.Equal(
            ["GET /login", "POST /logout", "POST /signout/backchannel"],
            mapped.Select(endpoint => $"{string.Join(',', endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)} {endpoint.RoutePattern.RawText}"));
        Assert.All(mapped, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>()));
    }

    private sealed class Endpoints : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider { get; } = new ServiceCollection().AddLogging().AddRouting().BuildServiceProvider();

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);
    }
}
