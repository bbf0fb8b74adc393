using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pulse.Auth;

/// <summary>Refuses at start what would be refused, or worse accepted, at the first request.</summary>
internal sealed class PulseJwtOptionsValidator(IHostEnvironment? environment = null) : IValidateOptions<PulseJwtOptions>
{
    private const PulseJwtAlgorithms AllAlgorithms =
        PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256 | PulseJwtAlgorithms.ES256 | PulseJwtAlgorithms.ES384
        | PulseJwtAlgorithms.ES512;

    public ValidateOptionsResult Validate(string? name, PulseJwtOptions options)
    {
        var problems = new List<string>();
        CheckRanges(options, problems);
        if (options.Issuers.Count == 0)
        {
            problems.Add("AddPulseJwt: Issuers is empty; add at least one issuer.");
        }

        foreach (var same in options.Issuers.GroupBy(issuer => issuer.Issuer, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            problems.Add($"AddPulseJwt: the issuer '{same.Key}' is configured twice; merge the two entries.");
        }

        foreach (var issuer in options.Issuers)
        {
            CheckIssuer(issuer, problems);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckRanges(PulseJwtOptions options, List<string> problems)
    {
        var keys = options.KeySet;
        Require(options.ClockSkew, nameof(options.ClockSkew), TimeSpan.Zero, TimeSpan.FromMinutes(5), problems);
        Require(options.MaxTokenBytes, nameof(options.MaxTokenBytes), 256, 16_384, problems);
        Require(options.MaxLifetime, nameof(options.MaxLifetime), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7), problems);
        Require(options.TokenCache.Capacity, "TokenCache.Capacity", 0, 4096, problems);
        Require(options.TokenCache.MaxAge, "TokenCache.MaxAge", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), problems);
        Require(keys.RefreshInterval, "KeySet.RefreshInterval", TimeSpan.FromSeconds(30), TimeSpan.FromHours(1), problems);
        Require(keys.MaxStaleness, "KeySet.MaxStaleness", keys.RefreshInterval, TimeSpan.FromHours(24), problems);
        Require(keys.FetchTimeout, "KeySet.FetchTimeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), problems);
        Require(keys.MaxBytes, "KeySet.MaxBytes", 1024, 4 * 1024 * 1024, problems);
        Require(keys.MaxKeys, "KeySet.MaxKeys", 1, 1024, problems);
    }

    private static void Require<T>(T value, string name, T least, T most, List<string> problems)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            problems.Add($"AddPulseJwt: {name} is {value}; set it from {least} to {most}.");
        }
    }

    private void CheckIssuer(PulseIssuerOptions issuer, List<string> problems)
    {
        var isAbsolute = Uri.TryCreate(issuer.Issuer, UriKind.Absolute, out var name);
        if (!isAbsolute || !IsHttp(name!))
        {
            problems.Add($"AddPulseJwt: the issuer '{issuer.Issuer}' is no absolute http or https URI; copy it from the provider's discovery document.");
            return;
        }

        if (issuer.Audiences.Count == 0 || issuer.Audiences.Any(string.IsNullOrWhiteSpace))
        {
            problems.Add($"AddPulseJwt: the issuer '{issuer.Issuer}' has no Audiences, or an empty one; name the audience the provider writes for this application.");
        }

        if (issuer.Algorithms == PulseJwtAlgorithms.None || (issuer.Algorithms & ~AllAlgorithms) != 0)
        {
            problems.Add($"AddPulseJwt: the issuer '{issuer.Issuer}' allows no algorithm, or an unknown one; set Algorithms.");
        }

        if (issuer.AllowHttpMetadata && environment?.IsDevelopment() != true)
        {
            problems.Add($"AddPulseJwt: AllowHttpMetadata of the issuer '{issuer.Issuer}' is allowed in the Development environment only; serve the provider over https.");
        }

        // Given a JwksUri, no discovery document is read.
        var address = KeySetAddress.From(issuer);
        var fetched = address.Jwks ?? address.Metadata;
        if (!fetched.IsAbsoluteUri || !address.AllowsScheme(fetched))
        {
            problems.Add($"AddPulseJwt: the keys of the issuer '{issuer.Issuer}' would be fetched from '{fetched}', which is not https; change the address, or set AllowHttpMetadata in Development.");
        }
    }

    private static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp;
}
