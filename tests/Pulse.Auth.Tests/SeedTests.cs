using System.Text;
using System.Text.Json;

namespace Pulse.Auth.Tests;

/// <summary>
/// The seeds a fuzzer starts from, replayed, and bytes near them: no parser throws whatever it reads, and what the strict reader
/// takes System.Text.Json reads as the same object.
/// </summary>
public sealed class SeedTests
{
    private const int Mutations = 60;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Seeds");

    public static TheoryData<string> Seeds => [.. Names("*")];

    public static TheoryData<string> Documents => [.. Names("jwks*"), .. Names("discovery*")];

    [Fact]
    public void There_is_a_seed_for_each_thing_that_is_parsed() =>
        Assert.All(["payload", "header", "logout", "jwks", "discovery"], kind => Assert.NotEmpty(Names(kind + "*")));

    [Theory]
    [InlineData("payload-keycloak.json", PulseTokenFailure.None)]
    [InlineData("payload-organization-map.json", PulseTokenFailure.None)]
    [InlineData("payload-bound.json", PulseTokenFailure.None)]
    [InlineData("payload-escapes.json", PulseTokenFailure.None)]
    [InlineData("payload-nested.json", PulseTokenFailure.None)]
    [InlineData("payload-white-space.json", PulseTokenFailure.None)]
    [InlineData("payload-literals.json", PulseTokenFailure.None)]
    [InlineData("payload-numbers.json", PulseTokenFailure.None)]
    [InlineData("payload-duplicate.json", PulseTokenFailure.PayloadInvalid)]
    public void A_seed_is_what_its_name_says(string name, PulseTokenFailure expected) =>
        Assert.Equal(expected, TokenClaimsReader.TryRead(Read(name), out _));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_and_what_is_near_it_is_read_without_an_exception(string name)
    {
        var seed = Read(name);
        Replay(seed);

        var random = new Random(20_261);
        for (var i = 0; i < Mutations; i++)
        {
            Replay(Mutate(seed, random));
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_providers_document_near_a_seed_breaks_no_fetch(string name)
    {
        var seed = Read(name);
        var random = new Random(20_262);
        for (var i = 0; i < Mutations; i++)
        {
            var validator = new TestValidator(algorithms: (PulseJwtAlgorithms)31);
            var text = Encoding.UTF8.GetString(Mutate(seed, random));
            if (name.StartsWith("discovery", StringComparison.Ordinal))
            {
                validator.Documents.Discovery = text;
            }
            else
            {
                validator.Documents.Jwks = text;
            }

            var fetched = await validator.Keys.RefreshAsync(CancellationToken.None);

            Assert.Equal(fetched, validator.Keys.Current is not null);
            Assert.DoesNotContain(validator.Log.Collector.GetSnapshot(), record => record.Exception is not null);
        }
    }

    [Fact]
    public void Random_bytes_are_read_without_an_exception()
    {
        var random = new Random(20_263);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            Replay(bytes);
            CompactJws.TryParse(Encoding.Latin1.GetString(bytes), new byte[CompactJws.BufferSize(bytes.Length)], out _);
        }
    }

    private static IEnumerable<string> Names(string pattern) =>
        Directory.GetFiles(Folder, pattern).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    // The readers change the bytes they are given, so each gets its own.
    private static void Replay(byte[] bytes)
    {
        JoseHeader.TryRead([.. bytes], out _);
        LogoutClaimsReader.TryRead([.. bytes], out var logout);
        var failure = TokenClaimsReader.TryRead([.. bytes], out var claims);
        var isObject = StrictJson.IsObject(Encoding.Latin1.GetString(bytes));
        Assert.True(isObject || !bytes.All(static b => b < 0x80) || failure == PulseTokenFailure.PayloadInvalid, "A payload was taken that is no JSON object.");
        if (failure != PulseTokenFailure.None)
        {
            return;
        }

        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = StrictJsonReader.MaxDepth });
        Assert.Equal(Text(document, "sub"), claims.Subject);
        Assert.Equal(Text(document, "iss"), claims.Issuer);
        Assert.Equal(Text(document, "sid"), claims.SessionId);
        Assert.True(logout.Subject is null || logout.Subject == claims.Subject, "Two readers of one payload disagree.");
    }

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var changed = seed.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && changed.Count > 0; changes--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(6))
            {
                case 0:
                    changed.Insert(at, " \t\n\0{}[],:\"\\u0e1.-"u8[random.Next(18)]);
                    break;
                case 1:
                    changed.RemoveAt(at);
                    break;
                case 2:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                case 3:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(20, changed.Count - at)));
                    break;
                case 4:
                    changed[at] = (byte)random.Next(256);
                    break;
                default:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. changed];
    }
}
