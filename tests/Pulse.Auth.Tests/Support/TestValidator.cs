using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Auth.Tests;

/// <summary>A validator over a fake clock and a fake provider.</summary>
internal sealed class TestValidator
{
    public TestValidator(Action<PulseJwtOptions>? configure = null, PulseJwtAlgorithms algorithms = PulseJwtAlgorithms.RS256, ITokenDenylist? denylist = null, TimeProvider? time = null)
    {
        var options = new PulseJwtOptions();
        options.Issuers.Add(new PulseIssuerOptions { Issuer = TokenForge.Issuer, Audiences = { TokenForge.Audience }, Algorithms = algorithms });
        configure?.Invoke(options);
        Metrics = new AuthMetrics(Meters);
        Issuers = new TrustedIssuers(new FixedOptions(options), Documents, Metrics, time ?? Time, Log);
        Denylist = denylist ?? new MemoryTokenDenylist(time ?? Time);
        Validator = new PulseTokenValidator(Issuers, new DenylistGate(Denylist, DenylistLog), Metrics, time ?? Time);
    }

    public FakeTimeProvider Time { get; } = new(TokenForge.Now);

    public FakeKeyDocuments Documents { get; } = new();

    public FakeLogger<TrustedIssuers> Log { get; } = new();

    public FakeLogger<DenylistGate> DenylistLog { get; } = new();

    public ITokenDenylist Denylist { get; }

    public IMeterFactory Meters { get; } = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    public AuthMetrics Metrics { get; }

    public TrustedIssuers Issuers { get; }

    public IssuerKeys Keys => Issuers.All.First().Keys;

    public PulseTokenValidator Validator { get; }

    public ValueTask<PulseTokenResult> ValidateAsync(string token) => Validator.ValidateAsync(token);

    public async Task<PulseTokenFailure> FailureOfAsync(string token)
    {
        var result = await Validator.ValidateAsync(token);
        Assert.Equal(result.Failure == PulseTokenFailure.None, result.Succeeded);
        return result.Failure;
    }

    private sealed class FixedOptions(PulseJwtOptions value) : IOptionsMonitor<PulseJwtOptions>
    {
        public PulseJwtOptions CurrentValue => value;

        public PulseJwtOptions Get(string? name) =>
            name == PulseJwtDefaults.AuthenticationScheme ? value : throw new InvalidOperationException(name);

        public IDisposable? OnChange(Action<PulseJwtOptions, string?> listener) => null;
    }
}
