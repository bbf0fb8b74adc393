using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// An OpenID provider for development, on its own loopback listener: Keycloak's paths, Keycloak's token shape, five known
/// users. It starts in the Development environment alone.
/// </summary>
internal sealed class EmbeddedProvider : IAsyncDisposable
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly WebApplication _application;

    private EmbeddedProvider(WebApplication application, Uri issuer)
    {
        _application = application;
        Issuer = issuer;
    }

    /// <summary>The issuer of the tokens, <c>http://127.0.0.1:{port}/realms/pulse</c>.</summary>
    public Uri Issuer { get; }

    /// <summary>Starts the provider; when this returns it answers.</summary>
    /// <exception cref="InvalidOperationException">Not in Development, or not a loopback address.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<EmbeddedProvider> StartAsync(
        EmbeddedProviderOptions options, ILoggerFactory? loggerFactory, CancellationToken cancellationToken)
    {
        Refuse(options);
        Directory.CreateDirectory(options.KeyFolder, OwnerOnly);
        var issuer = new Uri($"http://{new IPEndPoint(options.Address, options.Port)}{ProviderPaths.Realm}");

        var application = Build(options, issuer, loggerFactory);
        try
        {
            await ProviderClients.RegisterAsync(application.Services, options, cancellationToken);
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new EmbeddedProvider(application, issuer);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
    }

    private static void Refuse(EmbeddedProviderOptions options)
    {
        DevelopmentOnly.Require(options.EnvironmentName, "The embedded OpenID provider");
        if (!IPAddress.IsLoopback(options.Address))
        {
            throw new InvalidOperationException(
                $"The embedded OpenID provider listens on a loopback address alone, not on {options.Address}.");
        }
    }

    private static WebApplication Build(EmbeddedProviderOptions options, Uri issuer, ILoggerFactory? loggerFactory)
    {
        // An empty builder: neither the host's settings files nor its environment variables reach this listener.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = options.EnvironmentName });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.Services.AddRouting();
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, OwnerEndsIt>());
        if (loggerFactory is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(loggerFactory));
        }

        builder.Services.AddEmbeddedProvider(options, issuer);
        var application = builder.Build();
        application.UseAuthentication();
        application.MapEmbeddedProvider();
        return application;
    }

    private static void Limit(KestrelServerOptions kestrel, EmbeddedProviderOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 256;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(options.Address, options.Port);
    }

    /// <summary>The host that started the provider ends it; a signal must not end it first.</summary>
    private sealed class OwnerEndsIt : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
