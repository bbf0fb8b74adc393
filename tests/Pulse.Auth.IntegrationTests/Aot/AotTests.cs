using System.Buffers.Text;
using System.Text;

namespace Pulse.Auth.IntegrationTests.Aot;

/// <summary>The validator of <c>AddPulseJwt</c>, trimmed and compiled ahead of time, on a recorded token and key set.</summary>
public sealed class AotTests(AotProbe probe) : IClassFixture<AotProbe>
{
    private const string Recorded = "2030-01-02T03:04:05Z";
    private readonly string _token = File.ReadAllText(AotProbe.Recorded("token.jwt")).Trim();

    [Fact]
    public void Neither_compiler_nor_trimmer_warns()
    {
        Assert.DoesNotContain("warning", probe.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_recorded_token_is_accepted_while_it_lasts()
    {
        Assert.Equal(["None f3b0c442 acme"], await probe.ValidateAsync(Recorded, _token));
        Assert.Equal(["Expired"], await probe.ValidateAsync("2030-01-03T00:00:00Z", _token));
    }

    [Fact]
    public async Task A_tampered_token_is_refused()
    {
        var parts = _token.Split('.');
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        Assert.Contains("\"acme\"", payload, StringComparison.Ordinal);
        var otherTenant = Encode(payload.Replace("\"acme\"", "\"evil\"", StringComparison.Ordinal));
        var otherKey = Encode("""{"alg":"RS256","typ":"JWT","kid":"other"}""");
        var noSignature = Encode("""{"alg":"none","typ":"JWT","kid":"probe"}""");

        var said = await probe.ValidateAsync(
            Recorded,
            $"{parts[0]}.{otherTenant}.{parts[2]}",
            $"{otherKey}.{parts[1]}.{parts[2]}",
            $"{noSignature}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{parts[2]}=",
            $"{parts[0]}.{parts[1]}.");

        Assert.Equal(["SignatureInvalid", "KeyUnknown", "AlgorithmNotAllowed", "NotCompact", "NotCompact"], said);
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
