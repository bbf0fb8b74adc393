using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>Transcripts of <c>token check</c>, <c>token signature</c> and <c>token jwks</c>.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private const string Claims =
        """
        {"iss":"https://id.example/realms/pulse","sub":"f3b0","aud":"pulse-api","typ":"Bearer","iat":1893553445,"exp":1893553745,"tenant_id":"acme","realm_access":{"roles":["customer"]}}
        """;

    private static readonly RSA Key = RSA.Create(2048);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-token-");
    private readonly string _jwks;

    public TokenCommandTests() => _jwks = Write(Set(Jwk("k1")));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Check_answers_line_by_line_in_order()
    {
        var token = Sign(Claims);
        var idToken = Sign(Claims.Replace("\"Bearer\"", "\"ID\"", StringComparison.Ordinal));
        var input = $"{token}\n\r\n{idToken}\r\n{token[..^4]}AAAA\n{Sign(Claims, """{"alg":"none"}""")}\n{token}";

        var output = await CheckAsync(input, "2030-01-02T03:04:30Z");

        Assert.Equal(
            """
            {"n":1,"ok":true,"reason":null}
            {"n":2,"ok":false,"reason":"NotCompact"}
            {"n":3,"ok":false,"reason":"TypeNotAllowed"}
            {"n":4,"ok":false,"reason":"SignatureInvalid"}
            {"n":5,"ok":false,"reason":"AlgorithmNotAllowed"}
            {"n":6,"ok":true,"reason":null}

            """,
            output);
    }

    [Theory]
    [InlineData("2030-01-02T03:03:35Z", "true,\"reason\":null")]
    [InlineData("2030-01-02T03:03:34Z", "false,\"reason\":\"NotYetValid\"")]
    [InlineData("2030-01-02T04:09:34.999+01:00", "true,\"reason\":null")]
    [InlineData("2030-01-02T03:09:35Z", "false,\"reason\":\"Expired\"")]
    [InlineData(null, "false,\"reason\":\"NotYetValid\"")]
    public async Task Check_judges_at_the_time_given_or_now(string? at, string expected) =>
        Assert.Equal($$"""{"n":1,"ok":{{expected}}}""" + "\n", await CheckAsync(Sign(Claims), at));

    [Fact]
    [SuppressMessage("Reliability", "CA2025", Justification = "The command is awaited before reader and writer are disposed.")]
    public async Task Check_answers_a_line_as_soon_as_it_is_there()
    {
        using var input = new Pipe(Sign(Claims) + "\n");
        using var output = new StringWriter { NewLine = "\n" };
        using var stop = new CancellationTokenSource();
        var running = TokenCommands.RunAsync(CheckWords("2030-01-02T03:04:30Z"), input, output, stop.Token);

        await input.Drained.WaitAsync(TimeSpan.FromSeconds(30));
        var answered = output.ToString();
        await stop.CancelAsync();

        Assert.Equal("""{"n":1,"ok":true,"reason":null}""" + "\n", answered);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_for_its_length_and_the_next_one_is_read()
    {
        var input = $"{new string('a', 3_000_000)}\n{Sign("anything")}\n";

        Assert.Equal(
            """
            {"n":1,"ok":false,"reason":"TooLarge"}
            {"n":2,"ok":true,"reason":null}

            """,
            await RunAsync(input, "signature", "--jwks", _jwks));
    }

    [Fact]
    public async Task Signature_looks_at_no_claim()
    {
        var signed = Sign("\0 not JSON");

        Assert.Equal(
            """
            {"n":1,"ok":true,"reason":null}
            {"n":2,"ok":false,"reason":"KeyUnknown"}
            {"n":3,"ok":false,"reason":"NotCompact"}

            """,
            await RunAsync($"{signed}\n{Sign("x", """{"alg":"RS256","kid":"k2"}""")}\n{signed}.\n", "signature", "--jwks", _jwks));
    }

    [Fact]
    public async Task Jwks_says_what_becomes_of_each_key()
    {
        var file = Write(Set(Jwk("k1"), Jwk("e1", "enc"), """{"kty":"RSA"}""", Jwk("\\u003cb\\u003e")));

        Assert.Equal(
            """
            {"kid":"k1","usable":true,"reason":null}
            {"kid":"e1","usable":false,"reason":"NotForSignatures"}
            {"kid":null,"usable":false,"reason":"KeyIdInvalid"}
            {"kid":"\u003Cb\u003E","usable":false,"reason":"KeyIdInvalid"}

            """,
            await RunAsync("", "jwks", file));
    }

    [Theory]
    [InlineData("token needs one of")]
    [InlineData("There is no command \"token chek\"", "chek")]
    [InlineData("token check needs --issuer", "check", "--audience", "a", "--jwks", "f")]
    [InlineData("token check needs --audience", "check", "--issuer", "i", "--jwks", "f")]
    [InlineData("token check needs --jwks", "check", "--issuer", "i", "--audience", "a")]
    [InlineData("--at is a time with its offset", "check", "--issuer", "i", "--audience", "a", "--jwks", "f", "--at", "2030-01-02T03:04:05")]
    [InlineData("--at is a time with its offset", "check", "--issuer", "i", "--audience", "a", "--jwks", "f", "--at", "noon")]
    [InlineData("has no option \"--at\"", "signature", "--jwks", "f", "--at", "2030-01-02T03:04:05Z")]
    [InlineData("--jwks needs a value", "signature", "--jwks")]
    [InlineData("--jwks is given twice", "signature", "--jwks", "f", "--jwks", "g")]
    [InlineData("takes no file: \"x\"", "signature", "--jwks", "f", "x")]
    [InlineData("/nowhere/jwks.json cannot be read", "signature", "--jwks", "/nowhere/jwks.json")]
    [InlineData("takes the name of one file", "jwks")]
    [InlineData("takes the name of one file", "jwks", "a", "b")]
    public async Task Bad_usage_says_what_is_wrong(string expected, params string[] words)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => RunAsync("", words));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not JSON", "is no JWK set")]
    [InlineData("{\"keys\":1}", "is no JWK set")]
    [InlineData("\uD800", "is no JWK set")]
    public async Task An_unreadable_key_set_is_named(string text, string expected)
    {
        var file = Write(text);

        var refused = await Assert.ThrowsAsync<UsageException>(() => RunAsync("", "jwks", file));

        Assert.StartsWith(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_set_larger_than_a_fetched_one_may_be_is_not_read()
    {
        var file = Write("{\"keys\":[]" + new string(' ', 256 * 1024) + "}");

        var refused = await Assert.ThrowsAsync<UsageException>(() => RunAsync("", "jwks", file));

        Assert.Contains("larger than 262144 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_a_program_bad_usage_exits_with_2()
    {
        await using var process = HostProcess.Start("token", "check", "--jwks", _jwks);

        Assert.Equal(2, await process.ExitAsync());
        Assert.Equal("token check needs --issuer. Try: help", process.Output);
    }

    [Fact]
    public async Task As_a_program_the_key_set_is_described_and_the_exit_code_is_0()
    {
        await using var process = HostProcess.Start("token", "jwks", _jwks);

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal("""{"kid":"k1","usable":true,"reason":null}""", process.Output);
    }

    private Task<string> CheckAsync(string input, string? at) => RunAsync(input, CheckWords(at));

    private string[] CheckWords(string? at) =>
    [
        "check", "--issuer", "https://id.example/realms/pulse", "--audience", "pulse-api", "--jwks", _jwks, .. at is null ? Array.Empty<string>() : ["--at", at],
    ];

    private static async Task<string> RunAsync(string input, params string[] words)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, await TokenCommands.RunAsync(words, reader, output, CancellationToken.None));
        return output.ToString();
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllBytes(file, text == "\uD800" ? [0xFF, 0xFE] : Encoding.UTF8.GetBytes(text));
        return file;
    }

    private static string Set(params string[] keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    private static string Jwk(string kid, string use = "sig")
    {
        var key = Key.ExportParameters(false);
        return $$"""{"kty":"RSA","use":"{{use}}","kid":"{{kid}}","n":"{{Url(key.Modulus!)}}","e":"{{Url(key.Exponent!)}}"}""";
    }

    private static string Sign(string payload, string header = """{"alg":"RS256","typ":"JWT","kid":"k1"}""")
    {
        var input = $"{Url(Encoding.UTF8.GetBytes(header))}.{Url(Encoding.UTF8.GetBytes(payload))}";
        return $"{input}.{Url(Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Url(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);

    /// <summary>Gives its text, says that more was asked for, and then keeps the reader waiting.</summary>
    private sealed class Pipe(string text) : TextReader
    {
        private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _given;

        public Task Drained => _drained.Task;

        public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (_given)
            {
                _drained.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            _given = true;
            text.AsSpan().CopyTo(buffer.Span);
            return text.Length;
        }
    }
}
