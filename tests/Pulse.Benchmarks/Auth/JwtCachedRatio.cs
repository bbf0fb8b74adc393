using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Pulse.Auth;
using Pulse.Benchmarks.Ratios;

namespace Pulse.Benchmarks.Auth;

/// <summary>A good token that comes again, with the cache of validated tokens on.</summary>
internal sealed class JwtCachedRatio : Ratio
{
    private KeycloakToken _token = null!;
    private KeySetServer _keys = null!;
    private ServiceProvider _services = null!;
    private IPulseTokenValidator _validator = null!;
    private JwtBearerPeer _peer = null!;

    public override string Name => "jwt.cached";

    public override string PeerName => JwtBearerPeer.Name;

    public override async ValueTask PrepareAsync()
    {
        _token = new KeycloakToken();
        _peer = new JwtBearerPeer(_token.KeySet);
        _keys = await KeySetServer.StartAsync(_token.KeySet);
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new DevelopmentEnvironment());
        services.AddPulseTokenValidator(options =>
        {
            options.TokenCache.Capacity = 4_096;
            options.Issuers.Add(new PulseIssuerOptions
            {
                Issuer = KeycloakToken.Issuer,
                Audiences = { KeycloakToken.Audience },
                JwksUri = _keys.Address,
                AllowHttpMetadata = true,
            });
        });
        _services = services.BuildServiceProvider();
        _validator = _services.GetRequiredService<IPulseTokenValidator>();
        var ours = await _validator.ValidateAsync(_token.Valid, CancellationToken.None);
        if (!ours.Succeeded || !await _peer.AcceptsAsync(_token.Valid))
        {
            throw new InvalidOperationException($"A good token is refused: {ours.Failure}.");
        }
    }

    public override async ValueTask RunOursAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            await _validator.ValidateAsync(_token.Valid, CancellationToken.None);
        }
    }

    public override async ValueTask RunPeerAsync(int operations)
    {
        for (var done = 0; done < operations; done++)
        {
            await _peer.AcceptsAsync(_token.Valid);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _keys.DisposeAsync();
        _token.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Keys over plain http are refused anywhere else.</summary>
    private sealed class DevelopmentEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Development;

        public string ApplicationName { get; set; } = "Pulse.Benchmarks";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
